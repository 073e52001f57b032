"""The staff in the panel: invited, given roles, and closed out, by those who may."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.admin import staff
from accounts.models import Invitation, State, User
from accounts.own_data import erase, told_of
from accounts.roles import may_change, roles_given_by
from mail.models import Message
from tests.conftest import logged_in, person

pytestmark = pytest.mark.django_db


def role(name: str) -> Group:
    return Group.objects.get(name=name)


@pytest.fixture
def chief(editor) -> User:
    """An editor who manages the staff."""
    editor.groups.add(role("Staff managers"))
    return editor


@pytest.fixture
def as_chief(chief, outbox) -> Client:
    return logged_in(chief)


def invite(client: Client, email: str, *roles: str) -> str:
    posted = {"email": email, "roles": [role(name).pk for name in roles]}
    return client.post("/admin/redaksjonen/", posted, follow=True).content.decode()


def names(groups) -> set[str]:
    return {group.name for group in groups}


def test_an_invited_stranger_joins_by_the_code_and_becomes_staff(as_chief):
    assert "på vei til ny@example.no" in invite(as_chief, "Ny@example.no", "Writers")
    mail = Message.objects.get(recipient="ny@example.no")
    assert b"/konto/invitasjon/" in bytes(mail.source).replace(b"=\n", b"")
    user = person("ny@example.no")
    client = logged_in(user)
    page = client.get("/konto/invitasjon/").content.decode()
    assert "Skribent" in page
    accept = re.search(r'name="accept" value="(\d+)"', page)[1]
    answer = client.post("/konto/invitasjon/", {"accept": accept})
    assert answer.url == "/admin/"
    assert names(user.groups.all()) == {"Writers"}
    assert client.get("/konto/").status_code == 200  # the session goes on, as the staff's
    assert client.session.get_expiry_age() <= 12 * 60 * 60


def test_the_panel_asks_for_a_second_factor_first(as_chief, settings):
    settings.TWO_FACTOR = True
    invite_at = Invitation.objects.invite("ny@example.no", [role("Writers")], User.objects.get())
    client = logged_in(person("ny@example.no"))
    client.post("/konto/invitasjon/", {"accept": invite_at.pk})
    assert client.get("/admin/").url.startswith("/konto/to-trinn/pakrevd/")


def test_an_invitation_tells_nothing_of_who_is_a_member(as_chief, member):
    told = {}
    for email in (member.email, "ukjent@example.no"):
        page = invite(as_chief, email, "Writers")
        told[email] = re.search(r"[^<>]*på vei til[^<>]*", page)[0].replace(email, "…")
        mail = Message.objects.get(recipient=email)
        told[email] += mail.subject
    assert len(set(told.values())) == 1


@pytest.mark.parametrize("proof", ["unproven", "other", "suspended"])
def test_only_a_proven_address_accepts(proof, chief):
    invitation = Invitation.objects.invite("ny@example.no", [role("Editors")], chief)
    email = "annen@example.no" if proof == "other" else "ny@example.no"
    state = {"unproven": State.UNCONFIRMED, "suspended": State.SUSPENDED}.get(proof, State.ACTIVE)
    user = person(email, state)
    client = logged_in(user)
    client.post("/konto/invitasjon/", {"accept": invitation.pk})
    assert not user.groups.exists()


def end_by_time(invitation):
    Invitation.objects.update(expires_at=timezone.now())


def end_by_roles(invitation):
    invitation.invited_by.groups.clear()


def end_by_closing(invitation):
    User.objects.filter(pk=invitation.invited_by_id).update(is_active=False)


def end_by_a_new_one(invitation):
    Invitation.objects.invite(invitation.email, [role("Writers")], invitation.invited_by)


@pytest.mark.parametrize(
    "end", [end_by_time, end_by_roles, end_by_closing, end_by_a_new_one, Invitation.withdraw]
)
def test_an_invitation_that_is_over_gives_nothing(end, chief):
    invitation = Invitation.objects.invite("ny@example.no", [role("Editors")], chief)
    user = person("ny@example.no")
    end(invitation)
    client = logged_in(user)
    assert client.post("/konto/invitasjon/", {"accept": invitation.pk}).status_code == 404
    assert not user.groups.exists()


def test_an_invitation_is_accepted_once(chief):
    invitation = Invitation.objects.invite("ny@example.no", [role("Writers")], chief)
    user = person("ny@example.no")
    assert invitation.accept(user)
    user.groups.clear()
    assert not invitation.accept(user)


def test_an_invitation_is_withdrawn_in_the_panel(as_chief, chief):
    invitation = Invitation.objects.invite("ny@example.no", [role("Writers")], chief)
    assert "ny@example.no" in as_chief.get("/admin/redaksjonen/").content.decode()
    as_chief.post(f"/admin/redaksjonen/invitasjon/{invitation.pk}/")
    assert "ny@example.no" not in as_chief.get("/admin/redaksjonen/").content.decode()


def test_the_list_shows_the_second_factor(as_chief, writer):
    from allauth.mfa.models import Authenticator

    page = as_chief.get("/admin/redaksjonen/").content.decode()
    assert "Ingen ennå" in page
    Authenticator.objects.create(user=writer, type="webauthn", data={})
    Authenticator.objects.create(user=writer, type="totp", data={})
    page = as_chief.get("/admin/redaksjonen/").content.decode()
    assert "Passnøkkel, App med koder" in page


def test_nobody_gives_a_right_that_they_lack(chief, manager):
    superuser = User.objects.create_superuser("eier@example.no")
    assert names(roles_given_by(chief)) == {"Editors", "Writers", "Staff managers"}
    only = person("bare@example.no", group="Staff managers")
    assert names(roles_given_by(only)) == {"Staff managers"}
    assert names(roles_given_by(manager)) == set()
    assert len(roles_given_by(superuser)) == 4


def test_a_role_that_isn_t_theirs_can_t_be_posted(as_chief, writer):
    page = invite(as_chief, "ny@example.no", "Member managers")
    assert not Invitation.objects.exists()
    assert "på vei til" not in page
    posted = {"do": "roles", "roles": [role("Member managers").pk]}
    as_chief.post(f"/admin/redaksjonen/{writer.pk}/", posted)
    assert names(writer.groups.all()) == {"Writers"}


def test_a_role_is_given_and_ends_the_sessions(as_chief, writer):
    client = logged_in(writer)
    posted = {"do": "roles", "roles": [role("Editors").pk]}
    as_chief.post(f"/admin/redaksjonen/{writer.pk}/", posted)
    assert names(writer.groups.all()) == {"Editors"}
    assert client.get("/konto/").status_code == 302
    person_without = {"do": "roles", "roles": []}
    as_chief.post(f"/admin/redaksjonen/{writer.pk}/", person_without)
    assert User.objects.members().filter(pk=writer.pk).exists()


def test_roles_beyond_one_s_own_are_left_as_they_are(chief, writer):
    superuser = User.objects.create_superuser("eier@example.no")
    client = logged_in(superuser)
    writer.groups.add(role("Member managers"))
    assert not may_change(chief, writer)
    client.post(f"/admin/redaksjonen/{writer.pk}/", {"do": "roles", "roles": [role("Writers").pk]})
    assert names(writer.groups.all()) == {"Writers"}


def test_a_closed_account_is_out_at_once_and_can_be_opened(as_chief, writer):
    client = logged_in(writer)
    as_chief.post(f"/admin/redaksjonen/{writer.pk}/", {"do": "close"})
    assert client.get("/admin/").status_code == 302
    writer.refresh_from_db()
    assert not writer.is_active
    assert names(writer.groups.all()) == {"Writers"}
    as_chief.post(f"/admin/redaksjonen/{writer.pk}/", {"do": "open"})
    writer.refresh_from_db()
    assert writer.is_active


def test_nobody_changes_themselves_or_somebody_above(chief, as_chief):
    superuser = User.objects.create_superuser("eier@example.no")
    for pk in (chief.pk, superuser.pk):
        assert as_chief.get(f"/admin/redaksjonen/{pk}/").status_code in (302, 403)
        as_chief.post(f"/admin/redaksjonen/{pk}/", {"do": "close"})
    assert User.objects.filter(is_active=True).count() == 2


def test_two_who_close_each_other_s_accounts_don_t_both_succeed(chief):
    other = person("annen@example.no", group="Editors")
    other.groups.add(role("Staff managers"))
    staff.act("close", chief, other, set())
    with pytest.raises(PermissionDenied):
        staff.act("close", other, chief, set())
    assert User.objects.get(pk=chief.pk).is_active


@pytest.mark.parametrize("who", ["editor", "writer", "manager", "member"])
def test_the_rest_see_no_staff(who, request, writer):
    client = logged_in(request.getfixturevalue(who))
    for path in ("", f"{writer.pk}/"):
        answer = client.get(f"/admin/redaksjonen/{path}")
        assert answer.status_code in (302, 403)


def test_a_member_is_no_staff_to_be_changed(as_chief, member):
    assert as_chief.get(f"/admin/redaksjonen/{member.pk}/").status_code == 404


def test_the_first_editor_manages_the_staff():
    call_command("create_editor", "en@example.no", password="-")
    call_command("create_editor", "to@example.no", password="-")
    first, second = (User.objects.get(email=f"{name}@example.no") for name in ("en", "to"))
    assert names(first.groups.all()) == {"Editors", "Staff managers"}
    assert names(second.groups.all()) == {"Editors"}


def test_what_is_stored_of_an_invited_person_is_told_and_erased(chief):
    Invitation.objects.invite("ny@example.no", [role("Writers")], chief)
    user = person("ny@example.no")
    assert "invited" in {section.key for section in told_of(user)}
    erase(user)
    assert not Invitation.objects.exists()


def test_old_invitations_are_forgotten(chief):
    Invitation.objects.invite("ny@example.no", [role("Writers")], chief)
    Invitation.objects.update(expires_at=timezone.now() - Invitation.REMEMBERED)
    Invitation.objects.forget()
    assert not Invitation.objects.exists()


def test_a_proven_second_address_counts(chief, member):
    EmailAddress.objects.create(user=member, email="jobb@example.no", verified=True)
    invitation = Invitation.objects.invite("jobb@example.no", [role("Writers")], chief)
    assert invitation.accept(member)

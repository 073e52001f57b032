"""Members in the panel."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Label, State, User
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


def shown_by(client: Client, url: str) -> dict[str, list[str]]:
    """What a member's page tells that it showed, as its form sends it back."""
    found: dict[str, list[str]] = {}
    page = client.get(url).content.decode()
    for name, value in re.findall(r'type="hidden" name="(initial-\w+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(value)
    return found


def test_a_member_manager_finds_members_and_none_of_the_staff(manager, member, editor):
    page = logged_in(manager).get("/admin/users/").content.decode()
    assert member.email in page
    assert editor.email not in page


def test_a_member_manager_suspends_and_restores(manager, member):
    client = logged_in(manager)
    url = f"/admin/users/edit/{member.pk}/"
    suspended = {"name": "Kari", "is_suspended": "on", "suspension_reason": "Deler passordet"}
    assert client.post(url, suspended).status_code == 302
    member.refresh_from_db()
    assert (member.state, member.name) == (State.SUSPENDED, "Kari")
    client.post(url, {**shown_by(client, url), "name": "Kari"})
    member.refresh_from_db()
    assert member.state == State.ACTIVE


def test_the_page_of_a_member_says_who_did_what(manager, member):
    assert member.leave()
    address = f"/admin/users/edit/{member.pk}/"
    suspended = {"name": "", "is_suspended": "on", "suspension_reason": "Deler passordet"}
    logged_in(manager).post(address, suspended)
    page = logged_in(manager).get(address).content.decode()
    rows = re.findall(r"<td>([^<]+)</td><td>([^<]+)</td></tr>", page)
    assert ("Ba om å få kontoen slettet", "medlemmet") in rows
    assert ("Medlemmet ble stengt ute: Deler passordet", str(manager)) in rows
    assert "data-side-panel=" not in page  # the side panel would say «Publisert» of a person


def test_a_member_manager_can_t_reach_the_staff_nor_hand_out_rights(manager, member, editor):
    client = logged_in(manager)
    assert client.get(f"/admin/users/edit/{editor.pk}/").status_code == 404
    assert client.get(f"/admin/users/delete/{member.pk}/").status_code == 302
    assert client.get("/admin/users/new/").status_code == 302
    group = Group.objects.get(name="Editors")
    for action in ("assign_role", "delete", "set_active_state"):
        url = f"/admin/bulk/accounts/user/{action}/?id={member.pk}&next=/admin/"
        client.post(url, {"role": group.pk, "mark_as_active": "False"})
    member.refresh_from_db()
    assert member.is_active
    assert not member.groups.exists()


def test_an_old_page_changes_nothing_but_what_was_changed_in_it(manager, member):
    client, url = logged_in(manager), f"/admin/users/edit/{member.pk}/"
    member.labels.set(Label.objects.named(["Kurs", "VIP"]).values())
    course = Label.objects.get(name="Kurs")
    read = shown_by(client, url)
    ticked = [course.pk, Label.objects.get(name="VIP").pk]
    User.objects.filter(pk=member.pk).update(name="Nytt navn")
    User.objects.get(pk=member.pk).suspend("Deler passordet")
    member.labels.set(Label.objects.named(["VIP", "Styret"]).values())
    posted = {
        **read,
        "name": member.name,
        "suspension_reason": "",
        "label_set": ticked,
        "new_labels": "Ny",
    }
    client.post(url, posted)
    member.refresh_from_db()
    assert (member.state, member.suspension_reason) == (State.SUSPENDED, "Deler passordet")
    assert member.name == "Nytt navn"
    assert set(member.labels.values_list("name", flat=True)) == {"VIP", "Styret", "Ny"}


@pytest.mark.parametrize("who", ["editor", "writer"])
def test_editors_and_writers_see_no_members(who, member, request):
    client = logged_in(request.getfixturevalue(who))
    answer = client.get("/admin/users/", follow=True)
    assert member.email not in answer.content.decode()


def test_a_member_manager_sees_no_articles(manager, article):
    client = logged_in(manager)
    assert client.get(f"/admin/pages/{article.pk}/edit/").status_code == 302
    assert client.get(f"/admin/pages/{article.pk}/view_draft/").status_code == 302


def test_create_editor_makes_one_with_a_confirmed_address(capsys):
    call_command("create_editor", "Ny@Example.no", "--password", "langt-og-trygt-ord")
    user = User.objects.get(email="ny@example.no")
    assert user.is_active_member
    assert user.emailaddress_set.get().verified
    assert logged_in(user).get("/admin/").status_code == 200


def test_create_editor_makes_no_password_for_anybody(capsys):
    call_command("create_editor", "ny@example.no", "--password=-")
    assert not User.objects.get().has_usable_password()
    assert capsys.readouterr().out == "ny@example.no er med i gruppen Editors.\n"


def test_create_editor_makes_a_member_one_and_leaves_the_password_alone(member):
    call_command("create_editor", member.email, "--password", "et-annet-passord")
    member.refresh_from_db()
    assert member.check_password("langt-passord")
    assert member.is_staff


@pytest.mark.parametrize(
    ("email", "password"), [("tull", "langt-og-trygt-ord"), ("a@b.no", "kort")]
)
def test_create_editor_refuses_what_is_no_address_or_no_password(email, password):
    with pytest.raises(CommandError):
        call_command("create_editor", email, "--password", password)
    assert not User.objects.exists()


def test_who_is_suspended_before_the_code_stays_out_after_it(pending):
    pending.suspend()
    pending.confirm()
    pending.refresh_from_db()
    assert pending.state == State.SUSPENDED
    pending.restore()
    assert pending.state == State.UNCONFIRMED


def test_who_may_not_enter_the_panel_is_left_no_message_in_english(member):
    client = logged_in(member)
    assert client.get("/admin/", follow=True).status_code == 403
    assert "permission" not in client.get("/konto/").content.decode()

"""Signing out, and what members may change about themselves."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import State, User
from mail.models import Message, Priority
from tests.accounts.mails import code_in, newest_mail
from tests.conftest import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
PASSWORD = "langt-og-trygt-ord"


def confirm(client, typed: str):
    return client.post(reverse("account_email_verification_sent"), {"code": typed})


def test_after_log_out_no_cookie_is_left_and_none_is_set(as_member, article):
    answer = as_member.post(reverse("account_logout"))
    assert answer.cookies["medlem"]["max-age"] == 0
    as_member.cookies.clear()  # a browser drops an expired cookie
    answer = as_member.get(article.get_absolute_url())
    assert not answer.cookies
    assert b"Det l\xc3\xa5ste" not in answer.content


def test_an_old_cookie_opens_nothing_after_log_out(as_member, article):
    old = as_member.cookies.copy()
    as_member.post(reverse("account_logout"))
    as_member.cookies = old
    assert "Det låste" not in as_member.get(article.get_absolute_url()).content.decode()


def test_a_forgotten_password_is_replaced_by_a_typed_code(visitor, member):
    visitor.post(reverse("account_reset_password"), {"email": member.email})
    answer = visitor.post(
        reverse("account_confirm_password_reset_code"), {"code": code_in(newest_mail())}
    )
    assert answer.url == reverse("account_complete_password_reset")
    visitor.post(answer.url, {"password1": "et-helt-nytt-ord", "password2": "et-helt-nytt-ord"})
    member.refresh_from_db()
    assert member.check_password("et-helt-nytt-ord")


def test_a_new_address_counts_when_its_code_is_typed(as_member, member):
    as_member.post(reverse("account_reauthenticate"), {"password": "langt-passord"})
    as_member.post(reverse("account_email"), {"email": "flyttet@example.no", "action_add": ""})
    assert User.objects.get(pk=member.pk).email == "medlem@example.no"
    confirm(as_member, code_in(newest_mail()))
    assert User.objects.get(pk=member.pk).email == "flyttet@example.no"
    assert EmailAddress.objects.get(user=member, primary=True).email == "flyttet@example.no"


def test_a_password_is_changed_by_who_knows_the_old_one(as_member, member):
    data = {"oldpassword": "langt-passord", "password1": PASSWORD, "password2": PASSWORD}
    as_member.post(reverse("account_change_password"), {**data, "oldpassword": "feil"})
    assert not User.objects.get(pk=member.pk).check_password(PASSWORD)
    as_member.post(reverse("account_change_password"), data)
    assert User.objects.get(pk=member.pk).check_password(PASSWORD)


def test_what_anybody_may_ask_for_leaves_before_notices(visitor, as_member, member):
    data = {"oldpassword": "langt-passord", "password1": PASSWORD, "password2": PASSWORD}
    as_member.post(reverse("account_change_password"), data)
    for address in (member.email, "ukjent@example.no"):
        visitor.post(reverse("account_reset_password"), {"email": address})
    priorities = Message.objects.order_by("pk").values_list("priority", flat=True)
    assert list(priorities) == [Priority.NOTICE, Priority.CODE, Priority.CODE]


def test_a_member_names_themselves(as_member, member):
    as_member.post(reverse("accounts:overview"), {"name": "Bjørg Åsen"})
    assert User.objects.get(pk=member.pk).name == "Bjørg Åsen"


def test_the_account_is_closed_to_visitors(visitor):
    assert visitor.get("/konto/").url == "/konto/logg-inn/?next=/konto/"


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/pages/", "/admin/users/", "/admin/login/", "/admin/password_reset/"]
)
def test_the_panel_has_one_log_in_and_a_member_no_way_in(visitor, as_member, path):
    assert visitor.get(path).url.startswith("/konto/logg-inn/?next=/admin/")
    answer = as_member.get(path, follow=True)
    assert answer.status_code == 403


def test_a_suspended_member_is_let_in_and_reads_as_a_visitor(suspended, article):
    answer = logged_in(suspended).get(article.get_absolute_url())
    assert "Det låste" not in answer.content.decode()


def test_states_change_only_where_a_way_leads(member, pending, suspended):
    for person, verb, after in [
        (member, "confirm", State.ACTIVE),
        (member, "restore", State.ACTIVE),
        (member, "suspend", State.SUSPENDED),
        (suspended, "confirm", State.SUSPENDED),
        (suspended, "restore", State.ACTIVE),
        (pending, "confirm", State.ACTIVE),
    ]:
        getattr(person, verb)()
        assert User.objects.get(pk=person.pk).state == after


def test_who_was_proven_elsewhere_is_not_asked_for_a_code(pending):
    EmailAddress.objects.filter(user=pending).update(verified=True)
    logged_in(pending)
    pending.refresh_from_db()
    assert pending.state == State.ACTIVE


def test_logging_in_does_not_confirm_an_address_nor_end_a_suspension(pending, suspended):
    for user in (pending, suspended):
        before = user.state
        logged_in(user)
        user.refresh_from_db()
        assert user.state == before

"""From visitor to member and out again, on allauth's own pages."""

import email
import email.policy
import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.access import Access, access_of
from accounts.models import Message, State, User
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db
NEXT = "/serien/delen/#les-videre"
PASSWORD = "langt-og-trygt-ord"


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "accounts.outbox.OutboxBackend"


def code() -> str:
    """The code in the newest mail."""
    return re.search(r"^\s*(\d{6})\s*$", newest_mail(), re.MULTILINE)[1]


def newest_mail() -> str:
    stored = Message.objects.order_by("-pk").first()
    mail = email.message_from_bytes(bytes(stored.source), policy=email.policy.default)
    return mail.get_body(("plain",)).get_content()


def sign_up(client: Client, address: str = "ny@example.no"):
    data = {"email": address, "password1": PASSWORD, "next": NEXT}
    return client.post(reverse("account_signup"), data)


def confirm(client: Client, typed: str):
    return client.post(reverse("account_email_verification_sent"), {"code": typed})


def test_a_new_member_stands_where_the_text_was_cut(visitor):
    answer = sign_up(visitor)
    assert answer.url == reverse("account_email_verification_sent")
    answer = confirm(visitor, code())
    assert answer.url == NEXT
    user = User.objects.get()
    assert user.state == State.ACTIVE
    assert access_of(user) == Access.MEMBERS


def test_before_the_code_is_typed_one_reads_as_a_visitor(visitor):
    sign_up(visitor)
    assert User.objects.get().state == State.UNCONFIRMED
    assert access_of(User.objects.get()) == Access.PUBLIC
    assert "_auth_user_id" not in visitor.session


def test_a_wrong_code_opens_nothing_and_the_third_ends_the_try(visitor):
    sign_up(visitor)
    right = code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(3):
        confirm(visitor, wrong)
    confirm(visitor, right)
    assert User.objects.get().state == State.UNCONFIRMED


def test_no_mail_holds_a_link_that_proves_anything(visitor):
    sign_up(visitor)
    assert "/konto/" not in newest_mail()


def test_the_code_stands_in_the_subject(visitor):
    sign_up(visitor)
    assert code() in Message.objects.get().subject


def test_a_known_address_is_answered_like_an_unknown_one(visitor, member):
    unknown = sign_up(visitor)
    known = sign_up(Client(), member.email)
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert User.objects.filter(email=member.email).count() == 1


def test_log_in_leads_back_to_the_cut(visitor, member):
    data = {"login": member.email, "password": "langt-passord", "next": NEXT}
    assert visitor.post(reverse("account_login"), data).url == NEXT


def test_the_address_is_the_same_in_capitals(visitor, member):
    data = {"login": member.email.upper(), "password": "langt-passord"}
    assert visitor.post(reverse("account_login"), data).status_code == 302


@pytest.mark.parametrize("next_", ["https://ond.example/", "//ond.example/", "javascript:alert(1)"])
def test_next_leads_to_no_other_host(visitor, member, next_):
    data = {"login": member.email, "password": "langt-passord", "next": next_}
    answer = visitor.post(reverse("account_login"), data)
    assert "ond.example" not in answer.url
    assert not answer.url.startswith("javascript")


def test_after_log_out_no_cookie_is_left_and_none_is_set(as_member, article):
    answer = as_member.post(reverse("account_logout"))
    assert answer.cookies["medlem"]["max-age"] == 0
    as_member.cookies.clear()  # as a browser does with a cookie that has expired
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
    answer = visitor.post(reverse("account_confirm_password_reset_code"), {"code": code()})
    assert answer.url == reverse("account_complete_password_reset")
    visitor.post(answer.url, {"password1": "et-helt-nytt-ord", "password2": "et-helt-nytt-ord"})
    member.refresh_from_db()
    assert member.check_password("et-helt-nytt-ord")


def test_a_new_address_counts_when_its_code_is_typed(as_member, member):
    as_member.post(reverse("account_reauthenticate"), {"password": "langt-passord"})
    as_member.post(reverse("account_email"), {"email": "flyttet@example.no", "action_add": ""})
    assert User.objects.get(pk=member.pk).email == "medlem@example.no"
    confirm(as_member, code())
    assert User.objects.get(pk=member.pk).email == "flyttet@example.no"
    assert EmailAddress.objects.get(user=member, primary=True).email == "flyttet@example.no"


def test_a_password_is_changed_by_who_knows_the_old_one(as_member, member):
    data = {"oldpassword": "langt-passord", "password1": PASSWORD, "password2": PASSWORD}
    as_member.post(reverse("account_change_password"), {**data, "oldpassword": "feil"})
    assert not User.objects.get(pk=member.pk).check_password(PASSWORD)
    as_member.post(reverse("account_change_password"), data)
    assert User.objects.get(pk=member.pk).check_password(PASSWORD)


def test_a_member_names_themselves(as_member, member):
    as_member.post(reverse("accounts:overview"), {"name": "Bjørg Åsen"})
    assert User.objects.get(pk=member.pk).name == "Bjørg Åsen"


def test_the_account_is_closed_to_visitors(visitor):
    assert visitor.get("/konto/").url == "/konto/logg-inn/?next=/konto/"


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/pages/", "/admin/users/", "/admin/login/", "/admin/password_reset/"]
)
def test_the_panel_has_one_door_and_a_member_no_way_in(visitor, as_member, path):
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

"""Ways to get into somebody else's account, each tried once."""

from collections import Counter
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Consent, FormerAddress, State, User
from accounts.own_data import erase, erase_who_has_left, told_of
from mail.models import Message
from tests.accounts.mails import code_in, mails, newest_mail
from tests.accounts.test_own_data import dump
from tests.conftest import OURS, logged_in, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
SIGN_IN, CODE, TERMS = "/konto/logg-inn/", "/konto/logg-inn/kode/", "/konto/vilkar/"
VICTIM = "offer@example.no"


def browser() -> Client:
    return Client(headers=OURS)


def come_in(client: Client, address: str = VICTIM) -> Client:
    at_terms(client, address)
    client.post(TERMS, {"terms": "on"})
    assert client.session["_auth_user_id"]
    return client


def at_terms(client: Client, address: str) -> Client:
    client.post(SIGN_IN, {"email": address})
    assert client.post(CODE, {"code": code_in(newest_mail())}).url == TERMS
    return client


def test_nobody_moves_a_proven_account_to_the_address_of_another():
    one, two = browser(), browser()
    one.post("/konto/bli-medlem/passnokkel/", {"email": "angriper@example.no"})
    at_terms(two, "angriper@example.no")
    one.post("/konto/bekreft/", {"action": "change", "email": VICTIM})
    assert not User.objects.filter(email=VICTIM).exists()
    come_in(browser())
    assert {user.email for user in User.objects.all()} == {"angriper@example.no", VICTIM}


def test_what_somebody_got_ready_with_an_address_is_gone_when_its_owner_comes():
    """Say, a sign-in at a provider that doesn't verify addresses, or an imported password."""
    user = User.objects.join(VICTIM, source="feide")
    user.set_password("angriperens-ord")
    user.save()
    SocialAccount.objects.create(user=user, provider="feide", uid="angriper")
    Authenticator.objects.create(user=user, type="webauthn", data={})
    stale = logged_in(User.objects.get())
    User.objects.update(last_login=None)
    come_in(browser())
    user.refresh_from_db()
    assert not SocialAccount.objects.exists()
    assert not Authenticator.objects.exists()
    assert not user.has_usable_password()
    assert stale.get("/konto/").status_code == 302


def test_what_a_member_has_made_stays_when_they_log_in_again(member):
    SocialAccount.objects.create(user=member, provider="feide", uid="min")
    logged_in(member)
    client = browser()
    client.post(SIGN_IN, {"email": member.email})
    client.post(CODE, {"code": code_in(newest_mail())})
    member.refresh_from_db()
    assert SocialAccount.objects.exists()
    assert member.check_password("langt-passord")


def test_logging_out_everywhere_ends_who_waits_at_the_terms(settings, member):
    settings.TERMS_VERSION = "2"
    stranger = browser()
    stranger.post(SIGN_IN, {"email": member.email})
    assert stranger.post(CODE, {"code": code_in(newest_mail())}).url == TERMS
    member.end_sessions()
    assert stranger.post(TERMS, {"terms": "on"}).url == f"{SIGN_IN}?kode=ugyldig"
    assert "_auth_user_id" not in stranger.session


@pytest.mark.parametrize(
    "path",
    [
        *(SIGN_IN, "/konto/bli-medlem/", CODE, "/konto/logg-inn/passord/"),
        *("/konto/passord/glemt/", "/konto/bli-medlem/passnokkel/"),
    ],
)
@pytest.mark.parametrize("next_", ["http://[", "http://[::1", "http://testserver[", "\0", "\ud800"])
def test_no_odd_address_is_an_error(path, next_):
    client = browser()
    for ask in (client.get, client.post):
        data = {"next": next_, "email": "a@example.no"}
        if next_ == "\ud800" and ask == client.get:
            continue  # a client can't write this in an address
        try:
            answer = ask(path, data)
        except UnicodeEncodeError:  # nor in this kind of form
            continue
        assert answer.status_code in (200, 302, 400, 429)


def test_a_log_in_whose_account_is_gone_leads_to_the_log_in():
    client = browser()
    client.post(SIGN_IN, {"email": VICTIM})
    code = code_in(newest_mail())
    User.objects.all().delete()
    assert client.post(CODE, {"code": code}).url == f"{SIGN_IN}?kode=ugyldig"
    at_terms(client, VICTIM)
    User.objects.all().delete()
    assert client.post(TERMS, {"terms": "on"}).url == f"{SIGN_IN}?kode=ugyldig"


def test_asking_again_gives_an_unconfirmed_member_seven_more_days(pending):
    User.objects.update(joined_at=timezone.now() - timedelta(days=6, hours=23))
    browser().post(SIGN_IN, {"email": pending.email})
    pending.refresh_from_db()
    assert pending.joined_at > timezone.now() - timedelta(minutes=1)


def test_who_stays_or_confirms_meanwhile_is_not_erased(monkeypatch):
    first, second = person("en@example.no"), person("to@example.no")
    User.objects.update(state=State.LEAVING, leaves_at=timezone.now() - timedelta(days=1))

    def stays(user):
        User.objects.get(pk=second.pk).stay()

    monkeypatch.setattr("accounts.own_data.erasers", [stays])
    erase_who_has_left()
    assert {user.pk for user in User.objects.all()} == {second.pk}
    assert first.pk != second.pk


def test_a_sender_over_the_limit_makes_no_more_accounts(settings):
    for n in range(100):
        browser().post(SIGN_IN, {"email": f"n{n}@d{n}.example"})
    assert User.objects.count() == len(mails()) == settings.MAILS_PER_VISITOR


def test_a_sender_over_the_limit_uses_up_nobody_else_s(member):
    for n in range(70):
        browser().post(SIGN_IN, {"email": f"n{n}@d{n}.example"})
    for _ in range(10):
        assert browser().post(SIGN_IN, {"email": member.email}).status_code == 429
    other = Client(headers=OURS, REMOTE_ADDR="198.51.100.77")
    assert other.post(SIGN_IN, {"email": member.email}).status_code == 302


def test_one_sender_does_not_lock_a_member_out_of_the_code(member):
    for _ in range(20):
        browser().post(SIGN_IN, {"email": member.email})
    other = Client(headers=OURS, REMOTE_ADDR="198.51.100.77")
    assert other.post(SIGN_IN, {"email": member.email}).status_code == 302
    assert newest_mail()["To"] == member.email


def test_a_class_can_join_at_once_where_its_domain_is_known(settings):
    settings.KNOWN_DOMAINS = {"stud.skole.example"}
    for n in range(50):
        browser().post(SIGN_IN, {"email": f"elev{n}@stud.skole.example"})
    assert len(mails()) == 50


def test_the_terms_are_no_dead_end(member):
    client = at_terms(browser(), VICTIM)
    page = client.get(TERMS).content.decode()
    assert f"{SIGN_IN}?ny=1" in page
    data = {"login": member.email, "password": "langt-passord"}
    client.post("/konto/logg-inn/passord/", data)
    assert client.session["_auth_user_id"] == str(member.pk)


def test_next_is_kept_when_the_terms_come_too_late():
    client = browser()
    client.post(SIGN_IN, {"email": VICTIM, "next": "/serien/delen/"})
    client.post(CODE, {"code": code_in(newest_mail()), "next": "/serien/delen/"})
    assert 'name="next" value="/serien/delen/"' in client.get(TERMS).content.decode()
    client.session.flush()
    answer = browser().post(TERMS, {"terms": "on", "next": "/serien/delen/"})
    assert answer.url == f"{SIGN_IN}?kode=ugyldig&next=%2Fserien%2Fdelen%2F"


def test_a_member_moves_to_an_address_that_was_once_typed_at_the_log_in(member):
    browser().post(SIGN_IN, {"email": "flyttet@example.no"})
    client = logged_in(member)
    client.post("/konto/identitet/", {"password": "langt-passord"})
    client.post("/konto/epost/", {"email": "flyttet@example.no", "action_add": ""})
    client.post("/konto/bekreft/", {"code": code_in(newest_mail())})
    assert {user.email for user in User.objects.all()} == {"flyttet@example.no"}


def test_nobody_moves_to_the_address_of_a_member(member, suspended):
    client = logged_in(member)
    client.post("/konto/identitet/", {"password": "langt-passord"})
    client.post("/konto/epost/", {"email": suspended.email, "action_add": ""})
    assert User.objects.get(pk=suspended.pk).email == suspended.email
    assert User.objects.get(pk=member.pk).email == member.email


def test_a_leaving_is_no_way_round_a_suspension(member, manager):
    member.leave()
    posted = {"name": "x", "is_suspended": "on", "suspension_reason": "Deler tilgangen."}
    logged_in(manager).post(f"/admin/users/edit/{member.pk}/", posted)
    member.refresh_from_db()
    assert member.state == State.LEAVING
    member.stay()
    member.refresh_from_db()
    assert member.state == State.SUSPENDED


def test_what_an_old_object_remembers_decides_nothing(member):
    old = User.objects.get(pk=member.pk)
    User.objects.get(pk=member.pk).suspend()
    old.leave()
    User.objects.get(pk=member.pk).stay()
    assert User.objects.get(pk=member.pk).state == State.SUSPENDED


def test_the_terms_sent_twice_are_one_consent():
    client = at_terms(browser(), VICTIM)
    cookies = client.cookies.copy()
    for _ in range(3):
        client.cookies = cookies
        client.post(TERMS, {"terms": "on"})
    assert Consent.objects.count() == 1


def test_a_consent_keeps_the_page_and_not_what_was_searched_for():
    client = browser()
    client.post(SIGN_IN, {"email": VICTIM, "next": "/sok/?q=hemmelig#les-videre"})
    client.post(CODE, {"code": code_in(newest_mail()), "next": "/sok/?q=hemmelig#les-videre"})
    client.post(TERMS, {"terms": "on"})
    assert Consent.objects.get().source == "/sok/"


def test_member_managers_find_no_staff_by_their_numbers(manager, editor, member):
    client = logged_in(manager)
    for view in ("edit", "history", "usage", "history-results"):
        assert client.get(f"/admin/users/{view}/{editor.pk}/").status_code in (302, 404)
        assert editor.email not in client.get(f"/admin/users/{view}/{editor.pk}/").content.decode()
        if view != "usage":  # says nothing of a person, and is for editors
            assert client.get(f"/admin/users/{view}/{member.pk}/").status_code == 200


@pytest.mark.parametrize("body", ['{"id":1}', "[]", "1", '"x"', "null", "{", '{"rawId": 5}'])
def test_what_is_no_passkey_is_told_so(visitor, body):
    answer = visitor.post("/konto/logg-inn/passnokkel/", {"credential": body})
    assert answer.status_code == 302
    assert "_auth_user_id" not in visitor.session


@pytest.mark.parametrize("charset", ["unicode_escape", "idna", "rot13", "hex", "zlib", "utf-16"])
def test_a_form_in_an_odd_encoding_is_refused(visitor, charset):
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    assert visitor.generic("POST", SIGN_IN, b"--x--", content_type=kind).status_code == 400


def test_head_is_answered_as_get_is(visitor):
    assert {path: visitor.head(path).status_code for path in (SIGN_IN, "/konto/bli-medlem/")} == {
        SIGN_IN: 200,
        "/konto/bli-medlem/": 200,
    }


def test_a_member_who_is_made_an_editor_logs_in_anew(member):
    client = logged_in(member)
    call_command("create_editor", member.email)
    assert client.get("/konto/").status_code == 302


def test_an_address_they_had_before_is_erased_with_them(member):
    client = logged_in(member)
    client.post("/konto/identitet/", {"password": "langt-passord"})
    client.post("/konto/epost/", {"email": "flyttet@example.no", "action_add": ""})
    client.post("/konto/bekreft/", {"code": code_in(newest_mail())})
    assert "medlem@example.no" in Counter(mail["To"] for mail in mails())
    assert not EmailAddress.objects.filter(email="medlem@example.no").exists()
    erase(User.objects.get(pk=member.pk))
    assert "medlem@example.no" not in dump()


def test_mails_to_an_address_they_had_are_theirs_until_it_was_somebody_else_s(member):
    client = logged_in(member)
    client.post("/konto/identitet/", {"password": "langt-passord"})
    client.post("/konto/epost/", {"email": "flyttet@example.no", "action_add": ""})
    client.post("/konto/bekreft/", {"code": code_in(newest_mail())})
    FormerAddress.objects.update(changed_at=timezone.now() - timedelta(minutes=5))
    Message.objects.filter(recipient="medlem@example.no").update(
        created_at=timezone.now() - timedelta(minutes=5)
    )
    come_in(browser(), "medlem@example.no")
    told = {section.key: section.rows for section in told_of(User.objects.get(pk=member.pk))}
    assert len(told["mails"]) == 2  # the code to the new address, the notice to the old one
    erase(User.objects.get(pk=member.pk))
    # The code that somebody else logged in with, and the welcome that waits for them.
    assert set(Message.objects.values_list("recipient", flat=True)) == {"medlem@example.no"}

"""Codes and unfinished sign-ins are valid only while the member's credentials are unchanged."""

from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import State, User
from accounts.sign_in.pending_codes import is_still_theirs
from tests.accounts.mails import code_in, mails, newest_mail, text_of
from tests.conftest import OURS, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
SIGN_IN, CODE = "/konto/logg-inn/", "/konto/logg-inn/kode/"
FORGOTTEN, RESET, NEW = ("/konto/passord/glemt/" + step for step in ("", "kode/", "nytt/"))
PASSWORD, NEW_PASSWORD = "langt-passord", "et-helt-annet-ord-2"


def browser() -> Client:
    return Client(headers=OURS)


def themselves(member: User) -> Client:
    """Returns a session in which the member has just confirmed their identity."""
    client = logged_in(member)
    client.post("/konto/identitet/", {"password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/konto/").status_code == 200


def change_address(client: Client, member: User) -> None:
    client.post("/konto/epost/", {"email": "flyttet@example.no", "action_add": ""})
    client.post("/konto/bekreft/", {"code": code_in(newest_mail())})
    member.refresh_from_db()
    assert member.email == "flyttet@example.no"


def change_password(client: Client, member: User) -> None:
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/konto/passord/", data)
    member.refresh_from_db()
    assert member.check_password(NEW_PASSWORD)


def remove_passkey(client: Client, member: User) -> None:
    passkey = Authenticator.objects.create(user=member, type="webauthn", data={"name": "min"})
    client.post(f"/konto/passnokler/{passkey.pk}/fjern/")
    assert not Authenticator.objects.exists()


def remove_provider(client: Client, member: User) -> None:
    account = SocialAccount.objects.create(user=member, provider="google", uid="1")
    client.post("/konto/tilkoblinger/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def log_out_everywhere(client: Client, member: User) -> None:
    client.post("/konto/innlogginger/overalt/")


def suspend(client: Client, member: User) -> None:
    member.suspend()


CHANGES = [change_address, change_password, remove_passkey, remove_provider]
ENDS = [*CHANGES, log_out_everywhere, suspend]


@pytest.fixture(autouse=True)
def google(settings):
    settings.SOCIALACCOUNT_PROVIDERS = {"google": {"APPS": [{"client_id": "a", "secret": "b"}]}}


@pytest.mark.parametrize("change", ENDS)
def test_a_code_to_log_in_is_void_after_the_change(change, member):
    client, thief = themselves(member), browser()
    thief.post(SIGN_IN, {"email": member.email})
    code = code_in(newest_mail())
    before = member.email
    change(client, member)
    answer = thief.post(CODE, {"code": code})
    assert answer.url == f"{SIGN_IN}?kode=ugyldig"
    assert not is_in(thief)
    addresses = EmailAddress.objects.filter(user=member)
    assert [address.email for address in addresses] == [member.email]
    assert not thief.post("/konto/bekreft/", {"code": code}).wsgi_request.user.is_authenticated
    assert change is not change_address or member.email != before


@pytest.mark.parametrize("change", ENDS)
@pytest.mark.parametrize("is_typed", [False, True])
def test_a_code_for_a_new_password_is_void_after_the_change(change, is_typed, member):
    client, thief = themselves(member), browser()
    thief.post(FORGOTTEN, {"email": member.email})
    code = code_in(newest_mail())
    if is_typed:  # the new password is not chosen yet
        assert thief.post(RESET, {"code": code}).url == NEW
    change(client, member)
    thief.post(RESET, {"code": code})
    thief.post(NEW, {"password1": "tyvens-eget-ord-7", "password2": "tyvens-eget-ord-7"})
    member.refresh_from_db()
    assert not member.check_password("tyvens-eget-ord-7")
    assert not is_in(thief)


@pytest.mark.parametrize("change", CHANGES)
def test_other_sessions_end_and_the_one_that_made_the_change_goes_on(change, member):
    client, elsewhere = themselves(member), logged_in(member)
    assert is_in(elsewhere)
    change(client, member)
    assert not is_in(elsewhere)
    assert is_in(client)


def test_the_session_that_goes_on_is_still_listed(member):
    client = browser()
    client.post("/konto/logg-inn/passord/", {"login": member.email, "password": PASSWORD})
    change_password(client, member)
    listed = UserSession.objects.get(user=member)
    assert listed.session_key == client.session.session_key


def test_a_new_passkey_ends_other_sessions(member):
    client, elsewhere = themselves(member), logged_in(member)
    request = client.get("/konto/").wsgi_request
    passkey = Authenticator.objects.create(user=member, type="webauthn", data={})
    authenticator_added.send(Authenticator, request=request, user=member, authenticator=passkey)
    request.session.save()
    assert not is_in(elsewhere)
    assert is_in(client)


def test_a_change_of_address_that_waits_is_void_after_logging_out_everywhere(member):
    client = themselves(member)
    client.post("/konto/epost/", {"email": "tyv@example.no", "action_add": ""})
    code = code_in(newest_mail())
    member.end_sessions()
    client.post("/konto/bekreft/", {"code": code})
    member.refresh_from_db()
    assert member.email == "medlem@example.no"


def test_a_code_that_shows_it_is_still_them_is_void_after_a_new_epoch(member):
    client = logged_in(member)
    client.post("/konto/identitet/kode/", {"recipient": member.email})
    code = code_in(newest_mail())
    session = client.session
    User.objects.filter(pk=member.pk).update(session_epoch=7)
    session["_auth_user_hash"] = User.objects.get(pk=member.pk).get_session_auth_hash()
    session.save()
    assert is_in(client)
    answer = client.post("/konto/identitet/kode/skriv/", {"code": code})
    assert answer.url.startswith("/konto/identitet/kode/?kode=ute")


def test_a_log_in_that_waits_for_a_second_factor_is_void_after_a_new_epoch(member):
    Authenticator.objects.create(user=member, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    thief = browser()
    thief.post("/konto/logg-inn/passord/", {"login": member.email, "password": PASSWORD})
    assert thief.get("/konto/logg-inn/to-trinn/").status_code == 200
    User.objects.get(pk=member.pk).end_sessions()
    assert thief.get("/konto/logg-inn/to-trinn/").status_code == 302
    assert not is_in(thief)


def test_a_passkey_is_not_made_by_a_sign_up_that_was_ended():
    thief = browser()
    thief.post("/konto/bli-medlem/passnokkel/", {"email": "ny@example.no"})
    thief.post("/konto/bekreft/", {"code": code_in(newest_mail())})
    assert thief.get("/konto/bli-medlem/passnokkel/ny/").status_code == 200
    User.objects.get().end_sessions()
    assert thief.get("/konto/bli-medlem/passnokkel/ny/").status_code == 302


def test_an_address_that_is_theirs_no_longer_takes_no_code(member):
    """This holds however the address was changed, even from a shell, which raises no epoch."""
    thief = browser()
    thief.post(SIGN_IN, {"email": member.email})
    code = code_in(newest_mail())
    EmailAddress.objects.update(email="flyttet@example.no")
    User.objects.update(email="flyttet@example.no")
    assert thief.post(CODE, {"code": code}).url == f"{SIGN_IN}?kode=ugyldig"
    assert not is_in(thief)


def test_an_address_that_is_another_s_by_now_takes_no_code(member, manager):
    thief = browser()
    thief.post(SIGN_IN, {"email": member.email})
    code = code_in(newest_mail())
    EmailAddress.objects.filter(user=member).update(user=manager, primary=False)
    assert thief.post(CODE, {"code": code}).url == f"{SIGN_IN}?kode=ugyldig"
    assert not is_in(thief)


def test_a_member_who_was_deleted_has_no_code(member):
    client = browser()
    client.post(SIGN_IN, {"email": member.email})
    code = code_in(newest_mail())
    User.objects.filter(pk=member.pk).delete()
    assert client.post(CODE, {"code": code}).url.startswith(SIGN_IN)
    assert not is_in(client)
    process = SimpleNamespace(user=None, state={"user_id": member.pk})
    assert not is_still_theirs(process)
    assert is_still_theirs(SimpleNamespace(user=None, state={}))


def test_the_old_mailbox_is_told_of_the_change_and_not_of_the_new_address(member):
    change_address(themselves(member), member)
    notice = next(mail for mail in mails() if mail["To"] == "medlem@example.no")
    for kind in ("plain", "html"):
        assert "medlem@example.no" in text_of(notice, kind)
        assert "flyttet" not in notice.as_string()


def test_the_first_proof_of_an_address_ends_what_others_began_with_it():
    others, owner = browser(), browser()
    others.post(SIGN_IN, {"email": "ny@example.no"})
    code = code_in(newest_mail())
    owner.post(SIGN_IN, {"email": "ny@example.no"})
    assert owner.post(CODE, {"code": code_in(newest_mail())}).url == "/konto/vilkar/"
    assert others.post(CODE, {"code": code}).url == f"{SIGN_IN}?kode=ugyldig"
    owner.post("/konto/vilkar/", {"terms": "on"})
    assert is_in(owner)
    assert User.objects.get().state == State.ACTIVE

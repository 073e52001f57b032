"""Staff need two factors. For members, one is enough, and a passkey is one."""

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.sign_in.second_factor import way_to_second_factor
from tests import factories
from tests.accounts.mails import code_in, mails, newest_mail
from tests.conftest import OURS, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def required(settings):
    settings.TWO_FACTOR = True


def with_app(user):
    TOTP.activate(user, SECRET)
    return user


def with_passkey(user):
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Nøkkel"})
    return user


def code_now(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def by_code(user) -> tuple[Client, str]:
    client = Client(headers=OURS)
    client.post("/konto/logg-inn/", {"email": user.email})
    return client, client.post("/konto/logg-inn/kode/", {"code": code_in(newest_mail())}).url


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/admin/api/main/pages/"])
def test_the_panel_is_closed_to_an_editor_with_one_key(editor, path):
    client = logged_in(editor)
    assert client.get(path).url == f"/konto/to-trinn/pakrevd/?next={path}"
    assert "passnøkkel" in client.get("/konto/to-trinn/pakrevd/").content.decode()
    assert "Åpne redaksjonen" in client.get("/konto/").content.decode()


@pytest.mark.usefixtures("required")
def test_a_session_that_has_shown_one_key_is_a_member_s(editor, as_editor):
    """Even if the second factor is added in another browser: the first may be a stranger's."""
    picture = factories.make_picture()
    with_app(editor)
    assert as_editor.get(picture.address(picture.width, "webp")).status_code == 404
    asked = as_editor.get("/konto/to-trinn/pakrevd/?next=/admin/pages/")
    assert asked.url == "/konto/identitet/to-trinn/?next=/admin/pages/"
    assert as_editor.get("/admin/").status_code == 302
    shown = as_editor.post(asked.url, {"code": code_now(), "next": "/admin/pages/"})
    assert shown.url == "/admin/pages/"
    assert as_editor.get("/admin/").status_code == 200
    assert as_editor.get(picture.address(picture.width, "webp")).status_code == 200
    assert as_editor.get("/konto/to-trinn/pakrevd/").url == "/konto/"


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("give", [with_app, with_passkey])
@pytest.mark.parametrize(
    "path", ["/konto/identitet/", "/konto/identitet/kode/", "/konto/identitet/kode/skriv/"]
)
def test_who_has_shown_one_key_makes_no_second_one_by_it(editor, as_editor, give, path):
    """A stranger may have got the mailed code, and signed in before the second factor existed."""
    give(editor)
    second = as_editor.get("/konto/passnokler/ny/").url
    assert second.startswith(("/konto/identitet/to-trinn/", "/konto/identitet/passnokkel/"))
    data = {"password": "langt-passord", "recipient": editor.email, "code": "000000"}
    as_editor.post(path, data)
    assert not mails()
    assert as_editor.get("/konto/passnokler/ny/").url == second
    assert as_editor.get("/konto/to-trinn/app/").status_code == 302


@pytest.mark.usefixtures("required")
def test_who_connects_an_app_is_through_at_once(editor, monkeypatch):
    # Outside tests, the request's transaction ends before the request does.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call: call())
    client = logged_in(editor)
    client.post("/konto/identitet/", {"password": "langt-passord"})
    page = client.get("/konto/to-trinn/app/").content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]* value="(\w+)"', page)[1]
    client.post("/konto/to-trinn/app/", {"code": code_now(secret)})
    assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("required")
def test_who_logs_in_with_both_is_through(editor):
    client, url = by_code(with_app(editor))
    client.post(url, {"code": code_now()})
    assert client.get("/admin/").status_code == 200


def test_the_switch_opens_it_to_all(editor):
    assert logged_in(editor).get("/admin/").status_code == 200


@pytest.mark.parametrize("give", [with_app, with_passkey])
def test_an_editor_s_code_by_mail_is_not_enough(editor, give):
    client, url = by_code(give(editor))
    assert url == "/konto/logg-inn/to-trinn/"
    assert "_auth_user_id" not in client.session


def test_an_editor_gets_in_with_the_code_of_the_app(editor):
    client, url = by_code(with_app(editor))
    wrong = client.post(url, {"code": "000000"})
    assert "_auth_user_id" not in client.session
    assert wrong.status_code == 200
    client.post(url, {"code": code_now()})
    assert client.session["_auth_user_id"] == str(editor.pk)


def test_a_member_s_passkey_is_no_hurdle_for_the_code(member):
    client, url = by_code(with_passkey(member))
    assert url == "/konto/"
    assert client.session["_auth_user_id"] == str(member.pk)


def test_a_member_who_has_chosen_an_app_is_asked_for_it(member):
    _client, url = by_code(with_app(member))
    assert url == "/konto/logg-inn/to-trinn/"


def test_an_editor_is_logged_in_for_a_working_day_and_a_member_for_long(editor, member, settings):
    client, _url = by_code(editor)
    assert client.session.get_expiry_age() <= settings.STAFF_SESSION[0]
    client, _url = by_code(member)
    assert client.session.get_expiry_age() > settings.STAFF_SESSION[0]
    data = {"login": editor.email, "password": "langt-passord"}
    client = Client(headers=OURS)
    client.post("/konto/logg-inn/passord/", data)
    assert client.session.get_expiry_age() <= settings.STAFF_SESSION[0]


def test_who_has_lost_both_is_helped_by_a_command(editor, capsys):
    client = logged_in(with_app(with_passkey(editor)))
    call_command("forget_second_factor", editor.email)
    assert "2 fjernet" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert client.get("/konto/").status_code == 302
    with pytest.raises(CommandError):
        call_command("forget_second_factor", "ingen@example.no")


def test_a_passkey_belongs_to_the_site_and_not_to_what_a_request_calls_it(rf):
    assert get_adapter().get_public_key_credential_rp_entity() == {
        "id": "localhost",
        "name": "Fagserien",
    }


@pytest.mark.parametrize(
    ("give", "way"),
    [
        (with_passkey, "/konto/identitet/passnokkel/"),
        (with_app, "/konto/identitet/to-trinn/"),
        (lambda user: with_passkey(with_app(user)), "/konto/identitet/passnokkel/"),
        (lambda user: user, ""),
    ],
)
def test_the_way_to_the_second_factor_is_that_of_the_best_one(editor, give, way):
    assert way_to_second_factor(give(editor)) == way

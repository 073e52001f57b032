"""A member who confirms their identity again gets a new session cookie."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client

from tests.accounts.mails import code_in, newest_mail
from tests.conftest import OURS, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
SECRET = "JBSWY3DPEHPK3PXP"


def by_password(client, member):
    client.post("/konto/identitet/", {"password": "langt-passord"})


def by_code(client, member):
    client.post("/konto/identitet/kode/", {"recipient": member.email})
    client.post("/konto/identitet/kode/skriv/", {"code": code_in(newest_mail())})


def by_app(client, member):
    TOTP.activate(member, SECRET)
    client.post("/konto/identitet/to-trinn/", {"code": format_hotp_value(hotp_value(SECRET, 1))})


@pytest.mark.parametrize("way", [by_password, by_code, by_app])
def test_a_cookie_from_before_opens_nothing(member, monkeypatch, way):
    monkeypatch.setattr(
        "allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time", lambda: iter([1])
    )
    client, copied = logged_in(member), Client(headers=OURS)
    copied.cookies["medlem"] = client.cookies["medlem"].value
    assert copied.get("/konto/").status_code == 200
    way(client, member)
    assert client.get("/konto/").status_code == 200
    assert copied.get("/konto/").url.startswith("/konto/logg-inn/")


def test_the_list_of_sessions_goes_on_with_the_new_one(member):
    client = Client(headers=OURS)
    data = {"login": member.email, "password": "langt-passord"}
    client.post("/konto/logg-inn/passord/", data)
    by_password(client, member)
    assert UserSession.objects.get().session_key == client.session.session_key
    assert "Denne" in client.get("/konto/innlogginger/").content.decode()


def test_a_wrong_password_changes_nothing(member):
    client = logged_in(member)
    before = client.session.session_key
    client.post("/konto/identitet/", {"password": "feil"})
    assert client.session.session_key == before

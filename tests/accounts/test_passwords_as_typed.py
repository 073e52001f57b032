"""Passwords count to the letter, codes work once, and nothing bypasses the second factor."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import global_settings
from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import Client

from portal import settings as portal_settings
from tests.accounts.mails import code_in, newest_mail
from tests.conftest import OURS, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
#: Spaces at both ends, capital letters, characters of four bytes, and more than 64 characters.
LONG = "  Et Langt, Langt Ord 🗝️ " + "og-mange-fler " * 6 + " "
SECRET = "JBSWY3DPEHPK3PXP"
NEW = "enda-lengre-passord"


def is_in_with(member, password: str) -> bool:
    client = Client(headers=OURS)
    client.post("/konto/logg-inn/passord/", {"login": member.email, "password": password})
    return "_auth_user_id" in client.session


def test_a_password_is_taken_to_the_letter(member):
    client = logged_in(member)
    data = {"oldpassword": "langt-passord", "password1": LONG, "password2": LONG}
    client.post("/konto/passord/", data)
    assert is_in_with(member, LONG)
    for other in (LONG.strip(), LONG.lower(), LONG[:64], LONG[:-1]):
        assert not is_in_with(member, other)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/konto/logg-inn/passord/", ["current-password"]),
        ("/konto/passord/", ["current-password", "new-password", "new-password"]),
    ],
)
def test_a_password_manager_finds_its_fields(member, visitor, path, fields):
    client = visitor if "logg-inn" in path else logged_in(member)
    found = re.findall(r'<input[^>]*type="password"[^>]*>', client.get(path).content.decode())
    assert [re.search(r'autocomplete="([^"]*)"', each)[1] for each in found] == fields
    assert not any("onpaste" in each for each in found)


def test_a_password_is_stored_by_a_slow_hash(settings):
    # The tests' own hasher is fast.
    usual = global_settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = getattr(portal_settings, "PASSWORD_HASHERS", usual)
    hasher = identify_hasher(make_password("et-langt-ord"))
    assert hasher.algorithm == "pbkdf2_sha256"
    assert hasher.iterations >= 600_000


@pytest.fixture
def with_app(member, monkeypatch) -> str:
    """Gives the member an authenticator app, and returns the app's code."""
    monkeypatch.setattr(
        "allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time", lambda: iter([1])
    )
    TOTP.activate(member, SECRET)
    return format_hotp_value(hotp_value(SECRET, 1))


def test_a_new_password_is_no_way_round_the_second_factor(member, with_app):
    client = Client(headers=OURS)
    client.post("/konto/passord/glemt/", {"email": member.email})
    client.post("/konto/passord/glemt/kode/", {"code": code_in(newest_mail())})
    answer = client.post("/konto/passord/glemt/nytt/", {"password1": NEW, "password2": NEW})
    assert answer.url.startswith("/konto/logg-inn/to-trinn/")
    assert "_auth_user_id" not in client.session
    client.post("/konto/logg-inn/to-trinn/", {"code": with_app})
    assert client.session["_auth_user_id"] == str(member.pk)


def test_a_code_of_the_app_is_used_once(member, with_app):
    came_in = []
    for _ in range(2):
        client = Client(headers=OURS)
        data = {"login": member.email, "password": "langt-passord"}
        client.post("/konto/logg-inn/passord/", data)
        client.post("/konto/logg-inn/to-trinn/", {"code": with_app})
        came_in.append("_auth_user_id" in client.session)
    assert came_in == [True, False]

"""How far a stranger who knows an address can keep its member, or a newcomer, out."""

import time
from contextlib import suppress
from functools import partial
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.models import Limit, User
from accounts.sign_in import devices, limits
from mail.models import Message
from mail.outbox import deliver
from tests.accounts.mails import code_in, mails, newest_mail
from tests.conftest import OURS, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
SIGN_IN, CODE, PASSWORD = "/konto/logg-inn/", "/konto/logg-inn/kode/", "/konto/logg-inn/passord/"
HOME = "192.0.2.10"


def at(network: str, cookies: dict[str, str] | None = None) -> Client:
    client = Client(headers=OURS, REMOTE_ADDR=network)
    for name, value in (cookies or {}).items():
        client.cookies[name] = value
    return client


def enemy(n: int) -> Client:
    return at(f"198.51.100.{n}")


@pytest.fixture
def device(member: User) -> dict[str, str]:
    """Returns the cookie of a device on which the member has signed in."""
    client = at(HOME)
    client.post(PASSWORD, {"login": member.email, "password": "langt-passord"})
    return {"enhet": client.cookies["enhet"].value}


def comes_in_by_code(client: Client, member: User) -> bool:
    Message.objects.all().delete()
    if client.post(SIGN_IN, {"email": member.email}).status_code != 302:
        return False
    client.post(CODE, {"code": code_in(newest_mail())})
    return client.get("/konto/").status_code == 200


def comes_in_by_password(client: Client, member: User) -> bool:
    client.post(PASSWORD, {"login": member.email, "password": "langt-passord"})
    return client.get("/konto/").status_code == 200


def ask_for_codes(member: User, networks: int) -> None:
    for n in range(networks):
        for _ in range(6):
            enemy(n).post(SIGN_IN, {"email": member.email})


def guess(member: User, networks: int, times: int = 5) -> None:
    for n in range(networks):
        for _ in range(times):
            enemy(n).post(PASSWORD, {"login": member.email, "password": "feil-passord"})


def test_a_member_gets_a_code_though_two_networks_ask_for_all_they_can(member):
    ask_for_codes(member, 2)
    assert comes_in_by_code(at(HOME), member)


def test_a_device_of_the_member_s_gets_a_code_whoever_asks(member, device):
    ask_for_codes(member, 8)
    assert not comes_in_by_code(at("192.0.2.99"), member)
    assert comes_in_by_code(at("192.0.2.99", device), member)


def test_a_device_of_the_member_s_has_a_limit_too(member, device):
    statuses = [
        at(HOME, device).post(SIGN_IN, {"email": member.email}).status_code for _ in range(5)
    ]
    assert statuses == [302] * 3 + [429] * 2


def test_who_shares_a_network_with_a_flood_still_comes_in_by_their_device(member, device):
    for n in range(70):
        at(HOME).post(SIGN_IN, {"email": f"n{n}@d{n}.example"})
    assert not comes_in_by_code(at(HOME), member)
    assert comes_in_by_code(at(HOME, device), member)


def test_wrong_passwords_lock_out_the_network_they_come_from(member):
    guess(member, 10)
    assert not comes_in_by_password(enemy(0), member)
    assert comes_in_by_password(at(HOME), member)


def test_wrong_passwords_from_everywhere_leave_the_device_and_the_code(member, device):
    guess(member, 25)
    assert not comes_in_by_password(at("192.0.2.99"), member)
    assert comes_in_by_password(at("192.0.2.99", device), member)
    assert comes_in_by_code(at("192.0.2.99"), member)


def test_wrong_passwords_at_home_leave_the_device(member, device):
    for _ in range(12):
        at(HOME).post(PASSWORD, {"login": member.email, "password": "feil-passord"})
    assert not comes_in_by_password(at(HOME), member)
    assert comes_in_by_password(at(HOME, device), member)


def test_a_device_guesses_no_more_passwords_than_a_stranger(member, device):
    for _ in range(5):
        at(HOME, device).post(PASSWORD, {"login": member.email, "password": "feil-passord"})
    assert not comes_in_by_password(at(HOME, device), member)


def test_a_device_without_a_log_in_for_a_year_is_a_stranger(member, device, rf, monkeypatch):
    request = rf.get("/")
    request.COOKIES.update(device)
    for days, is_known in ((364, True), (366, False)):
        now = time.time() + days * 24 * 60 * 60
        monkeypatch.setattr(devices.signing, "time", SimpleNamespace(time=partial(float, now)))
        assert bool(devices.of_member(request, member.pk)) is is_known


def test_a_member_has_a_number_of_their_own_once_the_address_is_proven(pending):
    User.objects.create_user("uten-adresse@example.no")
    member = person("ny@example.no")
    assert limits.member_at("ny@example.no") == member.pk
    assert limits.member_at(pending.email) is None


def test_a_device_of_somebody_else_s_is_a_stranger(member, pending, device):
    told = devices.signing.loads(device["enhet"], salt=devices.SALT)
    assert told["members"] == [member.pk]
    ask_for_codes(pending, 8)
    assert at(HOME, device).post(SIGN_IN, {"email": pending.email}).status_code == 429


@pytest.mark.parametrize("cookie", ["", "x", "e30:1:1", "\x00", "a" * 4000, '"; Path=/'])
def test_a_made_up_device_is_a_stranger(member, cookie):
    ask_for_codes(member, 8)
    client = at(HOME)
    client.cookies["enhet"] = cookie
    assert client.post(SIGN_IN, {"email": member.email}).status_code == 429


def test_a_device_knows_the_last_five(member):
    client = at(HOME)
    people = [User.objects.create_user(f"m{n}@example.no", "langt-passord") for n in range(5)]
    for user in [member, *people]:
        request = client.get("/").wsgi_request
        request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
        response = client.get("/")
        devices.remember(request, response, user)
        client.cookies.update(response.cookies)
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    known = [bool(devices.of_member(request, user.pk)) for user in [member, *people]]
    assert known == [False, True, True, True, True, True]


@pytest.mark.parametrize("is_secure", [False, True])
def test_the_cookie_of_a_device_goes_to_the_account_s_pages_only_and_to_no_script(
    is_secure, member, settings
):
    settings.SESSION_COOKIE_SECURE = is_secure
    client = at(HOME)
    client.post(PASSWORD, {"login": member.email, "password": "langt-passord"})
    cookie = client.cookies["enhet"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/konto/", True, "Lax")
    assert (cookie["max-age"], bool(cookie["secure"])) == (devices.AGE, is_secure)


def test_a_newcomer_gets_a_code_though_one_network_has_used_up_the_domain():
    for n in range(40):
        enemy(1).post(SIGN_IN, {"email": f"n{n}@firma.example"})
    assert Message.objects.count() == 20
    at(HOME).post(SIGN_IN, {"email": "ny@firma.example"})
    assert newest_mail()["To"] == "ny@firma.example"


def test_a_newcomer_gets_a_code_though_few_networks_have_used_up_the_site(settings):
    rates = {**settings.ACCOUNT_RATE_LIMITS, "mail_to_unconfirmed": "30/h/key"}
    settings.ACCOUNT_RATE_LIMITS = rates
    for n in range(60):
        enemy(n % 4).post(SIGN_IN, {"email": f"n{n}@d{n}.example"})
    assert Message.objects.count() == 20
    at(HOME).post(SIGN_IN, {"email": "ny@firma.example"})
    assert newest_mail()["To"] == "ny@firma.example"


def test_what_is_met_with_silence_is_never_sent(settings, caplog):
    settings.KNOWN_DOMAINS = set()
    for n in range(25):
        enemy(1).post(SIGN_IN, {"email": f"n{n}@firma.example"})
    assert Message.everything.count() == 25
    assert len(mails()) == 20

    deliver()
    assert Message.everything.count() == 20
    assert "5 not sent, at firma.example" in caplog.text


def test_a_limit_counts_exactly_when_asked_from_two_sides():
    keys, keep = {"a": "x", "b": "y"}, {"a": 10.0, "b": 20.0}
    for _ in range(3):
        with Limit.objects.counting(keys, keep) as counts:
            counts["a"].add()
    assert Limit.objects.seen("a", "x").within(10) == 3
    assert Limit.objects.seen("b", "y").within(10) == 0
    with suppress(ZeroDivisionError), Limit.objects.counting(keys, keep) as counts:
        counts["a"].add()
        raise ZeroDivisionError
    assert Limit.objects.seen("a", "x").within(10) == 3


def test_what_is_counted_tells_of_nobody_and_is_forgotten():
    with Limit.objects.counting({"a": "kari@example.no"}, {"a": -1}) as counts:
        counts["a"].add()
    assert "kari" not in str(Limit.objects.values())
    Limit.objects.forget()
    assert not Limit.objects.exists()

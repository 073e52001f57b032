"""A member who has been signed in for a while confirms their identity before important steps."""

import time

import pytest
from allauth.account.internal.flows.reauthenticate_by_code import (
    REAUTHENTICATION_CODE_SESSION_KEY as PENDING,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from accounts.models import State, User
from tests.accounts.mails import code_in, mails, newest_mail, text_of
from tests.accounts.test_sign_in import wrong
from tests.conftest import OURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
NEW = "ny@example.no"
ASK, CODE = "/konto/identitet/kode/", "/konto/identitet/kode/skriv/"
LEAVE = "/konto/mine-data/slett/"


@pytest.fixture
def client() -> Client:
    """A browser in which somebody signed in by code an hour ago."""
    client = Client(headers=OURS)
    client.post("/konto/logg-inn/", {"email": NEW})
    client.post("/konto/logg-inn/kode/", {"code": code_in(newest_mail())})
    client.post("/konto/vilkar/", {"terms": "on"})
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    return client


def ask(client: Client):
    return client.post(ASK, {"recipient": NEW, "next": "/konto/mine-data/"})


def type_code(client: Client, code: str):
    return client.post(CODE, {"code": code, "next": "/konto/mine-data/"})


@pytest.mark.parametrize(
    ("path", "posted"),
    [
        (LEAVE, {"is_sure": "on"}),
        ("/konto/mine-data/fil.json", None),
        ("/konto/passnokler/ny/", None),
        ("/konto/to-trinn/app/", None),
        ("/konto/passord/velg/", None),
        ("/konto/epost/", {"email": "tyv@example.no", "action_add": ""}),
    ],
)
def test_what_matters_asks_a_member_without_a_password_for_a_code(client, path, posted):
    answer = client.get(path) if posted is None else client.post(path, posted)
    assert answer.url.startswith(ASK)
    assert f"Send en kode til {NEW}" in client.get(answer.url).content.decode()
    assert User.objects.get().state == State.ACTIVE
    assert len(mails()) == 1


@pytest.mark.parametrize("path", ["/konto/", "/konto/innlogging/", "/konto/passnokler/"])
def test_a_look_asks_for_nothing(client, path):
    assert client.get(path).status_code == 200


def test_what_was_asked_for_is_done_when_the_code_is_typed(client):
    asked = client.post(LEAVE, {"is_sure": "on"})
    sent = client.post(asked.url, {"recipient": NEW, "next": LEAVE})
    assert sent.url == f"{CODE}?next=%2Fkonto%2Fmine-data%2Fslett%2F"
    page = client.get(sent.url).content.decode()
    assert f"til <strong>{NEW}</strong>" in page
    assert f'name="next" value="{LEAVE}"' in page
    client.post(CODE, {"code": code_in(newest_mail()), "next": LEAVE})
    assert User.objects.get().state == State.LEAVING


def test_who_has_shown_it_goes_back_and_is_not_asked_for_a_while(client):
    ask(client)
    assert type_code(client, code_in(newest_mail())).url == "/konto/mine-data/"
    assert client.get("/konto/mine-data/fil.json").status_code == 200


def test_the_mail_tells_whoever_did_not_ask_what_to_do(client):
    ask(client)
    text = text_of(newest_mail())
    assert "viser at det er deg" in text
    assert "http://localhost:8000/konto/innlogginger/" in text
    assert "slipper deg inn" not in text


def test_nobody_else_is_sent_the_code(client):
    answer = client.post(ASK, {"recipient": "tyv@example.no"})
    assert answer.status_code == 200
    assert len(mails()) == 1


def test_the_third_wrong_code_ends_the_try(client):
    ask(client)
    right = code_in(newest_mail())
    for _ in range(2):
        assert "Koden stemmer ikke" in type_code(client, wrong(right)).content.decode()
    answer = type_code(client, wrong(right))
    assert answer.url == f"{ASK}?kode=ute&next=%2Fkonto%2Fmine-data%2F"
    page = client.get(answer.url).content.decode()
    assert "gjelder ikke lenger" in page
    assert "mislykkede" not in page
    assert type_code(client, right).url == answer.url
    assert client.get("/konto/mine-data/fil.json").status_code == 302


@pytest.mark.parametrize("said", [{}, {"action": "resend"}])
def test_guesses_sent_at_once_are_counted_too(client, said):
    ask(client)
    if said:
        client.post(CODE, said)
    right = code_in(newest_mail())
    kept = client.session[PENDING] | {"resend_count": 2}
    for _ in range(3):
        client.post(CODE, {"code": wrong(right), **said})
        session = client.session  # as seen by a request that began before the others ended
        session[PENDING] = kept.copy()
        session.save()
    assert "kode=ute" in type_code(client, right).url


def test_a_code_lasts_ten_minutes(client, monkeypatch):
    ask(client)
    right, now = code_in(newest_mail()), time.time()
    monkeypatch.setattr("time.time", lambda: now + 601)
    assert "kode=ute" in type_code(client, right).url


def test_who_asks_for_too_many_codes_goes_on_with_the_last(client):
    ask(client)
    for _ in range(2):
        assert client.post(CODE, {"action": "resend"}).url == f"{CODE}?sendt=1"
    right = code_in(newest_mail())
    assert ask(client).url == f"{CODE}?venter=1&next=%2Fkonto%2Fmine-data%2F"
    assert client.post(CODE, {"action": "resend"}).url == f"{CODE}?venter=1"
    assert len(mails()) == 4
    assert type_code(client, right).url == "/konto/mine-data/"


def test_who_has_no_code_to_go_on_with_is_told_to_wait(client):
    for _ in range(3):
        ask(client)
    session = client.session
    del session[PENDING]
    session.save()
    assert ask(client).status_code == 429


def test_a_passkey_is_asked_for_first(client):
    Authenticator.objects.create(user=User.objects.get(), type="webauthn", data={})
    answer = client.get("/konto/passord/velg/")
    assert answer.url == "/konto/identitet/passnokkel/?next=%2Fkonto%2Fpassord%2Fvelg%2F"


@pytest.mark.parametrize("has_passkey", [False, True])
def test_another_way_is_offered_to_who_has_one(client, has_passkey):
    if has_passkey:
        Authenticator.objects.create(user=User.objects.get(), type="webauthn", data={})
    ask(client)
    assert ("Velg en annen måte" in client.get(CODE).content.decode()) == has_passkey
    assert ("Bruk passnøkkel" in client.get(ASK).content.decode()) == has_passkey


def test_the_right_code_sent_twice_is_right_twice(client):
    """The form sends itself at the last digit, and a member may press the button as well."""
    client.post(LEAVE, {"is_sure": "on"})
    client.post(ASK, {"recipient": NEW, "next": LEAVE})
    data = {"code": code_in(newest_mail()), "next": LEAVE}
    client.post(CODE, data)
    assert client.post(CODE, data).url == LEAVE
    assert client.get(LEAVE).url == "/konto/mine-data/"


def test_what_is_refused_when_it_is_done_after_all_is_told(client):
    for _ in range(3):
        Client(headers=OURS).post("/konto/logg-inn/", {"email": "full@example.no"})
    change = {"email": "full@example.no", "action_add": ""}
    client.post("/konto/epost/", change)
    client.post(ASK, {"recipient": NEW, "next": "/konto/epost/"})
    data = {"code": code_in(newest_mail()), "next": "/konto/epost/"}
    assert client.post(CODE, data).status_code == 429


def test_a_code_is_void_when_a_second_factor_has_been_made(client):
    ask(client)
    right = code_in(newest_mail())
    TOTP.activate(User.objects.get(), "JBSWY3DPEHPK3PXP")
    type_code(client, right)
    assert client.get("/konto/passnokler/ny/").url.startswith("/konto/identitet/to-trinn/")


def test_another_site_types_no_code(client):
    ask(client)
    answer = Client.post(
        client, CODE, {"code": code_in(newest_mail())}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert client.get("/konto/mine-data/fil.json").status_code == 302

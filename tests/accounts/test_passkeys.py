"""Passkeys: creating them, using them, and refusing malformed ones."""

import json

import hypothesis
import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from fido2 import cbor
from fido2.utils import websafe_encode
from hypothesis import strategies as st

from accounts.sign_in.credentials import CredentialField
from tests.accounts.mails import code_in, newest_mail
from tests.accounts.passkeys import Device, options_on
from tests.conftest import OURS, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
LOG_IN, NEW, IDENTITY = "/konto/logg-inn/passnokkel/", "/konto/passnokler/ny/", "/konto/identitet/"
SIGN_UP, REAUTHENTICATE = "/konto/bli-medlem/passnokkel/ny/", "/konto/identitet/passnokkel/"
TWO_STEPS = "/konto/logg-inn/to-trinn/"
JSON = {"accept": "application/json"}


def challenge(client: Client) -> dict:
    answer = client.post(LOG_IN, headers=JSON)
    assert answer.status_code == 200
    return answer.json()["request_options"]


def identified(member) -> Client:
    client = logged_in(member)
    client.post(IDENTITY, {"password": "langt-passord"})
    return client


def made(client: Client, device: Device) -> dict:
    return device.make(options_on(client.get(NEW).content.decode()))


@pytest.fixture
def device(member) -> Device:
    """A member's device, with a passkey on it."""
    device, client = Device(), identified(member)
    answer = client.post(NEW, {"credential": json.dumps(made(client, device)), "name": "Mobilen"})
    assert answer.status_code == 302
    return device


def test_a_passkey_that_was_made_logs_in(visitor, member, device):
    credential = json.dumps(device.use(challenge(visitor)))
    assert visitor.post(LOG_IN, {"credential": credential}).status_code == 302
    assert visitor.session["_auth_user_id"] == str(member.pk)


def test_a_challenge_is_answered_once_and_by_who_got_it(visitor, device):
    credential = json.dumps(device.use(challenge(visitor)))
    stranger = Client(headers=OURS)
    challenge(stranger)
    for client in (stranger, Client(headers=OURS)):
        client.post(LOG_IN, {"credential": credential})
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("headers", [{}, JSON, {"x-requested-with": "XMLHttpRequest"}])
@pytest.mark.parametrize("method", ["get", "head"])
def test_only_a_post_is_given_a_challenge(visitor, method, headers):
    answer = getattr(visitor, method)(LOG_IN, headers=headers)
    assert answer.url == "/konto/logg-inn/?ny=1"
    assert not Session.objects.exists()
    assert not answer.cookies


def test_challenges_are_counted_for_each_network(settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "begin_login": "3/10m/ip"}
    answers = [Client(headers=OURS).post(LOG_IN, headers=JSON).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert Session.objects.count() == 3
    elsewhere = Client(headers=OURS, REMOTE_ADDR="10.1.1.1")
    assert elsewhere.post(LOG_IN, headers=JSON).status_code == 200


def test_answers_to_a_challenge_are_counted_like_challenges(settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "begin_login": "3/10m/key"}
    client = Client(headers=OURS)
    answers = [client.post(LOG_IN, {"credential": "{}"}).status_code for _ in range(5)]
    assert answers == [302, 302, 302, 429, 429]


def at_log_in(member, device):
    return Client(headers=OURS), LOG_IN, lambda client: device.use(challenge(client))


def at_adding(member, device):
    return identified(member), NEW, lambda client: made(client, Device())


def at_reauthentication(member, device):
    client = logged_in(member)

    def use(client):
        return device.use(options_on(client.get(REAUTHENTICATE).content.decode()))

    return client, REAUTHENTICATE, use


def at_signing_up(member, device):
    client = Client(headers=OURS)
    client.post("/konto/bli-medlem/passnokkel/", {"email": "ny@example.no"})
    client.post("/konto/bekreft/", {"code": code_in(newest_mail())})

    def make(client):
        return Device().make(options_on(client.get(SIGN_UP).content.decode()))

    return client, SIGN_UP, make


FORMS = [at_log_in, at_adding, at_reauthentication, at_signing_up]
BODIES = [
    *(
        "",
        "null",
        "[]",
        "1",
        '"x"',
        "{",
        "{}",
        '{"id":1}',
        '{"rawId":5}',
        "NaN",
        '{"id":"\\u0000"}',
    ),
    *('{"response":[]}', '{"response":{"userHandle":1}}', '{"response":{"userHandle":"é"}}'),
    '{"id":"","rawId":"","type":"public-key",'
    '"response":{"clientDataJSON":"","attestationObject":""}}',
    '{"id":"AA","rawId":"AA","type":"public-key",'
    '"response":{"clientDataJSON":"e30","attestationObject":"oA"}}',
    "[" * 7_000 + "]" * 7_000,
    '{"a":' * 2_500 + "1" + "}" * 2_500,
    "[" * 40_000 + "]" * 40_000,
    '{"id":"' + "A" * 90_000 + '"}',
]


@pytest.fixture
def without_limits(settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False


@pytest.mark.usefixtures("without_limits")
@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_passkey_is_refused_in_words(form, member, device):
    client, path, _ = form(member, device)
    for body in BODIES:
        answer = client.post(path, {"credential": body, "name": "x"}, follow=True)
        assert answer.status_code == 200, body[:80]
        assert "alert" in answer.content.decode(), body[:80]
    assert Authenticator.objects.count() == 1


@pytest.mark.usefixtures("without_limits")
def test_a_second_step_refuses_what_is_no_passkey(editor, settings):
    settings.TWO_FACTOR = True
    client = logged_in(editor)
    client.post(IDENTITY, {"password": "langt-passord"})
    client.post(NEW, {"credential": json.dumps(made(client, Device())), "name": "x"})
    client = Client(headers=OURS)
    form = {"login": editor.email, "password": "langt-passord"}
    assert client.post("/konto/logg-inn/passord/", form).url.startswith(TWO_STEPS)
    for body in BODIES:
        answer = client.post(TWO_STEPS, {"credential": body})
        assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


#: The fields of a passkey whose values are replaced. ODD generates the replacements.
PLACES = [
    *(["id"], ["rawId"], ["type"], ["response"], ["clientExtensionResults"]),
    *(["response", "clientDataJSON"], ["response", "attestationObject"]),
    *(["response", "authenticatorData"], ["response", "signature"], ["response", "userHandle"]),
]
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def changed(value: object, how: object, at: int) -> object:
    """Returns another value, or the same text with one character changed or its end cut off."""
    if not isinstance(value, str) or at < 0:
        return how
    at %= max(1, len(value))
    return value[:at] + ("_" + value[at + 1 :] if how else "")


@pytest.mark.usefixtures("without_limits")
@pytest.mark.parametrize("form", [at_log_in, at_adding, at_reauthentication])
def test_a_passkey_with_something_odd_in_it_is_no_fault_of_ours(form, member, device):
    client, path, credential_for = form(member, device)

    @hypothesis.settings(max_examples=40, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(st.sampled_from(PLACES), ODD, st.integers(-1, 2000))
    def try_it(place, odd, at):
        if form is at_log_in:
            client.cookies.clear()
        credential = inner = credential_for(client)
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = changed(inner.get(place[-1]), odd, at)
        answer = client.post(path, {"credential": json.dumps(credential), "name": "x"})
        assert answer.status_code in (200, 302)

    try_it()
    for page in ("/konto/passnokler/", NEW, "/konto/mine-data/fil.html"):
        assert identified(member).get(page).status_code == 200


@pytest.mark.usefixtures("without_limits")
@pytest.mark.parametrize("odd", [float("nan"), float("inf"), {"a": float("-inf")}])
def test_a_number_that_is_none_is_refused(odd, member, device):
    client, path, credential_for = at_adding(member, device)
    credential = credential_for(client) | {"clientExtensionResults": odd}
    answer = client.post(path, {"credential": json.dumps(credential), "name": "x"})
    assert "Dette er ingen passnøkkel." in answer.content.decode()


@pytest.mark.usefixtures("without_limits")
@pytest.mark.parametrize("form", FORMS)
def test_a_number_takes_no_memory(form, member, device):
    client, path, credential_for = form(member, device)
    for place in PLACES:
        credential = inner = credential_for(client)
        for name in place[:-1]:
            inner = inner[name]
        # More than any machine has: the attempt would fail at once, and fill no memory here.
        inner[place[-1]] = 2**62
        answer = client.post(path, {"credential": json.dumps(credential), "name": "x"}, follow=True)
        assert answer.status_code == 200, place
        assert "alert" in answer.content.decode(), place


@pytest.mark.usefixtures("without_limits")
@pytest.mark.parametrize("form", FORMS)
def test_a_number_inside_takes_no_memory(form, member, device):
    client, path, credential_for = form(member, device)
    inside = {
        "clientDataJSON": json.dumps({"type": "webauthn.get", "challenge": 2**62, "origin": "x"}),
        "attestationObject": cbor.encode({"fmt": "none", "authData": 2**62, "attStmt": {}}),
    }
    for name, content in inside.items():
        credential = credential_for(client)
        raw = content.encode() if isinstance(content, str) else content
        credential["response"][name] = websafe_encode(raw)
        answer = client.post(path, {"credential": json.dumps(credential), "name": "x"}, follow=True)
        assert answer.status_code == 200, name
        assert "alert" in answer.content.decode(), name


@pytest.mark.parametrize(
    ("number", "is_taken"),
    [("-65535", True), ("999999", True), ("-655350", False), ("1000000", False)],
)
def test_a_passkey_holds_small_numbers_only(number, is_taken, member, device):
    credential = json.dumps(made(identified(member), Device()) | {"x": "N"})
    try:
        CredentialField().clean(credential.replace('"N"', number))
    except ValidationError:
        assert not is_taken
    else:
        assert is_taken


def test_a_passkey_holds_no_escapes(member, device):
    """They may hide a NUL, which PostgreSQL doesn't store, or half a character."""
    credential = json.dumps(made(identified(member), Device()))
    assert CredentialField().clean(credential)
    with pytest.raises(ValidationError):
        CredentialField().clean(credential.replace("{", '{"x": "\\u0000", ', 1))


def test_a_passkey_has_room_for_certificates_and_no_more(member, device):
    credential = made(identified(member), Device())
    room = 16_000 - len(json.dumps(credential | {"x": ""}))
    assert CredentialField().clean(json.dumps(credential | {"x": "x" * room}))
    with pytest.raises(ValidationError):
        CredentialField().clean(json.dumps(credential | {"x": "x" * (room + 1)}))


def test_a_member_has_twenty_passkeys_at_most(member, device):
    client = identified(member)
    key = Authenticator.objects.get()
    for _ in range(18):
        key.pk = None
        key.save()
    for has in (20, 20):
        listed = client.get("/konto/passnokler/").content.decode()
        assert (f'href="{NEW}"' in listed) == (Authenticator.objects.count() < 20)
        form = {"credential": json.dumps(made(client, Device())), "name": "x"}
        answer = client.post(NEW, form)
        assert Authenticator.objects.count() == has
    assert "Du har mange passnøkler fra før." in answer.content.decode()


def test_a_credential_is_no_field_to_fill_in(member, device):
    assert '<input type="hidden" name="credential"' in identified(member).get(NEW).content.decode()


def test_a_name_is_no_longer_than_a_name(member, device):
    client, key = identified(member), Authenticator.objects.get()
    answer = client.post(f"/konto/passnokler/{key.pk}/navn/", {"name": "x" * 101})
    assert answer.status_code == 200
    assert Authenticator.objects.get().wrap().name == "Mobilen"

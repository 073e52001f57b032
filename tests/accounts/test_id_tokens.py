"""An ID token counts only with a valid signature, its issuer and an algorithm on our list."""

import base64
import json

import jwt
import pytest
import requests
from allauth.core import context
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit, statekit
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import RequestFactory

from accounts.models import User
from tests.accounts.test_providers import come_in, configured_provider, provider  # noqa: F401 (fixtures)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
START = "/konto/inn/prove/"


def parts(token: str) -> tuple[dict, dict]:
    return jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})


def packed(part: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def altered(token: str) -> str:
    head, _body, signature = token.split(".")
    return f"{head}.{packed({**parts(token)[1], 'sub': '1'})}.{signature}"


def unsigned(token: str) -> str:
    head, body = parts(token)
    return f"{packed({**head, 'alg': 'none'})}.{packed(body)}."


def with_a_shared_secret(token: str) -> str:
    head, body = parts(token)
    return jwt.encode(body, "k" * 32, algorithm="HS256", headers={"kid": head["kid"]})


def without_a_key(token: str) -> str:
    _head, body, signature = token.split(".")
    kept = {name: value for name, value in parts(token)[0].items() if name != "kid"}
    return f"{packed(kept)}.{body}.{signature}"


@pytest.fixture
def sent(monkeypatch):
    """Changes the ID token on its way from the provider."""

    def through(change) -> None:
        fetch = OAuth2Client.get_access_token

        def fetched(self, *args, **kwargs):
            data = fetch(self, *args, **kwargs)
            data["id_token"] = change(data["id_token"])
            return data

        monkeypatch.setattr(OAuth2Client, "get_access_token", fetched)

    return through


def test_a_token_as_it_was_signed_opens(visitor, sent):
    sent(lambda token: token)
    assert come_in(visitor, "samme").status_code == 302
    assert User.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        altered,
        unsigned,
        with_a_shared_secret,
        without_a_key,
        lambda token: "tull",
        lambda token: "",
        lambda token: token[:-8] + "AAAAAAAA",
    ],
)
def test_no_other_token_does(visitor, member, sent, change):
    sent(change)
    answer = come_in(visitor, "samme")
    assert answer.status_code in (200, 401, 403)
    assert "_auth_user_id" not in visitor.session
    assert User.objects.get() == member


@pytest.mark.parametrize(
    ("changed", "opens"),
    [
        ({}, True),
        ({"exp": 1_000_000_000}, False),
        ({"aud": "en-annen-tjeneste"}, False),
        ({"iss": "https://annen.example"}, False),
    ],
)
def test_a_token_for_another_time_or_another_reader_opens_nothing(
    visitor, sent, monkeypatch, changed, opens
):
    """The token is signed correctly, with a key that passes for the provider's."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    monkeypatch.setattr(jwtkit, "fetch_key", lambda *args: ("RS256", key.public_key()))

    def signed(token: str) -> str:
        return jwt.encode(parts(token)[1] | changed, key, "RS256", headers={"kid": "1"})

    sent(signed)
    come_in(visitor, "samme")
    assert User.objects.exists() is opens


def test_a_provider_that_says_it_is_another_is_left_alone(visitor, settings):
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["openid_configuration_overrides"] = {"issuer": "https://annen.example"}
    answer = visitor.post(START)
    assert answer.status_code in (200, 401, 403)
    assert "annen.example" not in answer.content.decode()


def test_the_two_things_it_tells_are_of_the_same_person(visitor, monkeypatch):
    monkeypatch.setattr(
        "accounts.views.providers.OpenIDConnect._fetch_user_info",
        lambda self, token: {"sub": "en-annen", "email": "kari@example.no", "email_verified": True},
    )
    come_in(visitor, "samme")
    assert not User.objects.exists()


def test_no_answer_of_a_provider_leads_us_elsewhere(provider):  # noqa: F811
    """A redirect is treated like any other answer that isn't JSON."""
    with (
        context.request_context(RequestFactory().get("/")),
        get_adapter().get_requests_session() as session,
        pytest.raises(requests.exceptions.InvalidJSONError, match="302"),
    ):
        session.get(f"{provider}/accounts/password/change/")


def test_the_state_that_goes_along_can_not_be_guessed(visitor):
    visitor.post(START)
    visitor.post(START)
    first, second = visitor.session[statekit.STATES_SESSION_KEY]
    assert first != second
    assert len(base64.urlsafe_b64decode(first + "=")) == 32

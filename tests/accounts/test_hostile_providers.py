"""Whatever a provider says, the visitor gets a page that explains what happened."""

import gzip
import html
import json
import re
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.socialaccount.models import SocialAccount
from hypothesis import HealthCheck, given
from hypothesis import settings as how_often
from hypothesis import strategies as st

from accounts.models import User
from accounts.sign_in.social_adapter import BoundedSession
from accounts.views.providers import Google
from tests.accounts import scripted_provider
from tests.accounts.scripted_provider import CLIENT, DISCOVERY, KEY, STRANGERS_KEY, Provider

LOGGER = "accounts.sign_in.social_adapter"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
OWN = [DISCOVERY, "/token", "/me", "/keys"]
FAILED = "Innloggingen lyktes ikke"


@pytest.fixture(scope="module")
def server():
    with scripted_provider.running() as provider:
        yield provider


@pytest.fixture
def provider(server, settings) -> Provider:
    server.forget()
    app = {"provider_id": "prove", "name": "Prøvedøra", "client_id": CLIENT, "secret": "s"}
    there = {"server_url": server.url, "scope": ["openid", "email"]}
    microsoft = {"login_url": server.url, "graph_url": server.url, "tenant": "common"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [{**app, "settings": there}], "OAUTH_PKCE_ENABLED": True},
        "microsoft": {"APPS": [{"client_id": CLIENT, "secret": "s", "settings": microsoft}]},
        "google": {"APPS": [{"client_id": CLIENT, "secret": "s"}]},
    }
    settings.ACCOUNT_RATE_LIMITS = False
    server.answers["/common/oauth2/v2.0/token"] = {"access_token": "x"}
    return server


def come_in(visitor, provider: str = "prove"):
    """Goes to the provider and back with a code. Returns the first answer if it isn't 200."""
    answer = visitor.post(f"/konto/inn/{provider}/")
    if answer.status_code != 200:
        return answer
    away = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.content.decode())[1]
    state = parse_qs(urlsplit(html.unescape(away)).query)["state"][0]
    return visitor.get(f"/konto/inn/{provider}/tilbake/?code=x&state={state}")


def nobody_is_in(visitor) -> bool:
    return not (
        "_auth_user_id" in visitor.session
        or User.objects.exists()
        or SocialAccount.objects.exists()
        or EmailAddress.objects.exists()
    )


def is_refused(visitor, answer) -> bool:
    said = answer.content.decode()
    return answer.status_code == 401 and FAILED in said and nobody_is_in(visitor)


def test_an_honest_one_lets_in(visitor, provider):
    assert come_in(visitor).url == "/konto/vilkar/"
    assert SocialAccount.objects.get().extra_data == {"email": "ny@example.no"}


@pytest.mark.parametrize("path", OWN)
def test_an_answer_may_come_in_pieces_but_not_packed(path, visitor, provider):
    said = json.dumps(provider.honestly(path)).encode()
    asked = []

    def answer(handler) -> None:
        asked.append(handler.headers["Accept-Encoding"])
        handler.write(b" " * 200_000 + said)

    def packed(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        handler.wfile.write(gzip.compress(said))

    provider.answers[path] = packed
    assert is_refused(visitor, come_in(visitor))
    provider.answers[path] = answer
    assert come_in(visitor).url == "/konto/vilkar/"
    assert set(asked) == {"identity"}


NONE = jwt.encode({"sub": "kari-1"}, None, "none", headers={"kid": "1"})
ID_TOKENS = {
    "for another": lambda p: p.id_token(aud="en-annen"),
    "from another": lambda p: p.id_token(iss="https://en.annen.example"),
    "expired": lambda p: p.id_token(exp=int(time.time()) - 60),
    "expires never": lambda p: p.id_token(exp=float("inf"), jti="x"),
    "expires far away": lambda p: p.id_token(exp=10**30, jti="x"),
    "odd times": lambda p: p.id_token(exp={}, iat=[]),
    "signed by nobody": lambda p: p.id_token(None, "none"),
    "signed by another": lambda p: p.id_token(STRANGERS_KEY),
    "signed with the public secret": lambda p: p.id_token("s" * 32, "HS256"),
    "no key told": lambda p: jwt.encode({"sub": "kari-1"}, KEY, "RS256"),
    "no token": lambda p: "x",
    "empty parts": lambda p: "..",
    "a list": lambda p: [p.id_token()],
    "a number": lambda p: 7,
    "of another": lambda p: p.id_token(sub="en-annen"),
    "of nobody": lambda p: p.id_token(sub=None),
}


@pytest.mark.parametrize("kind", ID_TOKENS)
def test_an_id_token_that_proves_nothing_is_refused(kind, visitor, provider):
    provider.token = {"id_token": ID_TOKENS[kind](provider)}
    assert is_refused(visitor, come_in(visitor))


@pytest.mark.parametrize(
    "sub", [None, "", 7, True, [], {}, ["a"], "x" * 300, "a\nb", "a\0b", "\ud800", "blåbær"]
)
def test_who_has_no_name_there_is_nobody(sub, visitor, provider):
    provider.claims["sub"] = sub
    provider.token = {"id_token": None}  # an ID token would be refused first
    assert is_refused(visitor, come_in(visitor))
    del provider.claims["sub"]
    assert is_refused(visitor, come_in(visitor))


@pytest.mark.parametrize(
    "email",
    [
        *(None, "", 7, True, [], ["kari@example.no"], {}, {"kari@example.no": 1}, {"@": "@"}),
        *("x" * 10_000 + "@example.no", "a@" + "b" * 64 + ".no", "a@" + "b." * 200 + "no"),
        *("kari@example.no\n", "kari@example.no\nBcc: alle@example.no", "a@\u2028rt.no", "a@\0.no"),
        *("\ud800@example.no", "a@\uff20.no", "a@xn--.no", "@", "a@b@c.no"),
    ],
)
def test_what_is_no_address_is_as_good_as_none(email, visitor, provider):
    provider.claims["email"] = email
    answer = come_in(visitor)
    if answer.status_code == 302:
        assert answer.url == "/konto/inn/adresse/"
        assert visitor.get(answer.url).status_code == 200
        assert nobody_is_in(visitor)
    else:
        assert is_refused(visitor, answer)


@pytest.mark.parametrize("verified", [None, "", "false", 1, 0, [], [True], {}, {"a": 1}])
def test_only_true_is_verified(verified, visitor, provider):
    provider.claims["email_verified"] = verified
    assert come_in(visitor).url == "/konto/bekreft/"
    assert "_auth_user_id" not in visitor.session
    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize("name", [{"a": 1}, [], 7, "x" * 10_000, "a\0b", "\ud800", "<script>"])
def test_names_are_not_kept(name, visitor, provider):
    for claim in ("name", "given_name", "family_name", "preferred_username", "picture"):
        provider.claims[claim] = name
    answer = come_in(visitor)
    assert is_refused(visitor, answer) or answer.url == "/konto/vilkar/"
    for account in SocialAccount.objects.all():
        assert account.extra_data == {"email": "ny@example.no"}


DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
BODIES = [b"", b"x", b"null", b"[]", b'"x"', b"7", b"{}", b"\xff\xfe{}", b'{"a":1', DEEP, b"<html>"]


def huge(handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(10_000):  # ten gigabytes
        handler.wfile.write(b" " * 1_000_000)


def fails(handler) -> None:
    handler.send_error(500)


def leads_on(handler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://localhost:1/")
    handler.end_headers()


def breaks_off(handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"{")


def is_badly_packed(handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.wfile.write(b"{}")


ODD_ANSWERS = [*BODIES, huge, fails, leads_on, breaks_off, is_badly_packed]


@pytest.mark.parametrize("path", OWN)
def test_an_answer_that_is_none_is_told_of(path, visitor, provider):
    for said in ODD_ANSWERS:
        provider.answers[path] = said
        assert is_refused(visitor, come_in(visitor)), said


@pytest.mark.parametrize("path", ["/common/oauth2/v2.0/token", "/v1.0/me"])
def test_microsoft_is_believed_no_more(path, visitor, provider):
    for said in [*ODD_ANSWERS, b'{"id":null}', b'{"error":7}', b'{"id":"x","mail":{"@":1}}']:
        provider.answers[path] = said
        assert is_refused(visitor, come_in(visitor, "microsoft")), said


def test_google_is_believed_no_more(visitor, provider, monkeypatch):
    monkeypatch.setattr(Google, "access_token_url", f"{provider.url}/token")
    for id_token in (NONE, "x", 7):
        provider.token = {"id_token": id_token}
        assert is_refused(visitor, come_in(visitor, "google"))


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_an_address_of_the_provider_s_is_one_of_the_web(name, visitor, provider):
    honest = provider.says(DISCOVERY)
    odd = ["javascript:alert(1)", "file:///etc/passwd", "http://[", "http://", "/her", ""]
    for address in [*odd, None, 7, [], {}]:
        provider.answers[DISCOVERY] = {**honest, name: address}
        assert is_refused(visitor, come_in(visitor)), address


def test_odd_tokens(visitor, provider):
    for token in (
        {"access_token": None}, {"access_token": {}}, {"access_token": "a\nb"},
        {"access_token": "å"}, {"expires_in": "snart"}, {"expires_in": 10**30}, {"expires_in": {}},
    ):  # fmt: skip
        provider.token = token
        answer = come_in(visitor)
        assert is_refused(visitor, answer) or answer.status_code == 302, token
        User.objects.all().delete()


@pytest.mark.parametrize("path", OWN)
@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_provider_that_is_slow_is_not_waited_for(path, how, visitor, provider, monkeypatch):
    assert BoundedSession.TIME <= 10
    assert BoundedSession.WAIT <= 10
    monkeypatch.setattr(BoundedSession, "TIME", 1.0)
    monkeypatch.setattr(BoundedSession, "WAIT", 0.3)
    provider.answers[path] = getattr(provider, how)
    assert is_refused(visitor, come_in(visitor))


def test_the_calls_of_a_request_share_its_time(rf, monkeypatch):
    clock = iter([0.0, 3.0, 6.0, 7.5, 8.0])
    monkeypatch.setattr("accounts.sign_in.social_adapter.time.monotonic", lambda: next(clock))
    session = BoundedSession()
    with context.request_context(rf.get("/")):
        assert [session.wait() for _ in range(4)] == [4.0, 4.0, 2.0, 0.5]
        with pytest.raises(requests.exceptions.Timeout):
            session.wait()


def test_a_provider_that_is_away_is_told_of_and_logged_without_a_person(
    visitor, provider, settings, caplog
):
    provider.answers["/me"] = {"email": "kari@example.no"}
    come_in(visitor)
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:1"
    assert is_refused(visitor, come_in(visitor))
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name == "accounts.sign_in.social_adapter"
    ]
    odd, away = lines
    assert odd == "Log-in at prove failed: OAuth2Error from KeyError"
    assert away.startswith("Log-in at prove failed: ConnectionError")
    assert "kari" not in caplog.text


def test_an_answer_that_nobody_asked_for_is_not_logged(visitor, provider, caplog):
    for query in ("", "?code=x", "?code=x&state=y", "?error=x", "?error=access_denied&state=z"):
        assert visitor.get(f"/konto/inn/prove/tilbake/{query}").status_code == 401
    assert not [
        record for record in caplog.records if record.name == "accounts.sign_in.social_adapter"
    ]


def test_the_name_of_all_providers_is_no_provider(visitor, provider, settings):
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    apps.append({**apps[0], "provider_id": "to"})
    assert visitor.get("/konto/inn/openid_connect/").status_code == 404


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
CLAIMS = ["sub", "email", "email_verified", "name", "preferred_username", "aud", "iss", "exp"]


def test_odd_claims_are_no_fault_of_ours(visitor, provider):
    @how_often(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from([*CLAIMS, "jti", "iat", "nbf", "id"]), ODD))
    def try_it(claims):
        provider.forget()
        visitor.cookies.clear()
        provider.claims |= claims
        body = {"iss": provider.url, "aud": CLIENT, "exp": int(time.time()) + 300}
        odd = {**body, **provider.claims}
        signed = jwt.api_jws.encode(json.dumps(odd).encode(), KEY, "RS256", headers={"kid": "1"})
        provider.token = {"id_token": signed}
        answer = come_in(visitor)
        assert answer.status_code in (302, 401)
        if answer.status_code == 302:
            assert visitor.get(answer.url).status_code in (200, 302)

    try_it()

"""Sign-in through other providers, tested against a real OpenID Connect provider on loopback."""

import html
import json
import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import environ
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.models import State, User
from accounts.sign_in.social_adapter import BoundedSession, SocialAdapter
from portal.oidc_providers import providers
from tests import identity_provider
from tests.accounts.mails import code_in, mails, newest_mail, text_of
from tests.conftest import OURS
from tests.identity_provider import CLIENT, PASSWORD, SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
NEXT = "/serien/delen/#les-videre"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    folder = tmp_path_factory.mktemp("provider")
    with identity_provider.running(folder, "http://testserver/konto/inn/prove/tilbake/") as url:
        yield url


def configured(*entries: dict) -> dict:
    env = environ.Env()
    env.ENVIRON = {"OIDC_PROVIDERS": json.dumps(entries)}
    return providers(env)


@pytest.fixture(autouse=True)
def configured_provider(provider, settings, monkeypatch):
    # The tests' own provider is slow on a busy machine.
    monkeypatch.setattr(BoundedSession, "TIME", 120.0)
    monkeypatch.setattr(BoundedSession, "WAIT", 60.0)
    entry = {"id": "prove", "name": "Prøvedøra", "client_id": CLIENT, "secret": SECRET}
    settings.SOCIALACCOUNT_PROVIDERS = configured(
        {**entry, "server_url": provider, "scope": ["openid", "email"]}
    )


def there(url: str, who: str) -> str:
    """Signs in at the provider as a person would, and returns where it sends them back to."""
    browser = requests.Session()
    page = browser.get(url)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    form = {"csrfmiddlewaretoken": token, "login": who, "password": PASSWORD}
    answer = browser.post(page.url, form, allow_redirects=False)
    while answer.headers["Location"].startswith("/"):
        answer = browser.get(
            f"{_host(page.url)}{answer.headers['Location']}", allow_redirects=False
        )
    return answer.headers["Location"]


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def begin(client: Client, query: str = "") -> str:
    """Returns the provider's address to which our page sends a visitor."""
    page = client.post(f"/konto/inn/prove/{query}").content.decode()
    return html.unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)[1])


def come_in(client: Client, who: str, process: str = "login"):
    back = there(begin(client, f"?process={process}&next=/serien/delen/%23les-videre"), who)
    assert back.startswith("http://testserver/konto/inn/prove/tilbake/?")
    return client.get(back.removeprefix("http://testserver"))


def accept_terms(client: Client):
    return client.post("/konto/vilkar/", {"terms": "on"})


def test_a_verified_address_joins_at_once(visitor):
    assert come_in(visitor, "kari").url == "/konto/vilkar/"
    assert accept_terms(visitor).url == NEXT
    user = User.objects.get()
    assert (user.email, user.state, user.source) == ("kari@example.no", State.ACTIVE, "prove")
    assert EmailAddress.objects.get().verified


def test_the_name_of_a_door_fits_where_it_is_stored():
    entry = SimpleNamespace(email_addresses=[], provider=SimpleNamespace(sub_id="d" * 60))
    most = User._meta.get_field("source").max_length
    assert SocialAdapter().new_user(None, entry).source == "d" * most


def test_who_has_come_that_way_once_is_known_again(visitor):
    come_in(visitor, "kari")
    accept_terms(visitor)
    assert come_in(Client(headers=OURS), "kari").url == NEXT
    assert User.objects.count() == 1


def test_two_providers_make_one_account_of_a_verified_address(visitor, member):
    assert come_in(visitor, "samme").url == NEXT
    assert visitor.session["_auth_user_id"] == str(member.pk)
    assert User.objects.count() == 1
    assert SocialAccount.objects.get().user == member
    assert newest_mail()["To"] == member.email


def test_what_somebody_else_typed_before_is_no_obstacle(visitor):
    visitor.post("/konto/logg-inn/", {"email": "kari@example.no"})
    answer = come_in(Client(headers=OURS), "kari")
    assert answer.url == "/konto/vilkar/"
    assert User.objects.get().emailaddress_set.get().verified


@pytest.mark.parametrize("by", ["code", "provider"])
def test_who_came_with_the_address_of_another_is_shut_out_when_that_one_comes(visitor, by):
    """The attacker's provider doesn't verify addresses, and the owner has never been here."""
    attacker, address = Client(headers=OURS), "kari@example.no"
    assert come_in(attacker, "falsk").url == "/konto/bekreft/"
    if by == "code":
        visitor.post("/konto/logg-inn/", {"email": address})
        visitor.post("/konto/logg-inn/kode/", {"code": code_in(newest_mail())})
    else:
        come_in(visitor, "kari")
    accept_terms(visitor)
    owner = User.objects.get(email=address)
    assert visitor.session["_auth_user_id"] == str(owner.pk)
    come_in(Client(headers=OURS), "falsk")
    again = Client(headers=OURS)
    come_in(again, "falsk")
    for client in (attacker, again):
        assert "_auth_user_id" not in client.session
        assert client.get("/konto/").status_code == 302


@pytest.mark.parametrize("who", ["feide", "ordet"])
def test_an_address_that_is_not_verified_opens_nobody_s_account(visitor, member, who):
    come_in(visitor, who)
    assert "_auth_user_id" not in visitor.session
    assert not SocialAccount.objects.exists()
    assert User.objects.get() == member
    assert newest_mail()["To"] == member.email
    assert not re.search(r"\b\d{6}\b", text_of(newest_mail()))


def test_a_new_address_that_is_not_verified_is_confirmed_by_a_code(visitor):
    assert come_in(visitor, "ny-feide").url == "/konto/bekreft/"
    assert "_auth_user_id" not in visitor.session
    visitor.post("/konto/bekreft/", {"code": code_in(newest_mail())})
    accept_terms(visitor)
    assert visitor.session["_auth_user_id"] == str(User.objects.get().pk)
    assert User.objects.get().state == State.ACTIVE


def test_who_comes_without_an_address_types_it_and_confirms_it(visitor):
    assert come_in(visitor, "uten").url == "/konto/inn/adresse/"
    answer = visitor.post("/konto/inn/adresse/", {"email": "ny@example.no"})
    assert answer.url == "/konto/bekreft/"
    visitor.post("/konto/bekreft/", {"code": code_in(newest_mail())})
    assert accept_terms(visitor).url == NEXT
    assert User.objects.get().email == "ny@example.no"


def test_who_types_the_address_of_a_member_there_gets_nowhere(visitor, member):
    come_in(visitor, "uten")
    visitor.post("/konto/inn/adresse/", {"email": member.email})
    assert "_auth_user_id" not in visitor.session
    assert not SocialAccount.objects.exists()
    assert not re.search(r"\b\d{6}\b", text_of(newest_mail()))


def test_what_is_connected_is_listed_and_removed(as_member, member):
    assert "ikke koblet til" in as_member.get("/konto/tilkoblinger/").content.decode()
    as_member.post("/konto/identitet/", {"password": "langt-passord"})
    come_in(as_member, "feide", process="connect")
    page = as_member.get("/konto/tilkoblinger/").content.decode()
    assert 'aria-label="Fjern Prøvedøra"' in page
    account = SocialAccount.objects.get(user=member)
    as_member.post("/konto/tilkoblinger/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_who_has_no_password_removes_the_only_one_and_comes_in_by_a_code(visitor):
    come_in(visitor, "kari")
    accept_terms(visitor)
    visitor.post("/konto/tilkoblinger/", {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()
    again = Client(headers=OURS)
    again.post("/konto/logg-inn/", {"email": "kari@example.no"})
    again.post("/konto/logg-inn/kode/", {"code": code_in(newest_mail())})
    assert again.session["_auth_user_id"] == str(User.objects.get().pk)


def test_without_providers_none_is_offered(as_member, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Koble til en konto" not in as_member.get("/konto/tilkoblinger/").content.decode()


def test_a_member_connects_such_an_account_from_within(as_member, member):
    as_member.post("/konto/identitet/", {"password": "langt-passord"})
    come_in(as_member, "feide", process="connect")
    assert SocialAccount.objects.get().user == member
    other = Client(headers=OURS)
    assert come_in(other, "feide").url == NEXT
    assert other.session["_auth_user_id"] == str(member.pk)


def test_a_suspended_member_reads_as_a_visitor_by_every_way_in(visitor, member, article):
    member.suspend()
    come_in(visitor, "samme")
    assert "Det låste" not in visitor.get(article.get_absolute_url()).content.decode()


def test_an_answer_from_another_time_opens_nothing(visitor, provider):
    back = there(begin(visitor), "kari").removeprefix("http://testserver")
    stranger = Client(headers=OURS)
    for path in (back, back.replace("state=", "state=x")):
        stranger.get(path)
        assert "_auth_user_id" not in stranger.session
    assert not User.objects.exists()


def test_the_provider_is_shown_on_the_page_and_starts_by_a_form_only(visitor):
    page = visitor.get("/konto/logg-inn/").content.decode()
    assert "Prøvedøra" in page
    assert visitor.get("/konto/inn/prove/").status_code == 200
    assert visitor.get("/konto/inn/finnes-ikke/").status_code == 404


@pytest.mark.parametrize(
    "page",
    ["logg-inn/", "bli-medlem/", "logg-inn/passord/", "inn/prove/", "tilkoblinger/"],
)
def test_each_page_that_offers_it_has_a_whole_form(page, member):
    client = Client(enforce_csrf_checks=True, headers=OURS)
    if page == "tilkoblinger/":
        client.force_login(member)
    there = f"/konto/{page}?next=/serien/delen/"
    forms = re.findall(r"<form.*?</form>", client.get(there).content.decode(), re.DOTALL)
    forms = [form for form in forms if 'role="search"' not in form]
    [form] = [form for form in forms if "/konto/inn/prove/" in form or page == "inn/prove/"]
    action = re.search(r'action="([^"]+)"', form)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    address = html.unescape(action[1]) if action else there
    assert "next=%2Fserien" in address or "next=/serien" in address or 'name="next"' in form
    answer = client.post(address, {"csrfmiddlewaretoken": token})
    assert 'http-equiv="refresh"' in answer.content.decode()
    assert "form-action 'self';" in answer["Content-Security-Policy"] + ";"


def test_only_a_form_begins_a_log_in(visitor):
    answers = {
        method: getattr(visitor, method)("/konto/inn/prove/").status_code
        for method in ("get", "head", "options", "put", "delete", "patch")
    }
    assert answers == dict.fromkeys(answers, 405) | {"get": 200, "head": 200, "options": 204}
    assert not Session.objects.exists()


def test_log_ins_there_are_counted_for_each_network(visitor, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "begin_login": "2/10m/ip"}
    answers = [Client(headers=OURS).post("/konto/inn/prove/").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert Session.objects.count() == 2


def test_an_entry_that_lacks_something_is_refused_with_its_name():
    with pytest.raises(ImproperlyConfigured, match="vipps lacks server_url, secret"):
        configured({"id": "vipps", "name": "Vipps", "client_id": "x"})


def test_google_and_microsoft_are_providers_when_they_are_set():
    env = environ.Env()
    env.ENVIRON = {"GOOGLE_CLIENT_ID": "g", "GOOGLE_SECRET": "s", "MICROSOFT_CLIENT_ID": "m"}
    assert set(providers(env)) == {"google", "microsoft"}
    env.ENVIRON = {}
    assert providers(env) == {}


@pytest.mark.parametrize("name", ["google", "microsoft", "vipps"])
@pytest.mark.parametrize("step", ["", "tilbake/"])
def test_a_provider_that_is_not_set_up_is_not_there(name, step, visitor):
    assert visitor.get(f"/konto/inn/{name}/{step}").status_code == 404


@pytest.mark.parametrize("who", ["feide", "ny-feide"])
def test_mails_that_a_callback_sends_are_counted(who, member):
    for _ in range(14):
        come_in(Client(headers=OURS), who)
    assert len(mails()) == 3

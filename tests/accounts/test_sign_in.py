"""Sign-in and sign-up: one field for the address, and a typed code."""

import re
import time
from copy import deepcopy
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import Access, Reader
from accounts.models import Consent, State, User
from accounts.sign_in.adapter import AccountAdapter
from mail.models import Message
from tests import factories
from tests.accounts.mails import code_in, mails, newest_mail, text_of
from tests.conftest import OURS, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
NEXT = "/serien/delen/#les-videre"
SIGN_IN, CODE, TERMS = "/konto/logg-inn/", "/konto/logg-inn/kode/", "/konto/vilkar/"
NEW = "ny@example.no"


def ask(client: Client, address: str = NEW, next_: str = NEXT, page: str = SIGN_IN):
    return client.post(page, {"email": address, "next": next_})


def type_code(client: Client, code: str, next_: str = NEXT):
    return client.post(CODE, {"code": code, "next": next_})


def accept(client: Client, **boxes: str):
    return client.post(TERMS, boxes or {"terms": "on"})


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


@pytest.mark.parametrize("page", [SIGN_IN, "/konto/bli-medlem/"])
def test_a_new_member_stands_where_the_text_was_cut(visitor, page):
    assert ask(visitor, page=page).url.startswith(CODE)
    answer = type_code(visitor, code_in(newest_mail()))
    assert answer.url.startswith(TERMS)
    assert accept(visitor).url == NEXT
    user = User.objects.get()
    assert (user.email, user.state, user.source) == (NEW, State.ACTIVE, "code")
    assert not user.has_usable_password()
    assert Reader.of_user(user).level == Access.MEMBERS


def test_a_known_member_is_asked_for_nothing_more_than_the_code(visitor, member):
    ask(visitor, member.email.upper())
    assert type_code(visitor, code_in(newest_mail())).url == NEXT
    assert visitor.session["_auth_user_id"] == str(member.pk)
    assert User.objects.count() == 1


def test_answer_and_mail_are_the_same_for_known_and_unknown(visitor, member):
    unknown, known = ask(visitor), ask(Client(headers=OURS), member.email)
    assert (unknown.status_code, unknown.url) == (known.status_code, known.url)
    first, second = (re.sub(r"\d{6}", "…", mail.as_string()) for mail in mails())
    for part in (NEW, member.email):
        first, second = first.replace(part, "…"), second.replace(part, "…")
    varying = r"(?m)^(Message-ID|Date): .*|={5,}[\d…]+=="
    assert re.sub(varying, "", first) == re.sub(varying, "", second)


def test_before_the_code_and_before_the_terms_one_reads_as_a_visitor(visitor, article):
    path = article.get_absolute_url()
    ask(visitor)
    assert Reader.of_user(User.objects.get()).level == Access.PUBLIC
    for _ in range(2):
        assert "_auth_user_id" not in visitor.session
        page = visitor.get(path).content.decode()
        assert "Det låste avsnittet." not in page
        type_code(visitor, code_in(newest_mail()))
    assert f'href="{TERMS}?next=/serien/delen/%23les-videre"' in page


def test_nobody_is_let_in_without_the_terms(visitor):
    ask(visitor)
    type_code(visitor, code_in(newest_mail()))
    answer = accept(visitor, other="on")
    assert "Kryss av for å bli medlem." in answer.content.decode()
    assert "_auth_user_id" not in visitor.session
    assert not Consent.objects.exists()


def test_the_terms_are_one_box_of_those_that_nobody_has_ticked(visitor):
    ask(visitor)
    type_code(visitor, code_in(newest_mail()))
    page = visitor.get(TERMS).content.decode()
    assert page.count('type="checkbox"') == 2  # letters, too, which nobody has to want
    assert page.count(" required") == 1
    assert " checked" not in page


def test_what_was_agreed_to_is_kept_with_time_words_and_source(visitor):
    ask(visitor)
    type_code(visitor, code_in(newest_mail()))
    accept(visitor, terms="on")
    given = {consent.kind: consent for consent in Consent.objects.all()}
    assert set(given) == {"terms"}
    assert given["terms"].text == "Jeg godtar medlemsvilkårene"
    assert (given["terms"].version, given["terms"].source) == ("1", "/serien/delen/")
    assert given["terms"].user.email == NEW


def test_when_the_terms_change_everybody_is_asked_again(visitor, member, settings):
    settings.TERMS_VERSION = "2"
    ask(visitor, member.email)
    assert type_code(visitor, code_in(newest_mail())).url.startswith(TERMS)
    assert accept(visitor).url == NEXT


def test_who_accepts_the_terms_from_another_article_goes_on_there(visitor, series, article):
    other = factories.make_article(series, slug="en-annen")
    ask(visitor)
    type_code(visitor, code_in(newest_mail()))
    way = re.search(
        rf'href="({TERMS}[^"]*)"', visitor.get(other.get_absolute_url()).content.decode()
    )[1]
    there = "/serien/en-annen/#les-videre"
    assert f'name="next" value="{there}"' in visitor.get(way).content.decode()
    assert accept(visitor, terms="on", next=there).url == there
    assert Consent.objects.get().source == "/serien/en-annen/"


def test_accepting_the_terms_leads_to_no_other_host(visitor):
    ask(visitor)
    type_code(visitor, code_in(newest_mail()))
    assert accept(visitor, terms="on", next="https://ond.example/").url == NEXT


def test_the_terms_have_a_page_only_for_who_has_come_that_far(visitor):
    assert visitor.get(TERMS).url == SIGN_IN


def test_a_wrong_code_opens_nothing_and_the_third_ends_the_try(visitor):
    ask(visitor)
    right = code_in(newest_mail())
    for _ in range(2):
        assert "Koden stemmer ikke" in type_code(visitor, wrong(right)).content.decode()
    answer = type_code(visitor, wrong(right))
    assert answer.url == f"{SIGN_IN}?kode=ugyldig&next=%2Fserien%2Fdelen%2F%23les-videre"
    assert "gjelder ikke lenger" in visitor.get(answer.url).content.decode()
    assert type_code(visitor, right).url == answer.url
    assert User.objects.get().state == State.UNCONFIRMED


def test_a_code_lasts_ten_minutes(visitor, monkeypatch):
    ask(visitor)
    right, now = code_in(newest_mail()), time.time()
    monkeypatch.setattr("time.time", lambda: now + 601)
    assert "kode=ugyldig" in type_code(visitor, right).url


def test_a_code_is_good_in_one_browser_only(visitor):
    ask(visitor)
    other = Client(headers=OURS)
    assert "kode=ugyldig" in type_code(other, code_in(newest_mail())).url
    ask(other)
    other_code = code_in(newest_mail())
    assert "Koden stemmer ikke" in type_code(visitor, other_code).content.decode()


def test_a_code_can_be_used_once(visitor, member):
    ask(visitor, member.email)
    used = code_in(newest_mail())
    type_code(visitor, used)
    visitor.logout()
    assert "kode=ugyldig" in type_code(visitor, used).url


def test_a_new_code_makes_the_old_one_void(visitor):
    ask(visitor)
    old = code_in(newest_mail())
    visitor.post(CODE, {"action": "resend", "next": NEXT})
    new = code_in(newest_mail())
    assert old == new or "Koden stemmer ikke" in type_code(visitor, old).content.decode()
    assert type_code(visitor, new).url.startswith(TERMS)


def test_a_new_code_is_told_of(visitor):
    ask(visitor)
    answer = visitor.post(CODE, {"action": "resend", "next": NEXT})
    assert "Vi har sendt en ny kode" in visitor.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("start", "path", "way_on"),
    [("/konto/bli-medlem/passnokkel/", "/konto/bekreft/", f"{SIGN_IN}?kode=ugyldig"),
     ("/konto/passord/glemt/", "/konto/passord/glemt/kode/", "/konto/passord/glemt/?kode=ute")],
)  # fmt: skip
def test_three_wrong_codes_lead_to_where_a_new_one_is_asked_for(
    visitor, member, start, path, way_on
):
    address = NEW if "passnokkel" in start else member.email
    visitor.post(start, {"email": address, "next": NEXT})
    wrong_one = wrong(code_in(newest_mail()))
    for _ in range(3):
        answer = visitor.post(path, {"code": wrong_one, "next": NEXT})
    assert answer.url == f"{way_on}&next=%2Fserien%2Fdelen%2F%23les-videre"
    page = visitor.get(answer.url).content.decode()
    assert "gjelder ikke lenger" in page
    assert "mislykkede" not in page


def test_three_wrong_codes_for_a_new_address_lead_back_to_it(member):
    client = logged_in(member)
    client.post("/konto/identitet/", {"password": "langt-passord"})
    client.post("/konto/epost/", {"email": NEW, "action_add": ""})
    wrong_one = wrong(code_in(newest_mail()))
    for _ in range(3):
        answer = client.post("/konto/bekreft/", {"code": wrong_one})
    assert answer.url == "/konto/epost/?kode=ute"
    page = client.get(answer.url).content.decode()
    assert "gjelder ikke lenger" in page
    assert "mislykkede" not in page


@pytest.mark.parametrize(
    "way",
    [(SIGN_IN, CODE, "account_login"),
     ("/konto/passord/glemt/", "/konto/passord/glemt/kode/", "account_password_reset_verification"),
     ("/konto/bli-medlem/passnokkel/", "/konto/bekreft/", "account_email_verification_code")],
)  # fmt: skip
@pytest.mark.parametrize("said", [{}, {"action": "resend"}])
def test_guesses_sent_at_once_are_counted_everywhere(visitor, member, way, said):
    start, path, key = way
    visitor.post(start, {"email": NEW if "passnokkel" in start else member.email})
    right, kept = code_in(newest_mail()), deepcopy(visitor.session[key])
    states = [kept, *kept.get("state", {}).get("stages", {}).values(), kept.get("state")]
    for state in states:
        if isinstance(state, dict):
            state["resend_count"] = 2
    for _ in range(3):
        visitor.post(path, {"code": wrong(right), **said})
        session = visitor.session  # as seen by a request that began before the others ended
        session[key] = deepcopy(kept)
        session.save()
    assert "kode=u" in visitor.post(path, {"code": right, **said}).url


def test_who_asks_for_more_codes_than_there_are_loses_no_try(visitor):
    ask(visitor)
    for _ in range(5):
        answer = visitor.post(CODE, {"action": "resend", "next": NEXT})
    assert "venter=1" in answer.url
    assert type_code(visitor, code_in(newest_mail())).url.startswith(TERMS)


def test_a_new_code_for_a_new_member_s_passkey_is_told_of(visitor):
    visitor.post("/konto/bli-medlem/passnokkel/", {"email": NEW, "next": NEXT})
    answer = visitor.post("/konto/bekreft/", {"action": "resend", "next": NEXT})
    assert answer.url == "/konto/bekreft/?sendt=1&next=%2Fserien%2Fdelen%2F%23les-videre"
    assert "Vi har sendt en ny kode" in visitor.get(answer.url).content.decode()


def test_a_member_who_joins_again_by_passkey_is_told_by_mail_how_to_come_in(visitor, member):
    visitor.post("/konto/bli-medlem/passnokkel/", {"email": member.email})
    page = visitor.get("/konto/bekreft/").content.decode()
    assert "Står det en kode i den" in page
    link = re.search(r"http://localhost:8000(/konto/\S+)", text_of(newest_mail()))[1]
    assert visitor.get(link).status_code == 200
    assert ask(visitor, member.email).url.startswith(CODE)
    assert type_code(visitor, code_in(newest_mail())).url == NEXT


def test_a_passkey_that_nobody_has_leads_to_the_log_in_and_says_so(visitor):
    answer = visitor.post("/konto/logg-inn/passnokkel/", {"credential": "{}", "next": NEXT})
    assert answer.url == f"{SIGN_IN}?ny=1&passnokkel=ukjent&next=%2Fserien%2Fdelen%2F%23les-videre"
    page = visitor.get(answer.url).content.decode()
    assert "hører ikke til noen konto her" in page
    assert f'name="next" value="{NEXT}"' in page


def test_a_forgotten_password_does_not_forget_the_article(visitor, member):
    page = visitor.get(f"/konto/logg-inn/passord/?next={quote(NEXT)}").content.decode()
    link = re.search(r'href="(/konto/passord/glemt/[^"]*)"', page)[1]
    assert f'name="next" value="{NEXT}"' in visitor.get(link).content.decode()
    visitor.post("/konto/passord/glemt/", {"email": member.email, "next": NEXT})
    data = {"code": code_in(newest_mail()), "next": NEXT}
    at_new = visitor.post("/konto/passord/glemt/kode/", data).url
    assert f'name="next" value="{NEXT}"' in visitor.get(at_new).content.decode()
    chosen = {"password1": "enda-lengre-passord", "password2": "enda-lengre-passord", "next": NEXT}
    assert visitor.post("/konto/passord/glemt/nytt/", chosen).url == NEXT


def test_a_mistyped_address_can_be_put_right(visitor):
    ask(visitor, "feil@example.no")
    assert visitor.get(SIGN_IN).url.startswith(CODE)
    assert visitor.get(f"{SIGN_IN}?ny=1").status_code == 200
    ask(visitor, "feil@example.no")
    ask(visitor, "rett@example.no")
    assert newest_mail()["To"] == "rett@example.no"
    type_code(visitor, code_in(newest_mail()))
    assert User.objects.get(email="feil@example.no").state == State.UNCONFIRMED


def test_a_code_is_good_until_a_new_one_is_sent(visitor):
    ask(visitor)
    code = code_in(newest_mail())
    assert visitor.get(f"{SIGN_IN}?ny=1").status_code == 200
    assert ask(visitor, "tull").status_code == 200
    assert type_code(visitor, code).url.startswith(TERMS)


@pytest.mark.parametrize(("method", "way"), [("get", "passord"), ("post", "passnokkel")])
def test_beside_the_code_there_are_other_ways_in(visitor, method, way):
    ask(visitor)
    visitor.get(f"{SIGN_IN}?ny=1")
    ask_for = getattr(visitor, method)
    answer = ask_for(f"/konto/logg-inn/{way}/", headers={"accept": "application/json"})
    assert answer.status_code == 200
    assert type_code(visitor, code_in(newest_mail())).url.startswith(TERMS)


def test_who_leaves_the_terms_leaves_nothing_for_the_next(visitor):
    ask(visitor)
    type_code(visitor, code_in(newest_mail()))
    assert visitor.get(TERMS).status_code == 200
    visitor.get(f"{SIGN_IN}?ny=1")
    assert visitor.get(TERMS).url == SIGN_IN
    assert accept(visitor).url.startswith(SIGN_IN)


def test_who_asks_for_too_many_codes_goes_on_with_the_last(visitor):
    for _ in range(3):
        ask(visitor)
    code = code_in(newest_mail())
    visitor.get(f"{SIGN_IN}?ny=1")
    answer = ask(visitor, f" {NEW.upper()}")
    assert answer.url == f"{CODE}?venter=1&next=%2Fserien%2Fdelen%2F%23les-videre"
    assert visitor.post(CODE, {"action": "resend", "next": NEXT}).url == answer.url
    page = visitor.get(answer.url).content.decode()
    assert "Den siste du fikk, gjelder fortsatt." in page
    assert f"til <strong>{NEW}</strong>" in page
    assert len(mails()) == 3
    assert type_code(visitor, code).url.startswith(TERMS)


def test_who_is_refused_a_code_is_told_how_to_go_on(visitor):
    for _ in range(3):
        ask(visitor)
    for _ in range(3):
        Client(headers=OURS).post(SIGN_IN, {"email": "full@example.no"})
    answer = ask(visitor, "full@example.no")
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "Vent en stund" in page
    assert f'href="{SIGN_IN}?next=/serien/delen/%23les-videre"' in page
    assert f'href="{CODE}?next=/serien/delen/%23les-videre"' in page
    assert type_code(visitor, code_in(mails()[2])).url.startswith(TERMS)


@pytest.mark.parametrize("address", ["", "tull", "a@b", "a@b..no", "x" * 250 + "@b.no", "a\0@b.no"])
def test_what_is_no_address_is_told_so_and_makes_nobody(visitor, address):
    answer = ask(visitor, address)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not User.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("path", [SIGN_IN, CODE, TERMS, "/konto/bli-medlem/"])
def test_no_other_site_can_send_these_forms(path):
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})
    assert client.post(path, {"email": NEW, "code": "1"}).status_code == 403
    assert not User.objects.exists()


def test_the_form_at_the_gate_needs_no_cookie(visitor, article):
    assert not visitor.get(article.get_absolute_url()).cookies
    assert set(ask(visitor).cookies) == {"medlem"}


@pytest.mark.parametrize("next_", ["https://ond.example/", "//ond.example/", "javascript:alert(1)"])
def test_next_leads_to_no_other_host(visitor, member, next_):
    ask(visitor, member.email, next_=next_)
    assert type_code(visitor, code_in(newest_mail()), next_).url == "/konto/"
    assert "ond.example" not in text_of(newest_mail())


def test_no_mail_logs_anybody_in(visitor, article, client):
    ask(visitor)
    for link in re.findall(r"http://\S+", text_of(newest_mail())):
        answer = client.get(link.removeprefix("http://localhost:8000"))
        assert "_auth_user_id" not in client.session
        assert "Det låste" not in answer.content.decode()


def test_the_mail_leads_back_to_a_published_article_and_to_nothing_else(visitor, article, series):
    hidden = factories.draft_article(series, title="Hemmelig tittel", slug="hemmelig")
    ask(visitor)
    text = text_of(newest_mail())
    assert "«Delen»" in text
    assert f"http://localhost:8000{article.get_absolute_url()}#les-videre" in text
    for path in (hidden.get_absolute_url(), "/admin/", "/konto/", "/finnes/ikke/"):
        ask(visitor, f"{len(mails())}@example.no", path)
        assert "http" not in text_of(newest_mail())
        assert "Hemmelig" not in text_of(newest_mail())


def test_the_code_stands_in_the_subject_and_in_both_dresses(visitor):
    ask(visitor)
    mail = newest_mail()
    code = code_in(mail)
    assert code in mail["Subject"]
    assert f">{code}<" in text_of(mail, "html")
    assert "<img" not in text_of(mail, "html")
    assert mail["Auto-Submitted"] == "auto-generated"


def test_who_was_suspended_before_the_code_stays_so_after_it(visitor):
    ask(visitor)
    User.objects.get().suspend()
    assert type_code(visitor, code_in(newest_mail())).url.startswith(f"{SIGN_IN}?kode=ugyldig")
    ask(visitor)
    type_code(visitor, code_in(newest_mail()))
    accept(visitor)
    assert User.objects.get().state == State.SUSPENDED
    assert EmailAddress.objects.get().verified


def test_a_password_still_lets_in_who_has_one(visitor, member):
    data = {"login": member.email.upper(), "password": "langt-passord", "next": NEXT}
    assert visitor.post(reverse("account_login"), data).url == NEXT


def test_who_is_leaving_is_asked_first_whether_to_stay(visitor, member):
    User.objects.filter(pk=member.pk).update(
        state=State.LEAVING, leaves_at=timezone.now() + timedelta(days=3)
    )
    data = {"login": member.email, "password": "langt-passord", "next": NEXT}
    assert visitor.post(reverse("account_login"), data).url == reverse("accounts:overview")


def test_who_is_logged_in_is_led_on(as_member):
    assert as_member.get(SIGN_IN, {"next": NEXT}).url == NEXT


@pytest.mark.parametrize(
    "elsewhere", ["http://localhost/", "http://127.0.0.1/x", "//localhost/", "https://ond.example/"]
)
def test_next_leads_nowhere_but_to_the_portal(elsewhere, visitor, member):
    """ALLOWED_HOSTS also has the machine's own names, for health checks."""
    ask(visitor, member.email, elsewhere)
    assert type_code(visitor, code_in(newest_mail()), elsewhere).url == "/konto/"
    data = {"login": member.email, "password": "langt-passord", "next": elsewhere}
    assert Client(headers=OURS).post(reverse("account_login"), data).url == "/konto/"


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        *(("/serien/", True), ("http://testserver/serien/", True)),
        *(("http://localhost/serien/", True), ("https://localhost/serien/", True)),
        *(("https://ond.example/", False), ("//ond.example/", False), ("", False)),
        *(("http://[", False), ("javascript:alert(1)", False)),
    ],
)
def test_only_addresses_of_the_portal_are_led_to(address, is_safe, rf, settings):
    settings.SITE = urlsplit("http://localhost")
    settings.IS_HTTPS = False
    request = rf.get("/", headers={"host": "testserver"})
    with request_context(request):
        assert AccountAdapter().is_safe_url(address) is is_safe


def test_under_https_nobody_is_led_to_http(rf, settings):
    settings.IS_HTTPS = True
    with request_context(rf.get("/", headers={"host": "testserver"})):
        assert not AccountAdapter().is_safe_url("http://testserver/serien/")
        assert AccountAdapter().is_safe_url("https://testserver/serien/")

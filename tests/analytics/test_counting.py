"""What the figures count at the door, and what they leave out."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.access import MEMBER, Access, Opened, Reader
from analytics import counting
from analytics.models import SITE, Count, Kind, NamedCount, What
from articles.models import PublishedMetadata
from delivery import page_cache
from delivery.page_cache import PageCache
from delivery.tally import Tally
from portal.wsgi import application
from sponsors.models import Sponsorship
from tests import factories

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture(autouse=True)
def tally(monkeypatch) -> Tally:
    tally = Tally(counting.keep, counting.MOST)
    monkeypatch.setattr(counting, "tally", tally)
    return tally


@pytest.fixture
def article():
    return factories.make_article(series=factories.make_series(slug="serien"), slug="delen")


def ask(path: str, status: str = "200 OK", method: str = "GET", reader=None, **headers) -> None:
    """A request that comes to the page cache, as gunicorn gives it."""

    def django(environ, start):
        if reader:
            environ["portal.reader"] = reader
        start(status, [("Cache-Control", "private")])
        return [b""]

    headers.setdefault("HTTP_USER_AGENT", BROWSER)
    environ = RequestFactory().generic(method, path, **headers).environ
    list(PageCache(django)(environ, lambda *given: None))


def told(about: int) -> dict[str, int]:
    counting.tally.write()
    return dict(Count.objects.filter(about=about).values_list("what", "count"))


def test_an_opened_article_is_counted_for_itself_and_for_the_site(article):
    for _ in range(3):
        ask("/serien/delen/")
    assert told(article.pk) == {What.VISITORS: 3, What.GATE: 3}
    assert told(SITE) == {What.VISITORS: 3, What.GATE: 3}
    assert Count.objects.values_list("day", flat=True).distinct().get() == timezone.localdate()


def test_a_member_is_counted_as_one_and_meets_no_gate(article):
    ask("/serien/delen/", reader=MEMBER)
    assert told(article.pk) == {What.MEMBERS: 1}


def test_an_open_article_has_no_gate():
    open_article = factories.make_article(
        factories.make_series(slug="serien"), slug="delen", access=Access.PUBLIC
    )
    ask("/serien/delen/")
    assert told(open_article.pk) == {What.VISITORS: 1}


def test_pages_besides_articles_are_counted(article):
    for path in ("/", "/serien/", "/serien/", "/tema/", "/ordbok/", "/sok/"):
        ask(path)
    ask("/finnes-ikke/", status="404 Not Found")
    assert told(article.get_parent().pk) == {What.VISITORS: 2}
    assert told(SITE) == {What.VISITORS: 5}


def test_one_article_without_metadata_costs_no_other_its_count(article):
    PublishedMetadata.objects.filter(article=article).delete()
    ask("/serien/delen/")
    ask("/")
    assert told(SITE) == {What.VISITORS: 2}


def test_a_series_and_its_parts_are_found_in_few_queries(article, django_assert_max_num_queries):
    for n in range(20):
        ask("/serien/delen/")
        ask(f"/serien/{n}/")
    with django_assert_max_num_queries(12):
        counting.tally.write()


def test_nothing_is_asked_of_the_database_for_a_request(article, django_assert_num_queries):
    with django_assert_num_queries(0):
        ask("/serien/delen/")


@pytest.mark.parametrize(
    ("address", "query", "what"),
    [
        ("https://www.google.com/", "", What.FROM_ENGINES),
        ("https://duckduckgo.com/", "", What.FROM_ENGINES),
        ("https://feedly.com/i/entry", "", What.FROM_FEEDS),
        ("http://localhost:8000/serien/", "", What.FROM_OWN),
        ("http://localhost:8000/sok/?q=kunde", "", What.FROM_SEARCH),
        ("https://avisa.example/sak", "", What.FROM_ELSEWHERE),
        ("https://avisa.example/sak", "fra=brev-1", What.FROM_MAILS),
        ("", "fra=nytt-2", What.FROM_MAILS),
    ],
)
def test_where_a_reader_came_from(article, address, query, what):
    ask(f"/serien/delen/?{query}", HTTP_REFERER=address)
    assert told(article.pk)[what] == 1
    assert sum(told(article.pk).values()) == 3  # opened, the gate, and one source


@pytest.mark.parametrize("address", ["", "about:blank", "http://[", "ftp://a.b/", "x" * 5_000])
def test_an_address_that_tells_nothing_is_no_source(article, address):
    ask("/serien/delen/", HTTP_REFERER=address)
    assert set(told(article.pk)) == {What.VISITORS, What.GATE}


def test_another_site_is_counted_by_its_host_and_the_week_and_nothing_else(article):
    for n in range(3):
        ask("/serien/delen/", HTTP_REFERER=f"https://www.avisa.example/side-{n}?hemmelig=1")
    counting.tally.write()
    row = NamedCount.objects.get()
    assert (row.kind, row.name, row.count) == (Kind.HOST, "avisa.example", 3)
    assert row.day == timezone.localdate() - timedelta(days=timezone.localdate().weekday())


@pytest.mark.parametrize(
    "how",
    [
        {"status": "404 Not Found"},
        {"status": "302 Found"},
        {"status": "500 Internal Server Error"},
        {"method": "HEAD"},
        {"method": "POST"},
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"HTTP_USER_AGENT": "Mozilla/5.0 (KHTML, like Gecko; compatible; GPTBot/1.2)"},
        {"HTTP_USER_AGENT": "Mozilla/5.0 HeadlessChrome/120"},
        {"HTTP_USER_AGENT": "okhttp/4.9"},
        {"HTTP_USER_AGENT": ""},
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        {"HTTP_SEC_FETCH_MODE": "cors"},
        {"HTTP_SEC_FETCH_MODE": "no-cors"},
        {"HTTP_X_FORWARDED_PROTO": "https"},  # Firefox 128, which would have said what it asks for
    ],
)
def test_programs_and_failures_are_not_counted(article, how):
    ask("/serien/delen/", **how)
    assert told(article.pk) == {}


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"status": "304 Not Modified"},
        {"HTTP_SEC_FETCH_MODE": "navigate", "HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_USER_AGENT": "Mozilla/5.0 Firefox/60.0"},
    ],
)
def test_a_reader_is_counted(article, how):
    ask("/serien/delen/", **how)
    assert told(article.pk)[What.VISITORS] == 1


def test_the_line_of_a_sponsor_is_counted_for_each_time_it_is_shown(article):
    line = make_sponsorship(article)
    ask("/serien/delen/")
    ask("/serien/delen/", reader=MEMBER)
    counting.tally.write()
    assert Count.objects.get(what=What.SPONSOR).about == line.pk
    assert Count.objects.get(what=What.SPONSOR).count == 2


def make_sponsorship(article) -> Sponsorship:
    return Sponsorship.objects.create(text="Støttet av Banken", page=article.page_ptr)


def test_a_reader_with_a_grant_meets_no_gate(article):
    opened = Opened(Access.MEMBERS, article.path, article.pk)
    ask("/serien/delen/", reader=Reader(Access.PUBLIC, (opened,)))
    assert told(article.pk) == {What.VISITORS: 1}


def test_the_hour_decides_the_day_in_norwegian_time(article, monkeypatch):
    # 23:30 in UTC on the last of June is the first of July here.
    monkeypatch.setattr(counting.time, "time", lambda: 1_782_862_200.0)
    ask("/serien/delen/")
    counting.tally.write()
    assert set(Count.objects.values_list("day", flat=True)) == {date(2026, 7, 1)}


def test_a_long_path_is_not_counted(article):
    ask(f"/serien/{'x' * 400}/")
    assert counting.tally._held == {}


def test_a_page_from_the_cache_and_a_members_page_are_counted(article, member, monkeypatch):
    """Through the real application: Django tells who reads."""
    # At the end of a request, it closes a connection that is in a test's transaction.
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    browser = {"HTTP_USER_AGENT": BROWSER}
    for client in (Client(), Client(), signed_in(member)):
        cookies = "; ".join(f"{key}={each.value}" for key, each in client.cookies.items())
        environ = RequestFactory().get("/serien/delen/", HTTP_COOKIE=cookies, **browser).environ
        environ["HTTP_HOST"] = "localhost"
        b"".join(application(environ, lambda *given: None))
    assert told(article.pk) == {What.VISITORS: 2, What.GATE: 2, What.MEMBERS: 1}


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def test_the_seam_is_connected():
    assert counting.note in page_cache.answered


def test_a_count_is_added_to_what_is_there(article):
    for _ in range(2):
        ask("/serien/delen/")
        counting.tally.write()
    assert Count.objects.get(what=What.VISITORS, about=article.pk).count == 2


def test_a_fault_in_the_counting_costs_no_page(article, monkeypatch, caplog):
    def broken(environ):
        raise LookupError("ødelagt")

    monkeypatch.setattr(page_cache, "answered", [broken, counting.note])
    ask("/serien/delen/")
    assert "ødelagt" in caplog.text
    assert told(article.pk)[What.VISITORS] == 1

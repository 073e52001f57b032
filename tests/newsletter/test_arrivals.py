"""How many come from the mails, counted at the page cache's door without a person."""

from threading import Timer

import pytest
from django.db import DatabaseError, connection
from django.test import RequestFactory
from django.utils import timezone

from delivery import page_cache
from delivery.page_cache import PageCache
from delivery.tally import Tally
from newsletter import arrivals
from newsletter.models import Arrivals
from tests import factories
from tests.newsletter.letters import make_letter, send

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture(autouse=True)
def tally(monkeypatch) -> Tally:
    tally = Tally(arrivals.keep, arrivals.MOST)
    monkeypatch.setattr(arrivals, "tally", tally)
    return tally


@pytest.fixture(autouse=True)
def timers(nothing_written_later, tally, monkeypatch) -> list[Timer]:
    """The timers that the tally has started, and no other tally. None of them runs."""
    started: list[Timer] = []

    class Recorded(Timer):
        def start(self) -> None:
            if self.function.__self__ is tally:
                started.append(self)

    monkeypatch.setattr("delivery.tally.Timer", Recorded)
    return started


@pytest.fixture
def sending():
    return send(make_letter())


def ask(path: str, status: str = "200 OK", method: str = "GET", **headers: str) -> None:
    """A request that comes to the page cache, as gunicorn gives it."""

    def django(environ, start):
        start(status, [("Cache-Control", "private")])
        return [b""]

    headers.setdefault("HTTP_USER_AGENT", BROWSER)
    environ = RequestFactory().generic(method, path, **headers).environ
    list(PageCache(django)(environ, lambda *given: None))


def told() -> list[tuple[str, str, int]]:
    arrivals.tally.write()
    return list(Arrivals.objects.order_by("path").values_list("batch", "path", "count"))


def test_a_request_from_a_mail_is_counted_by_page_and_day(sending):
    for _ in range(3):
        ask(f"/brev/hosten/?fra={sending.batch}")
    ask(f"/serien/delen/?side=2&fra={sending.batch}")
    assert told() == [(sending.batch, "/brev/hosten/", 3), (sending.batch, "/serien/delen/", 1)]
    assert set(Arrivals.objects.values_list("day", flat=True)) == {timezone.localdate()}


def test_a_member_counts_as_anybody_does(sending):
    ask(f"/brev/hosten/?fra={sending.batch}", HTTP_COOKIE="medlem=x")
    assert told() == [(sending.batch, "/brev/hosten/", 1)]


def test_an_answer_that_the_browser_has_counts_too(sending):
    ask(f"/brev/hosten/?fra={sending.batch}", "304 Not Modified")
    assert told()


@pytest.mark.parametrize(
    "how",
    [
        {"status": "404 Not Found"},
        {"status": "302 Found"},
        {"method": "HEAD"},
        {"method": "POST"},
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"HTTP_USER_AGENT": "facebookexternalhit/1.1"},
        {"HTTP_USER_AGENT": ""},
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
    ],
)
def test_programs_and_failures_are_not_counted(how, sending):
    ask(f"/brev/hosten/?fra={sending.batch}", **how)
    assert told() == []


@pytest.mark.parametrize(
    "query",
    [
        *(
            "fra=brev-999999",
            "fra=brev-0",
            "fra=brev-99999999999999999999",
            "fra=x",
            "fra=",
            "xfra=1",
        ),
        *("fra=brev-1%27", "fra=uke-2026-1", "fra=../../etc", "fra=brev-" + "1" * 500),
    ],
)
def test_mails_that_were_never_sent_are_not_counted(query, sending):
    ask(f"/brev/hosten/?{query}")
    assert told() == []


@pytest.mark.parametrize(
    "path",
    ["/brev/av/hemmelig/brev/", "/konto/", "/admin/", "/feed/", "/sitemap.xml", "/konto/varsler/"],
)
def test_only_reading_pages_are_counted(path, sending):
    """The address of a page that ends mail holds its recipient's token."""
    ask(f"{path}?fra={sending.batch}")
    assert told() == []


def test_the_parameter_changes_no_page(sending):
    """Else each letter would have a cache of its own, and a page could depend on who is asking."""
    made = []

    def django(environ, start):
        made.append(environ["QUERY_STRING"])
        start("200 OK", [("Cache-Control", "no-cache"), ("Vary", "Cookie")])
        return [b"siden"]

    cache = PageCache(django)
    for query in ("", f"fra={sending.batch}", "fra=brev-9"):
        environ = RequestFactory().get(f"/brev/hosten/?{query}").environ
        environ["HTTP_HOST"] = "localhost"
        list(cache(environ, lambda *given: None))
    assert set(made) == {""}


def test_nobody_fills_the_memory_or_the_table(monkeypatch, sending):
    monkeypatch.setattr(arrivals, "tally", Tally(arrivals.keep, 10))
    for n in range(50):
        ask(f"/serien/side-{n}/?fra={sending.batch}")
    ask(f"/serien/{'x' * 400}/?fra={sending.batch}")
    assert len(told()) == 10


def test_counts_are_written_together_ten_seconds_after_the_first(timers, sending):
    for _ in range(3):
        ask(f"/brev/hosten/?fra={sending.batch}")
    assert [(timer.interval, timer.daemon) for timer in timers] == [(10, True)]
    assert not Arrivals.objects.exists()
    arrivals.tally.write()
    ask(f"/brev/hosten/?fra={sending.batch}")
    assert len(timers) == 2
    assert told() == [(sending.batch, "/brev/hosten/", 4)]


def test_a_database_that_is_away_costs_no_count_and_no_page(monkeypatch, sending):
    def away(batches):
        raise DatabaseError("borte")

    with monkeypatch.context() as patch:
        patch.setattr(arrivals, "existing", away)
        ask(f"/brev/hosten/?fra={sending.batch}")
        assert told() == []
    assert told() == [(sending.batch, "/brev/hosten/", 1)]


def test_the_seam_is_connected():
    assert arrivals.note in page_cache.answered


def test_the_panel_shows_where_readers_came(as_editor, sending):
    factories.make_series()
    ask(f"/brev/hosten/?fra={sending.batch}")
    ask(f"/serien/?fra={sending.batch}")
    arrivals.tally.write()
    page = as_editor.get(f"/admin/brev/sendt/{sending.pk}/").content.decode()
    assert '<a href="/brev/hosten/">/brev/hosten/</a></td><td>1</td>' in page
    assert "åpnet 2 ganger" in page


def test_nothing_is_asked_of_the_database_without_the_parameter(django_assert_num_queries):
    with django_assert_num_queries(0):
        ask("/konto/?q=1")
    assert connection.vendor

"""The visitors' page cache is fast, and nobody can put anything into it."""

import gzip
import re
import threading
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import InterfaceError, OperationalError, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.signals import page_unpublished

from accounts.access import Access
from articles.models import Author, Home, Series
from articles.publishing.receivers import DRAFT_FIELDS
from delivery import content_version
from delivery.models import ContentVersion
from delivery.page_cache import (
    OVERHEAD,
    Key,
    PageCache,
    StoredPage,
    best_encoding,
    cleaned,
    is_secure,
    known_part,
    path_of,
    telling,
)
from sponsors.models import Sponsorship
from tests import factories
from tests.separate import settings_under_https

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept")]
LOCKED, OPEN = "Det låste avsnittet", "Det åpne avsnittet"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class CachedPortal(PageCache):
    """The page cache in front of Django. It records the requests that reach Django."""

    def __init__(self, application: Any = None, **options: Any) -> None:
        self.asked: list[dict[str, Any]] = []
        django = application or WSGIHandler()

        def counted(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            self.asked.append(environ)
            return django(environ, start)

        super().__init__(counted, **options)

    def get(self, path: str, method: str = "GET", **environ: str) -> Answer:
        said: list[Any] = []
        request = RequestFactory(SERVER_NAME="localhost").generic(method, path)
        given = {**request.environ, "HTTP_HOST": "localhost", **environ}
        body = b"".join(self(given, lambda status, headers, *_: said.extend([status, headers])))
        return Answer(int(said[0].split()[0]), dict(said[1]), body)


@pytest.fixture
def cached() -> CachedPortal:
    return CachedPortal()


@pytest.fixture
def path(article) -> str:
    return article.get_absolute_url()


def test_django_is_asked_once_for_a_page(cached, path):
    first, second = cached.get(path), cached.get(path)
    assert first == second
    assert first.status == 200
    assert OPEN in first.text
    assert len(cached.asked) == 1


def test_the_answer_says_what_django_would_have_said(cached, path, visitor):
    kept, plain = cached.get(path), visitor.get(path, headers={"host": "localhost"})
    assert kept.body == plain.content
    ours = {"ETag", "Vary", "Content-Length", "X-Accel-Expires"}
    assert {k: v for k, v in kept.headers.items() if k not in ours} == {
        k: v for k, v in plain.headers.items() if k not in ours
    }
    assert kept.headers["Vary"] == "Cookie, Accept-Encoding"
    names = list(kept.headers)
    assert names.index("X-Accel-Expires") < names.index("Cache-Control")


@pytest.mark.parametrize(
    "query",
    [
        "utm_source=brev",
        "side=2",
        "fbclid=x&side=%00",
        "preview=true",
        "side=2&side=3",
        "=&&==",
        "%",
    ],
)
def test_a_parameter_that_the_page_does_not_know_is_no_way_past(cached, path, query):
    plain = cached.get(path)
    assert cached.get(f"{path}?{query}") == plain
    assert len(cached.asked) == 1
    assert cached.asked[0]["QUERY_STRING"] == ""


def test_the_parameter_that_a_list_knows_counts_as_the_number_it_is(cached, db):
    for query in ("side=1", "side=01", "utm=x&side=1", "side=%31"):
        cached.get(f"/forfattere/?{query}")
    assert [asked["QUERY_STRING"] for asked in cached.asked] == ["side=1"]
    for query in ("side=x", "side=-1", "side=", "side=²", ""):
        cached.get(f"/forfattere/?{query}")
    assert [asked["QUERY_STRING"] for asked in cached.asked] == ["side=1", ""]


POISON = {
    "HTTP_COOKIE": "csrftoken=gift; annet=1",
    "HTTP_ACCEPT_LANGUAGE": "en",
    "HTTP_X_FORWARDED_HOST": "gift.example",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_FOR": "6.6.6.6",
    "HTTP_X_ORIGINAL_URL": "/admin/",
    "HTTP_X_REWRITE_URL": "/konto/",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
    "HTTP_X_REQUESTED_WITH": "XMLHttpRequest",
    "HTTP_ACCEPT": "application/json",
    "HTTP_ACCEPT_CHARSET": "gift",
    "HTTP_USER_AGENT": "gift",
    "HTTP_REFERER": "https://gift.example/",
    "HTTP_ORIGIN": "https://gift.example",
    "HTTP_AUTHORIZATION": "Basic Z2lmdDpnaWZ0",
    "HTTP_RANGE": "bytes=0-9",
    "HTTP_IF_RANGE": '"gift"',
    "HTTP_IF_MATCH": '"gift"',
    "HTTP_IF_NONE_MATCH": '"gift"',
    "HTTP_IF_MODIFIED_SINCE": "Wed, 21 Oct 2099 07:28:00 GMT",
    "HTTP_IF_UNMODIFIED_SINCE": "Wed, 21 Oct 1999 07:28:00 GMT",
    "HTTP_HOST": "LocalHost:1",
    "CONTENT_TYPE": "text/plain; charset=utf-7",
    "RAW_URI": "/gift",
    "REMOTE_PORT": "gift",
}


@pytest.mark.parametrize("name", POISON)
def test_what_a_visitor_sends_along_changes_nothing_for_the_next(path, name):
    clean, poisoned = CachedPortal(), CachedPortal()
    poisoned.get(path, **{name: POISON[name]})
    assert poisoned.get(path) == clean.get(path)
    assert "gift" not in str(poisoned.asked[0].items())


@pytest.mark.parametrize("host", ["gift.example", "localhost.gift.example", "localhost:gift", ""])
def test_a_host_that_is_not_ours_is_kept_for_nobody(cached, path, host):
    assert cached.get(path, HTTP_HOST=host).status == 400
    assert cached.cache.size == 0
    assert cached.get(path).status == 200


def test_a_page_asked_for_without_https_is_sent_on_and_not_kept(settings, path):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    cached = CachedPortal()
    secure = {"HTTP_X_FORWARDED_PROTO": "https, http"}
    assert cached.get(path, **secure).status == 200
    for proxies in ({}, {"HTTP_X_FORWARDED_PROTO": "http, https"}):
        assert cached.get(path, **proxies).status == 301
    assert cached.get(path, **secure).status == 200


def test_head_has_no_body_and_leaves_none_behind(cached, path):
    head = cached.get(path, "HEAD")
    assert cached.get("/finnes-ikke/", "HEAD").body == b""
    page = cached.get(path)
    assert head.body == b""
    assert head.headers == page.headers
    assert len(page.body) == int(page.headers["Content-Length"])
    assert cached.get(path, "HEAD") == head


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "PROPFIND"])
def test_other_methods_are_never_answered_from_what_is_kept(cached, path, method):
    cached.get(path)
    assert cached.get(path, method).status in (204, 403, 405)
    assert len(cached.asked) == 2


def test_a_member_and_a_visitor_in_turn(cached, path, as_member):
    cookie = {"HTTP_COOKIE": f"annet=1; medlem={as_member.cookies['medlem'].value}"}
    for _ in range(2):
        member, visitor = cached.get(path, **cookie), cached.get(path)
        assert LOCKED in member.text
        assert member.headers["Cache-Control"] == "private, no-store"
        assert LOCKED not in visitor.text
        assert visitor.headers["Cache-Control"] == "no-cache"
    assert len(cached.asked) == 3


def test_what_is_not_a_page_for_readers_is_never_kept(cached, article):
    for address in ("/konto/logg-inn/", "/admin/", "/healthz", "/x.txt"):
        before = len(cached.asked)
        cached.get(address, HTTP_ACCEPT_LANGUAGE="en")
        cached.get(address, HTTP_ACCEPT_LANGUAGE="en")
        assert len(cached.asked) == before + 2, address
        assert cached.asked[-1]["HTTP_ACCEPT_LANGUAGE"] == "en"
    for missing in ("/finnes-ikke/", "/serien/finnes-ikke/", "/ordbok/nei/", "/%ff/", "/%00/"):
        assert cached.get(missing).status == 404
    assert cached.cache.size == 0


@pytest.mark.parametrize(
    "address",
    ["/feed/", "/feed/serie/serien/", "/sitemap.xml", "/robots.txt", "{path}sitering.ris"],
)
def test_a_file_that_is_the_same_for_everyone_is_kept_for_everyone(
    cached, path, as_member, visitor, address
):
    address = address.format(path=path)
    cookie = {"HTTP_COOKIE": f"medlem={as_member.cookies['medlem'].value}"}
    for_member, for_visitor = cached.get(address, **cookie), cached.get(address)
    assert for_member == for_visitor
    assert for_visitor.body == visitor.get(address, headers={"host": "localhost:8000"}).content
    assert for_visitor.headers["Cache-Control"] == "public, no-cache"
    assert LOCKED not in for_visitor.text
    assert cached.get(f"{address}?utm=x&side=2") == for_visitor
    assert len(cached.asked) == 1
    assert "HTTP_COOKIE" not in cached.asked[0]


def test_a_page_of_a_sitemap_is_kept_by_its_number(cached, article):
    assert cached.get("/sitemap-articles.xml?p=1").status == 200
    assert cached.get("/sitemap-articles.xml?x=2&p=01").status == 200
    assert [asked["QUERY_STRING"] for asked in cached.asked] == ["p=1"]
    assert cached.get("/sitemap-articles.xml?p=2").status == 404


def test_a_member_is_told_in_their_own_page_that_a_file_is_not_there(cached, as_member):
    cookie = {"HTTP_COOKIE": f"medlem={as_member.cookies['medlem'].value}"}
    answer = cached.get("/feed/serie/finnes-ikke/", **cookie)
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "private, no-store")
    assert "Min lesing" in answer.text


@pytest.mark.parametrize("cookie", ["xmedlem=1", "annet=medlem=1", "annet=1; ikke_medlem=x"])
def test_a_cookie_that_only_looks_like_a_session_is_no_way_past(cached, path, cookie):
    plain = cached.get(path)
    assert cached.get(path, HTTP_COOKIE=cookie) == plain
    assert len(cached.asked) == 1


def test_under_https_a_session_is_known_by_its_name_there_alone(settings, path, as_member):
    settings.SESSION_COOKIE_NAME = settings_under_https()["SESSION_COOKIE_NAME"]
    cached, key = CachedPortal(), as_member.cookies["medlem"].value
    assert LOCKED in cached.get(path, HTTP_COOKIE=f"a=1; __Host-medlem={key}").text
    for cookie in (f"medlem={key}", f"x__Host-medlem={key}", f"a=__Host-medlem={key}"):
        assert LOCKED not in cached.get(path, HTTP_COOKIE=cookie).text
    assert len(cached.asked) == 2


@pytest.mark.parametrize("cookie", ["medlem={}", "a=1;medlem={}", "a=1; medlem = {}", "medlem ={}"])
def test_a_session_is_found_however_it_is_written(cached, path, as_member, cookie):
    cookie = cookie.format(as_member.cookies["medlem"].value)
    assert LOCKED in cached.get(path, HTTP_COOKIE=cookie).text
    assert LOCKED not in cached.get(path).text


def test_a_path_is_read_as_django_reads_it():
    environ = {"PATH_INFO": "/blåbær og fløte/".encode().decode("latin-1")}
    django = WSGIRequest(RequestFactory().get("/").environ | environ)
    assert path_of(environ) == django.path == "/blåbær og fløte/"


@pytest.mark.parametrize(
    ("sent", "path"), [("/bl\xe5/", "/bl\ufffd/"), ("/日/", "/?/"), (None, "")]
)
def test_a_path_that_is_no_text_is_read_all_the_same(sent, path):
    assert path_of({} if sent is None else {"PATH_INFO": sent}) == path


def test_the_cache_s_own_headers_stand_once():
    django = [("Vary", "Cookie"), ("ETag", '"x"'), ("Content-Length", "9"), ("Allow", "GET")]
    page = StoredPage.of([*django, ("Content-Encoding", "gzip")], b"siden")
    headers, _body = page.in_encoding("")
    assert sorted(headers) == [
        ("Allow", "GET"),
        ("Content-Length", "5"),
        ("ETag", page.tag),
        ("Vary", "Cookie, Accept-Encoding"),
        ("X-Accel-Expires", "1"),
    ]
    assert re.fullmatch(r'W/"[0-9a-f]{32}"', page.tag)


def test_django_gets_nothing_of_the_visitor_but_the_key(settings):
    environ = {
        "HTTP_ACCEPT": "x",
        "HTTP_HOST": "ours",
        "HTTP_X_FORWARDED_PROTO": "http",
        "CONTENT_TYPE": "x",
        "CONTENT_LENGTH": "9",
        "REMOTE_PORT": "1",
        "RAW_URI": "/x",
        "REQUEST_METHOD": "HEAD",
        "QUERY_STRING": "x=1",
        "wsgi.url_scheme": "http",
        "PATH_INFO": "/",
        "SERVER_NAME": "s",
    }
    for scheme in ("http", "https"):
        for host, sent in (("gift", "gift"), (settings.SITE_HOST, settings.SITE.netloc)):
            assert cleaned(environ, Key(host, scheme == "https", "/", "side=2")) == {
                "PATH_INFO": "/",
                "SERVER_NAME": "s",
                "REQUEST_METHOD": "GET",
                "QUERY_STRING": "side=2",
                "HTTP_HOST": sent,
                "wsgi.url_scheme": scheme,
                "HTTP_X_FORWARDED_PROTO": scheme,
            }


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, Key("localhost", False, "/", "")),
        ({"HTTP_HOST": "LocalHost:8000"}, Key("localhost", False, "/", "")),
        ({"wsgi.url_scheme": "https"}, Key("localhost", True, "/", "")),
        ({"REQUEST_METHOD": "HEAD"}, Key("localhost", False, "/", "")),
        ({"QUERY_STRING": "side=x"}, Key("localhost", False, "/", "")),
        ({"SCRIPT_NAME": ""}, Key("localhost", False, "/", "")),
        ({"SCRIPT_NAME": "/under"}, None),
        ({"HTTP_HOST": "localhost:x"}, None),
        ({"HTTP_HOST": None}, None),
        ({"PATH_INFO": None}, None),
        ({"PATH_INFO": "/admin/"}, None),
        ({"REQUEST_METHOD": "POST"}, None),
    ],
)
def test_a_request_has_a_key_if_its_answer_is_the_same_for_all(cached, changes, key):
    environ = {**RequestFactory().get("/").environ, "HTTP_HOST": "localhost", **changes}
    given = {name: value for name, value in environ.items() if value is not None}
    assert cached.key_of(given) == key


def test_each_answered_reading_page_is_told_and_nothing_else(cached, path, monkeypatch, as_member):
    told: list[str] = []
    monkeypatch.setattr("delivery.page_cache.answered", [lambda env: told.append(env["N"])])
    tag = cached.get(path, N="afresh").headers["ETag"]
    cached.get(path, N="kept")
    cached.get(path, N="known", HTTP_IF_NONE_MATCH=tag)
    cached.get(path, N="member", HTTP_COOKIE=f"medlem={as_member.cookies['medlem'].value}")
    assert told == ["afresh", "kept", "known", "member"]
    for method, other in (
        *(("HEAD", path), ("POST", path), ("GET", "/finnes-ikke/"), ("GET", "/emner/finnes-ikke/")),
        *(("GET", "/feed/"), ("GET", "/admin/"), ("GET", "/konto/logg-inn/"), ("GET", "/%ff/")),
    ):
        cached.get(other, method, N="other")
    assert "other" not in told


def test_what_a_server_is_told_of_a_fault_is_passed_on():
    said = []
    start = telling({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, lambda *told: said.append(told))
    start("500 Internal Server Error", [], "the fault")
    assert said == [("500 Internal Server Error", [], "the fault")]


def test_who_fails_at_being_told_costs_nobody_the_page(cached, path, monkeypatch, caplog):
    told: list[int] = []
    tellers = [lambda environ: 1 / 0, lambda environ: told.append(1)]
    monkeypatch.setattr("delivery.page_cache.answered", tellers)
    assert cached.get(path).status == 200
    assert told == [1]
    assert caplog.messages == [f"{__name__} failed"]


def test_https_is_what_the_first_proxy_says_if_we_stand_behind_one(settings):
    def secure(scheme: str, **said: str) -> bool:
        return is_secure({"wsgi.url_scheme": scheme, **said})

    behind = {"HTTP_X_FORWARDED_PROTO": "https , http, http"}
    before = {"HTTP_X_FORWARDED_PROTO": "http, https"}
    settings.SECURE_PROXY_SSL_HEADER = None
    assert secure("https")
    assert secure("https", **before)
    assert not secure("http", **behind)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert secure("https")
    assert secure("http", **behind)
    assert not secure("https", **before)


def test_django_s_answer_is_closed(path, monkeypatch):
    closed = []
    monkeypatch.setattr("django.http.HttpResponseBase.close", lambda response: closed.append(1))
    cached = CachedPortal()
    cached.get(path)
    cached.get(path)
    assert closed == [1]


def test_a_page_that_is_kept_waits_for_no_other_thread(cached, path, monkeypatch):
    page = cached.get(path)
    assert cached.cache.size == 2 * len(page.body) + OVERHEAD
    monkeypatch.setattr(cached.cache, "making", None)
    assert cached.get(path) == page


def test_a_list_of_tags_needs_no_spaces():
    page = StoredPage.of([], b"siden")
    assert page.is_known_by(f'"a",{page.tag}')
    assert not page.is_known_by('"a","b"')


def test_the_server_says_what_http_calls_it(cached, path):
    said = []
    environ = {**RequestFactory().get(path).environ, "HTTP_HOST": "localhost"}
    for tag in ("", "*"):
        list(cached({**environ, "HTTP_IF_NONE_MATCH": tag}, lambda *told: said.append(told[0])))
    assert said == ["200 OK", "304 Not Modified"]


@pytest.mark.parametrize("left_out", ["HTTP_COOKIE", "QUERY_STRING", "HTTP_ACCEPT_ENCODING"])
def test_what_a_server_may_leave_out_may_be_missing(path, left_out):
    for wanted, status in ((path, 200), ("/ukjent/side/", 404)):
        cached, said = CachedPortal(), []
        environ = {**RequestFactory().get(wanted).environ, "HTTP_HOST": "localhost"}
        environ.pop(left_out, None)
        list(cached(environ, lambda status, *_: said.append(int(status[:3]))))  # noqa: B023
        assert (said, len(cached.asked)) == ([status], 1)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("side=02&utm_source=x", "side=2"),
        ("side=2&del=3&del=4", "del=4&side=2"),
        ("side=12345678", "side=123456"),
        ("side=x", ""),
        ("&".join(["side=2", *["a=1"] * 49]), "side=2"),
        ("&".join(["side=2", *["a=1"] * 50]), ""),
    ],
)
def test_of_a_query_no_more_is_kept_than_the_numbers_that_the_page_knows(query, kept):
    assert known_part(query, frozenset({"side", "del"})) == kept


def test_two_pages_are_made_side_by_side(monkeypatch, db):
    monkeypatch.setattr(content_version.KnownVersion, "__call__", lambda self, **options: 1)
    both = threading.Barrier(2)

    def slow(environ: Any, start: Any) -> list[bytes]:
        both.wait(60)
        start("200 OK", [("Cache-Control", "no-cache"), ("Vary", "Cookie")])
        return [environ["PATH_INFO"].encode()]

    cached, answers = CachedPortal(slow), []
    threads = [
        threading.Thread(target=lambda path=path: answers.append(cached.get(path).body))
        for path in ("/", "/emner/")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [b"/", b"/emner/"]


def test_a_page_with_other_headers_is_another_page():
    def tag(policy: str) -> str:
        headers = [("Cache-Control", "no-cache"), ("Content-Security-Policy", policy)]
        return StoredPage.of(headers, b"det samme").tag

    assert tag("default-src 'self'") == tag("default-src 'self'") != tag("default-src 'none'")


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("404 Not Found", []),
        ("500 Error", []),
        ("206 Partial Content", []),
        ("200 OK", [("Set-Cookie", "medlem=1")]),
        ("200 OK", [("Cache-Control", "private, no-store")]),
        ("200 OK", [("Vary", "*")]),
        ("200 OK", [("Vary", "Accept-Language")]),
        ("200 OK", [("Cache-Control", "public, no-cache")]),
    ],
)
def test_an_answer_that_is_somebodys_own_is_not_kept(status, headers, db):
    base = [("Cache-Control", "no-cache"), ("Vary", "Cookie")]

    def application(environ: Any, start: Any) -> list[bytes]:
        start(status, [*base, *headers])
        return [b"eget"]

    cached = CachedPortal(application)
    assert [cached.get("/").body for _ in range(2)] == [b"eget", b"eget"]
    assert len(cached.asked) == 2
    assert cached.cache.size == 0


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5, br;q=0", "gzip"),
        ("br;q=0.000, gzip ; q=0", ""),
        ("*", ""),
        ("gzipped", ""),
    ],
)
def test_the_encoding_is_one_that_the_browser_takes(accepted, encoding):
    assert best_encoding(accepted) == encoding


def test_a_page_is_compressed_once_for_each_encoding(cached, path, monkeypatch):
    plain = cached.get(path)
    packed = {name: cached.get(path, HTTP_ACCEPT_ENCODING=name) for name in ("br", "gzip")}
    assert brotli.decompress(packed["br"].body) == plain.body
    assert gzip.decompress(packed["gzip"].body) == plain.body
    monkeypatch.setattr("delivery.page_cache.COMPRESS", {})
    for name, answer in packed.items():
        assert answer.headers["Content-Encoding"] == name
        assert int(answer.headers["Content-Length"]) == len(answer.body) < len(plain.body) / 2
        assert cached.get(path, HTTP_ACCEPT_ENCODING=name) == answer
    assert len(cached.asked) == 1


def test_who_has_the_page_already_is_told_so(cached, path, at_once, article):
    tag = cached.get(path, HTTP_ACCEPT_ENCODING="br").headers["ETag"]
    for tags in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        answer = cached.get(path, HTTP_IF_NONE_MATCH=tags)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["ETag"] == tag
        assert answer.headers["Vary"] == "Cookie, Accept-Encoding"
        assert answer.headers["Cache-Control"] == "no-cache"
    assert cached.get(path, HTTP_IF_NONE_MATCH='"x", ""').status == 200
    with at_once():
        article.title = "Et annet navn"
        article.save_revision().publish()
    assert cached.get(path, HTTP_IF_NONE_MATCH=tag).status == 200


def test_a_publish_in_the_middle_of_a_render_is_not_lost(article, path, at_once):
    django = WSGIHandler()

    def slow(environ: Any, start: Any) -> Iterable[bytes]:
        rendered = django(environ, start)
        if not slow.done:
            slow.done = True
            with at_once():
                article.title = "Et nytt navn"
                article.save_revision().publish()
        return rendered

    slow.done = False
    cached = CachedPortal(slow)
    assert "Et nytt navn" not in cached.get(path).text
    assert "Et nytt navn" in cached.get(path).text


def test_one_thread_makes_a_page_however_many_ask(monkeypatch, db):
    monkeypatch.setattr(content_version.KnownVersion, "__call__", lambda self, **options: 1)
    begun = threading.Barrier(8)

    def slow(environ: Any, start: Any) -> list[bytes]:
        time.sleep(0.2)
        start("200 OK", [("Cache-Control", "no-cache"), ("Vary", "Cookie")])
        return [b"siden"]

    cached, answers = CachedPortal(slow), []

    def ask() -> None:
        begun.wait()
        answers.append(cached.get("/").body)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [b"siden"] * 8
    assert len(cached.asked) == 1
    assert cached.cache._making == {}


def test_the_cache_is_bounded_and_drops_the_least_recently_used(series):
    addresses = [
        factories.make_article(series, slug=f"del-{n}").get_absolute_url() for n in range(4)
    ]
    cached = CachedPortal()
    cached.get(addresses[0])
    size = cached.cache.size
    cached = CachedPortal(max_bytes=3 * size + size // 2)
    for address in (*addresses[:3], addresses[0], addresses[3]):
        cached.get(address)
        assert cached.cache.size <= cached.cache.max_bytes
    asked = len(cached.asked)
    cached.get(addresses[0])
    assert len(cached.asked) == asked
    cached.get(addresses[1])
    assert len(cached.asked) == asked + 1


def test_nothing_is_kept_for_more_than_a_minute(cached, path, monkeypatch):
    cached.get(path)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 59)
    cached.get(path)
    assert len(cached.asked) == 1
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    cached.get(path)
    assert len(cached.asked) == 2


def test_the_content_version_is_asked_for_a_few_times_a_second_at_most(monkeypatch, db):
    monkeypatch.setattr(content_version, "VERSION_AGE", 0.25)
    known, now = content_version.KnownVersion(), time.monotonic()
    with CaptureQueriesContext(connection) as captured:
        for tenths in range(20):
            monkeypatch.setattr(time, "monotonic", lambda: now + tenths / 10)  # noqa: B023
            known()
    assert len(captured) == 7


def test_without_a_database_pages_are_served_for_a_while_and_then_django_says_so(
    cached, path, monkeypatch
):
    cached.get(path)

    def away() -> int:
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr(ContentVersion, "stored", away)
        assert cached.get(path).status == 200
        patched.setattr(content_version, "AGE_WITHOUT_ANSWER", 0)
        assert cached.get(path).status == 503
    assert cached.get(path).status == 200
    assert cached.asked[-1]["PATH_INFO"] == path


def changed(article, name: str) -> None:
    """Makes the change `name`, one of each kind that a visitor can see on the article's page."""
    series = Series.objects.get()
    if name == "publish":
        article.title = "Omdøpt"
        article.save_revision().publish()
    elif name == "unpublish":
        article.unpublish()
    elif name == "unpublish the series":
        series.unpublish()
    elif name == "delete":
        article.delete()
    elif name == "access":
        article.change_access(Access.PUBLIC)
    elif name == "author":
        author = Author.objects.get()
        author.title = "Et annet navn"
        author.save_revision().publish()
    elif name == "bio":
        author = Author.objects.get()
        author.bio = "<p>Noe nytt.</p>"
        author.save_revision().publish()
    elif name == "sponsor":
        Sponsorship.objects.create(text="Betalt av noen", page=series)
    elif name == "order":
        series.get_children().get(slug="annen").move(series, pos="first-child")
    elif name == "a new part":
        factories.make_article(series, slug="ny")
    elif name == "series":
        series.title = "En annen serie"
        series.save_revision().publish()
    elif name == "menu":
        Home.objects.get().add_child(instance=factories.SimplePage(
            title="Om oss", slug="om-oss", show_in_menus=True))  # fmt: skip


CHANGES = [
    *("publish", "unpublish", "unpublish the series", "delete", "access", "author", "bio"),
    *("sponsor", "order", "a new part", "series", "menu"),
]


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_that_shows_is_shown_at_once(cached, series, at_once, name):
    article = factories.make_article(series, authors=[factories.make_author()])
    factories.make_article(series, slug="annen", title="Annen")
    path = article.get_absolute_url()
    before = cached.get(path)
    with at_once():
        changed(article, name)
    assert cached.get(path) != before
    asked = len(cached.asked)
    cached.get(path)
    assert len(cached.asked) == asked + (name in ("unpublish", "unpublish the series", "delete"))


def test_a_part_that_is_scheduled_shows_as_coming_at_once(cached, series, at_once):
    factories.make_article(series)
    series.announces = True
    series.save_revision().publish()
    assert "Delen som kommer" not in cached.get("/serien/").text
    with at_once():
        part = factories.draft_article(series, slug="kommer", title="Delen som kommer")
        part.go_live_at = timezone.now() + timedelta(days=2)
        part.save_revision(approved_go_live_at=part.go_live_at)
    assert "Delen som kommer" in cached.get("/serien/").text
    with at_once():
        revision = part.revisions.latest("pk")
        revision.approved_go_live_at = None
        revision.save(update_fields=["approved_go_live_at"])
    assert "Delen som kommer" not in cached.get("/serien/").text


def test_a_draft_leaves_what_is_kept_alone(cached, path, article, as_editor, at_once):
    cached.get(path)
    with at_once():
        article.title = "Et utkast"
        article.save_revision(user=None)
    with at_once():
        as_editor.get(f"/admin/pages/{article.pk}/edit/")
    cached.get(path)
    assert len(cached.asked) == 1
    fields = {field.name for field in type(article)._meta.get_fields()}
    assert fields >= DRAFT_FIELDS


#: Tables for a scheduled part, see announce_scheduled_part, and for an address without a page.
UNKEPT = {"wagtailcore_revision", "wagtailredirects_redirect", "wagtailcore_site"}


def test_every_table_that_a_reading_page_reads_raises_the_content_version(
    cached, series, visitor, everything_read
):
    watched = set()
    for shown in content_version.shown:
        watched |= {model._meta.db_table for model in (shown, *shown._meta.parents)}
    read = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', "\n".join(everything_read)))
    assert read - watched - UNKEPT == set()
    assert len(read) > 8


@pytest.fixture
def everything_read(series, visitor) -> list[str]:
    """The SQL queries of all the reading pages."""
    author = factories.make_author(portrait=factories.make_picture())
    factories.make_article(series, authors=[author])
    series.announces = True
    series.save_revision().publish()
    pages = ["/", "/serien/", "/serien/delen/", "/forfattere/", "/forfattere/kari-ytreoy/"]
    with CaptureQueriesContext(connection) as captured:
        for address in [*pages, "/om/", "/ordbok/", "/ordbok/nei/"]:
            visitor.get(address)
    return [query["sql"] for query in captured]


def test_an_unpublished_page_takes_its_announcement_with_it(article, at_once):
    before = ContentVersion.stored()
    with at_once():
        page_unpublished.send(type(article), instance=article)
    assert ContentVersion.stored() == before + 1


def test_while_the_database_is_away_not_everybody_asks(monkeypatch):
    asked: list[int] = []

    def away() -> int:
        asked.append(1)
        raise InterfaceError

    monkeypatch.setattr(ContentVersion, "stored", away)
    monkeypatch.setattr(content_version, "VERSION_AGE", 10)
    known = content_version.KnownVersion()
    for _ in range(3):
        with pytest.raises(InterfaceError):
            known()
    assert len(asked) == 1


def test_a_page_that_is_no_reading_page_asks_for_no_version(cached, db, monkeypatch):
    monkeypatch.setattr(content_version.KnownVersion, "__call__", lambda *args, **options: 1 / 0)
    assert cached.get("/admin/").status == 302


def test_a_redirect_may_go_by_a_parameter_that_no_page_knows(cached, path):
    Redirect.add_redirect("/gammel/side/?id=3", path)
    assert cached.get("/gammel/side/").status == 404
    answer = cached.get("/gammel/side/?id=3")
    assert (answer.status, answer.headers["Location"]) == (301, path)
    assert cached.get(f"{path}?id=3").status == 200


@pytest.mark.parametrize("path", ["/sitemap.xml", "/feed/"])
def test_the_sitemap_and_the_feed_name_the_port(path, cached, article, settings):
    settings.SITE = urlsplit("http://localhost:8123")
    answer = cached.get(path)
    assert "http://localhost:8123/" in answer.text
    assert "http://localhost/" not in answer.text

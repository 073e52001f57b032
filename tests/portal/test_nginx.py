"""What nginx caches, passes on and holds back. The portal behind it records its requests."""

import re
import threading
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.error import HTTPError

import pytest
from hypothesis import given, settings
from hypothesis.strategies import ip_addresses

from tests.front import NGINX, in_front_of
from tests.separate import NOBODY, ROOT, settings_under_https, wait_until

pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="this machine has no nginx"),
    pytest.mark.xdist_group("nginx"),
]
CROWD = 20
#: The headers of the portal's pages, but cached for longer than any test takes.
PAGE = {"X-Accel-Expires": "600", "Cache-Control": "no-cache", "ETag": 'W/"1"', "Vary": "Cookie"}
ANSWERS = {
    "/sekund/": {**PAGE, "X-Accel-Expires": "1"},
    "/privat/": {"Cache-Control": "private, no-store"},
    "/fil/": {"Cache-Control": "public, no-cache"},
    "/sammen/": {"Cache-Control": "private, no-store"},
    "/kake/": {**PAGE, "Set-Cookie": "__Host-medlem=x"},
    "/bilde/1/privat/480.webp": {"Cache-Control": "private, no-store"},
    "/bilde/1/sekund/480.webp": {**PAGE, "X-Accel-Expires": "1"},
    "/lyd/ja.mp3": {
        "X-Accel-Redirect": "/opplesing-fra-disk/narration/lyd.mp3",
        "Cache-Control": "private, no-store",
        "Content-Type": "audio/mpeg",
        "Content-Security-Policy": "default-src 'self'",
    },
}


class Portal(ThreadingHTTPServer):
    request_queue_size = 64  # a crowd connects at once

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.is_locked = False
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.together = threading.Barrier(CROWD)

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    server: Portal
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, dict(self.headers.items())))
        path = self.path.partition("?")[0]
        time.sleep(0.3 if path == "/treg/" else 0)
        if path == "/sammen/":
            self.server.together.wait(60)
        is_known = self.headers.get("If-None-Match") == PAGE["ETag"]
        body = b"" if is_known else f"{len(self.server.asked)}: {self.path}".encode()
        is_locked = self.server.is_locked
        self.send_response(404 if is_locked else 304 if is_known else 200)
        for name, value in ({} if is_locked else ANSWERS.get(path, PAGE)).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, Portal]]:
    portal = Portal()
    thread = threading.Thread(target=portal.serve_forever)
    thread.start()
    with in_front_of(f"http://127.0.0.1:{portal.server_port}", ROOT / "static") as (url, _):
        yield url, portal
    portal.shutdown()
    thread.join()
    portal.server_close()


def asking(url: str, host: str) -> Any:
    def ask(
        path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, str, Any]:
        named = {"Host": host, **{name.replace("_", "-"): of for name, of in headers.items()}}
        request = urllib.request.Request(url + path, body, named, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310
                return answer.status, answer.read().decode(), answer.headers
        except HTTPError as error:
            return error.code, error.read().decode(), error.headers

    return ask


@pytest.fixture
def front(address) -> Iterator[Any]:
    url, portal = address
    portal.asked.clear()
    ask = asking(url, f"{uuid.uuid4()}.example")  # no other test has cached anything for it
    ask.portal = portal
    yield ask
    portal.is_locked = False


def test_a_page_is_kept_for_a_second_and_then_asked_about(front):
    first = front("/sekund/")[1]
    # The portal answered that the page is unchanged.
    wait_until(lambda: front("/sekund/")[1] == first and len(front.portal.asked) > 1)
    assert front.portal.asked[1][2]["If-None-Match"] == PAGE["ETag"]
    assert "X-Accel-Expires" not in front("/sekund/")[2]


def test_who_has_a_session_gets_their_own_and_leaves_nothing(front):
    visitor = front("/artikkel/")[1]
    for before, after in (("", "="), ("annet=1; ", "="), ("annet=1;", "="), ("annet=1; ", " = ")):
        cookie = f"{before}{settings_under_https()['SESSION_COOKIE_NAME']}{after}x"
        assert front("/artikkel/", Cookie=cookie)[1] != visitor
        assert front("/artikkel/")[1] == visitor
    assert len(front.portal.asked) == 5


@pytest.mark.parametrize(
    "cookie",
    [
        *("__Host-csrftoken=x", "medlem=x", "ikke__Host-medlem=x", "__Host-medlemmer=x"),
        *("annet=__Host-medlem=x", "annet=1; __host-medlem=x", "__Host-medlem"),
    ],
)
def test_what_only_looks_like_a_session_is_no_way_past(front, cookie):
    visitor = front("/artikkel/")[1]
    assert front("/artikkel/", Cookie=cookie)[1] == visitor
    assert len(front.portal.asked) == 1


@pytest.mark.parametrize("path", ["/privat/", "/fil/", "/kake/"])
def test_what_the_portal_did_not_mark_is_not_kept(front, path):
    assert front(path)[1] != front(path)[1]


def test_no_parameter_is_a_way_past_but_the_one_that_counts(front):
    plain = front("/forfattere/")[1]
    for query in ("utm_source=x", "side=x", "x=1&y=2", "side=1234567", "Side", "p=x", "p=1/"):
        assert front(f"/forfattere/?{query}")[1] == plain
    assert front("/forfattere/?x=1&side=2&side=3")[1] == front("/forfattere/?side=2")[1]
    assert front("/forfattere/?p=7&side=2")[1] == front("/forfattere/?side=2")[1]
    assert front("/sitemap-articles.xml?x=1&p=2")[1] == front("/sitemap-articles.xml?p=2")[1]
    assert front.portal.paths() == [
        *("/forfattere/", "/forfattere/?side=2", "/sitemap-articles.xml?p=2")
    ]


def test_what_comes_from_a_mail_is_told_to_the_portal_and_shares_the_kept_page(front):
    first = front("/forfattere/?side=2&fra=brev-12")[1]
    assert front("/forfattere/?side=2")[1] == first
    for path in ("/forfattere/?fra=neste-del", "/forfattere/?side=2&fra=brev-12"):
        assert front(path)[1] != front(path)[1]
    front("/forfattere/?fra=brev/12")
    front("/forfattere/?fra=BREV-12&side=2")
    assert set(front.portal.paths()) == {
        *("/forfattere/?side=2&fra=brev-12", "/forfattere/?fra=neste-del")
    }


def test_the_account_the_panel_and_the_search_get_every_parameter(front):
    paths = ["/konto/logg-inn/?next=/x/", "/admin/?q=1", "/sok/?q=ost&side=2", "/sok/forslag/?q=o"]
    for path in paths:
        assert front(path)[1] != front(path)[1]
    assert front.portal.paths()[::2] == paths


def test_a_public_picture_is_asked_for_once_by_all_who_see_it(front):
    first = front("/bilde/1/x/480.webp")[1]
    assert front("/bilde/1/x/480.webp?y")[1] == first
    assert front("/bilde/1/x/480.webp", Cookie="__Host-medlem=x")[1] == first
    assert front("/bilde/1/x/480.webp", Accept_Encoding="br")[1] == first
    assert front("/bilde/1/x/800.webp")[1] != first
    assert front.portal.paths() == ["/bilde/1/x/480.webp", "/bilde/1/x/800.webp"]


def test_no_picture_of_a_member_is_kept(front):
    """Nor any that was asked for with a session, whatever the portal says about it."""
    for path, cookie in (("/bilde/1/privat/480.webp", ""), ("/bilde/1/x/480.webp", "x")):
        told = {"Cookie": f"__Host-medlem={cookie}"} if cookie else {}
        assert front(path, **told)[1] != front(path, **told)[1]
    assert len(front.portal.asked) == 4


def test_a_picture_is_asked_about_after_its_time_and_gone_when_it_is_locked(front):
    """Here it is kept for a second."""
    first = front("/bilde/1/sekund/480.webp")[1]
    wait_until(
        lambda: front("/bilde/1/sekund/480.webp")[1] == first and len(front.portal.asked) > 1
    )
    assert front.portal.asked[1][2]["If-None-Match"] == PAGE["ETag"]
    front.portal.is_locked = True
    wait_until(lambda: front("/bilde/1/sekund/480.webp")[0] == 404)


@pytest.mark.parametrize("name", ["css/base.css", "js/term-card.js"])
def test_a_static_text_says_its_charset(front, name):
    assert front(f"/static/{name}")[2]["Content-Type"].endswith("; charset=utf-8")


def test_each_encoding_is_kept_by_itself(front):
    for sent, asked in (("br, gzip", "br"), ("gzip, deflate", "gzip"), ("identity", None)):
        front("/koder/", Accept_Encoding=sent)
        assert front.portal.asked[-1][2].get("Accept-Encoding") == asked
    assert len(front.portal.asked) == 3
    front("/koder/", Accept_Encoding="deflate, br, zstd")
    assert len(front.portal.asked) == 3


def test_a_path_is_what_it_was_written_as(front):
    for path in ("/serie/", "/serie/%2e%2e/", "/en//serie/", "/s%65rie/"):
        assert path in front(path)[1]


def test_what_a_visitor_says_of_themselves_goes_no_further(front):
    front("/om/", X_Forwarded_For="6.6.6.6", X_Forwarded_Proto="https", SCRIPT_NAME="/x")
    headers = front.portal.asked[0][2]
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert "SCRIPT_NAME" not in headers


def crowd_at(ask, path: str) -> list[str]:
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(ask(path)[1])) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_a_sound_is_handed_out_after_the_portal_s_yes(front, tmp_path):
    (tmp_path / "narration").mkdir()
    (tmp_path / "narration" / "lyd.mp3").write_bytes(b"0123456789")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to(gettempdir()):
            folder.chmod(0o755)  # nginx's workers run as another user
    portal = f"http://127.0.0.1:{front.portal.server_port}"
    with in_front_of(portal, ROOT / "static", media=tmp_path) as (url, _):
        ask = asking(url, "lyd.example")
        status, sound, headers = ask("/lyd/ja.mp3")
        assert (status, sound) == (200, "0123456789")
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["Content-Type"] == "audio/mpeg"
        assert headers["Content-Security-Policy"] == "default-src 'self'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "X-Accel-Redirect" not in headers
        assert ask("/lyd/ja.mp3", Range="bytes=2-3")[:2] == (206, "23")
        assert ask("/lyd/ja.mp3", Range="bytes=10-")[0] == 416
        assert len(front.portal.asked) == 3  # each of them asked the portal
        front.portal.is_locked = True
        assert ask("/lyd/ja.mp3", Range="bytes=0-0")[0] == 404
        assert ask("/opplesing-fra-disk/narration/lyd.mp3")[0] == 404


def test_editors_alone_send_much(front):
    assert front("/konto/", Content_Length="1100000")[0] == 413
    assert front("/artikkel/", Content_Length="1100000")[0] == 413
    assert front("/admin/", Content_Length="27000000")[0] == 413
    assert front("/e-post/", Content_Length="27000000")[0] == 413
    assert front.portal.asked == []
    assert front("/konto/", body=b"x" * 100_000)[0] == 200
    assert front("/admin/", body=b"x" * 1_100_000)[0] == 200


def test_no_token_of_a_podcast_is_in_the_access_log():
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "$logged_path $server_protocol" in text
    [pattern] = re.findall(r'"~(\^\(\?<before_token>.*?)"', text)
    found = re.match(pattern.replace("(?<", "(?P<"), "/lyd/mine/hemmelig-1_x/12.mp3")
    assert f"{found['before_token']}-{found['after_token']}" == "/lyd/mine/-/12.mp3"
    found = re.match(pattern.replace("(?<", "(?P<"), "/brev/av/hemmelig-1_x/serie-3/")
    assert f"{found['before_token']}-{found['after_token']}" == "/brev/av/-/serie-3/"


def test_a_crowd_at_a_page_is_one_at_the_portal(front):
    def ask(path: str) -> tuple[int, str]:
        with urllib.request.urlopen(url + path) as answer:  # noqa: S310
            return answer.status, answer.read().decode()

    portal = f"http://127.0.0.1:{front.portal.server_port}"
    with in_front_of(portal, ROOT / "static", lock_time="60s") as (url, _):
        assert len(set(crowd_at(ask, "/treg/"))) == 1
    assert len(front.portal.asked) == 1


def test_a_crowd_at_what_is_not_kept_does_not_stand_in_line(front):
    """The portal answers no request before all have arrived, and gives up after a minute."""
    assert len(crowd_at(front, "/sammen/")) == CROWD
    assert not front.portal.together.broken


#: What `deploy/nginx.conf` lets through at once: of an address, and of one browser with a session.
OF_ADDRESS, OF_BROWSER = 1500, 100


@pytest.fixture
def unfilled(address) -> Iterator[str]:
    """nginx with limits that fill up and don't empty, so a test doesn't depend on its own speed."""
    _url, portal = address
    there = f"http://127.0.0.1:{portal.server_port}"
    with in_front_of(there, ROOT / "static", rate="1r/m") as (url, _):
        yield url


def session(n: int) -> str:
    return f"__Host-medlem={n:032d}"


def statuses(url: str, asked: Iterable[tuple[str, str]]) -> Counter[int]:
    """Asks for each path with the cookie beside it, over one connection."""
    answers: Counter[int] = Counter()
    line = HTTPConnection(url.removeprefix("http://"), timeout=60)
    for path, cookie in asked:
        line.request("GET", path, headers={"Host": "crowd.example", "Cookie": cookie})
        answer = line.getresponse()
        answer.read()
        answers[answer.status] += 1
    line.close()
    return answers


@pytest.mark.parametrize("are_members", [False, True])
def test_a_class_behind_one_address_is_let_in(unfilled, are_members):
    """300 readers open a page with three pictures. Not one of them may wait for the limits."""
    paths = [
        *("/static/css/base.css", "/serien/artikkel/"),
        *(f"/bilde/{n}/x/480.webp" for n in range(3)),
    ]
    asked = [
        (path, session(reader) if are_members else "") for reader in range(300) for path in paths
    ]
    assert statuses(unfilled, asked) == {200: 1500}


@pytest.mark.parametrize("makes_up_sessions", [False, True])
def test_a_flood_is_held_back(unfilled, makes_up_sessions):
    asked = [("/serien/", session(n) if makes_up_sessions else "") for n in range(OF_ADDRESS + 200)]
    answers = statuses(unfilled, asked)
    assert answers[200] in range(OF_ADDRESS, OF_ADDRESS + 10)
    assert answers[429] == len(asked) - answers[200]
    status, text, headers = asking(unfilled, "crowd.example")("/serien/")
    assert status == 429
    assert "Vent et par sekunder" in text
    assert headers["Retry-After"] == "2"


def test_one_browser_does_not_use_up_what_its_address_may_have(unfilled):
    answers = statuses(unfilled, [("/konto/", session(1))] * (OF_ADDRESS + 200))
    assert answers[200] in range(OF_BROWSER, OF_BROWSER + 10)
    assert statuses(unfilled, [("/konto/", session(2)), ("/konto/", "")]) == {200: 2}


def test_the_access_log_names_a_network_and_no_query(address):
    _url, portal = address
    there = f"http://127.0.0.1:{portal.server_port}"
    with in_front_of(there, ROOT / "static") as (url, nginx):
        log = Path(nginx.args[-1]).parent / "access.log"
        line = HTTPConnection(url.removeprefix("http://"), source_address=("127.0.0.7", 0))
        line.request("GET", "/konto/inn/?code=hemmelig", headers={"User-Agent": "Leser/1"})
        line.getresponse().read()
        line.close()
        wait_until(lambda: "Leser" in log.read_text())
        written = next(text for text in log.read_text().splitlines() if "Leser" in text)
    assert re.fullmatch(
        r'127\.0\.0\.0 - - \[[^]]+\] "GET /konto/inn/ HTTP/1\.1" 200 \d+ "-" "Leser/1"', written
    )


def network(address: str) -> str:
    """What the map of `deploy/nginx.conf` makes of an address."""
    written = (ROOT / "deploy" / "nginx.conf").read_text()
    block = written.partition("map $remote_addr $network {")[2].partition("}\n")[0]
    for pattern, value in re.findall(r'"~(.+)"\s+(\S+);', block):
        if found := re.search(pattern.replace("?<", "?P<"), address):
            return value.replace("$first", found["first"])
    return "-"


@settings(max_examples=300)
@given(ip_addresses())
def test_a_network_is_a_24_or_a_48(address):
    cut = ip_network((address, 24 if address.version == 4 else 48), strict=False)
    named = network(str(address))
    assert named == "-" or ip_address(named) == cut.network_address
    if not str(address).startswith("::"):
        assert named != "-"


@pytest.mark.parametrize("path", ["/serien/", "/konto/logg-inn/"])
def test_a_portal_that_is_away_is_said_so_in_norwegian(path):
    nobody = f"http://127.0.0.1:{NOBODY}"
    with in_front_of(nobody, ROOT / "static") as (url, _), pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(url + path)  # noqa: S310
    assert refused.value.code == 503
    assert "Vent et halvt minutt" in refused.value.read().decode()
    assert refused.value.headers["Retry-After"] == "10"
    assert refused.value.headers["Cache-Control"] == "no-store"

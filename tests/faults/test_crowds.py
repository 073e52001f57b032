"""Many behind one address, and clients that hold their connections open, in front of a real nginx.

The portal behind it answers at once, so what is refused is refused by nginx.
"""

import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.front import NGINX, in_front_of
from tests.portal.test_nginx import Portal
from tests.separate import ROOT

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(NGINX is None, reason="this machine has no nginx"),
    pytest.mark.xdist_group("nginx"),
]
SLOW, READERS = 1600, 201
PATHS = (
    *("/serien/artikkel/", "/static/css/base.css", "/static/js/term-card.js"),
    *(f"/bilde/{n}/x/480.webp" for n in range(3)),
)


@pytest.fixture
def url(request) -> Iterator[str]:
    """nginx's address; a test may name another rate than its limits have."""
    rate, there = getattr(request, "param", ""), ROOT / "static"
    portal = Portal()
    thread = threading.Thread(target=portal.serve_forever)
    thread.start()
    with in_front_of(f"http://127.0.0.1:{portal.server_port}", there, rate=rate) as (url, _):
        yield url
    portal.shutdown()
    thread.join()
    portal.server_close()


@contextmanager
def holding(url: str, request: str) -> Iterator[list[socket.socket]]:
    """Opens SLOW connections from 127.0.0.1 and sends `request`, which isn't complete, on each."""
    place = (str(urlsplit(url).hostname), int(urlsplit(url).port or 0))
    with ExitStack() as stack:
        held = []
        for _ in range(SLOW):
            line = stack.enter_context(socket.create_connection(place, timeout=60))
            line.sendall(request.encode())
            held.append(line)
        yield held


def read(url: str, count: int, source: str, has_session: bool = False) -> Counter[int]:
    """`count` readers open a page with its files and pictures, ten at a time."""

    def reader(number: int) -> Counter[int]:
        session = f"__Host-medlem={number:032d}" if has_session else ""
        answers: Counter[int] = Counter()
        line = HTTPConnection(urlsplit(url).netloc, timeout=60, source_address=(source, 0))
        for path in PATHS:
            line.request("GET", path, headers={"Cookie": session})
            answer = line.getresponse()
            answer.read()
            answers[answer.status] += 1
        line.close()
        return answers

    with ThreadPoolExecutor(10) as readers:
        return sum(readers.map(reader, range(count)), Counter())


@pytest.mark.parametrize("has_session", [False, True])
def test_300_behind_one_address_open_a_page(url, has_session):
    assert read(url, 300, "127.0.0.1", has_session) == {200: 300 * len(PATHS)}


def test_readers_get_by_while_1600_write_their_headers_slowly(url):
    with holding(url, "GET / HTTP/1.1\r\nHost: x.example\r\nX-Slow: ") as held:
        began = time.monotonic()
        assert read(url, READERS, "127.0.0.1") == {200: READERS * len(PATHS)}
        waiting = set(held)
        while waiting:  # nginx ends each of them
            ended = select_ended(waiting)
            assert ended, f"{len(waiting)} are still open"
            waiting -= ended
        assert time.monotonic() - began < 50  # by nginx's usual settings it would be 60


def select_ended(lines: set[socket.socket]) -> set[socket.socket]:
    """Waits for lines that nginx has answered or closed, and returns them; none after a minute."""
    poll = select.poll()
    by_number = {line.fileno(): line for line in lines}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return {by_number[number] for number, _ in poll.poll(60_000)}


@pytest.mark.parametrize("url", ["100000r/s"], indirect=True)
def test_others_get_by_while_one_address_holds_1600_requests(url):
    """Of bodies that never come, one address may hold 1,500. The rest is refused at once."""
    form = "POST /konto/ HTTP/1.1\r\nHost: x.example\r\nContent-Length: 9\r\n\r\n"
    with holding(url, form) as held:
        assert read(url, READERS, "127.0.0.2") == {200: READERS * len(PATHS)}
        refused = [line for line in select_ended(set(held)) if b" 429 " in line.recv(200)]
        assert refused

"""The pages that nginx answers by itself are counted as those that the portal answers."""

import json
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from analytics import conditions, counting, nginx
from analytics.models import What
from analytics.sources import Source
from delivery.tally import Tally
from tests.front import NGINX, in_front_of
from tests.portal.test_nginx import Portal
from tests.separate import ROOT, wait_until
from worker.health import Level

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 Firefox/60.0"


@pytest.fixture(autouse=True)
def tally(monkeypatch) -> Tally:
    written = Tally(lambda counts: None, counting.MOST)
    monkeypatch.setattr(counting, "tally", written)
    monkeypatch.setattr(written, "write", lambda: None)
    return written


def held(tally: Tally) -> dict[tuple[str, Source], int]:
    return {(seen.raw_path, seen.source): times for seen, (times,) in tally._held.items()}


def line(**said: str) -> bytes:
    return b"<190>Nov 30 01:02:03 nginx: " + json.dumps(said).encode()


def test_a_line_of_nginx_counts_as_a_page(tally):
    said = {"HTTP_USER_AGENT": BROWSER, "HTTP_REFERER": "https://www.bing.com/"}
    nginx.note(line(path="/serien/delen/", **said))
    assert held(tally) == {("/serien/delen/", Source(What.FROM_ENGINES)): 1}


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"<190>x",
        b"{",
        b"{}",
        b'{"path": 1}',
        b"\xff{",
        line(path="/serien/delen/", HTTP_USER_AGENT="Googlebot/2.1"),
        line(path="/serien/delen/", HTTP_USER_AGENT=BROWSER, HTTP_SEC_FETCH_MODE="cors"),
        line(path="/konto/", HTTP_USER_AGENT=BROWSER),
        line(path="/feed/", HTTP_USER_AGENT=BROWSER),
    ],
)
def test_other_lines_count_as_nothing(tally, datagram):
    nginx.note(datagram)
    assert held(tally) == {}


@pytest.fixture
def sockets(settings) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)  # nginx's workers run as another user
    settings.PORTAL_DATA = folder
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def listener(sockets) -> Iterator[threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=nginx.listen, args=(stop,))
    thread.start()
    wait_until((sockets / "nginx.sock").exists, "the socket")
    yield stop
    stop.set()
    thread.join(60)


@pytest.mark.skipif(NGINX is None, reason="this machine has no nginx")
@pytest.mark.xdist_group("nginx")
def test_nginx_tells_of_the_pages_that_it_answers_and_of_no_others(sockets, listener, tally):
    portal = Portal()
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    try:
        behind = f"http://127.0.0.1:{portal.server_port}"
        with in_front_of(behind, ROOT / "static", sockets=sockets) as (address, _process):
            page, counted = f"{address}/serien/delen/", ("/serien/delen/", Source())
            for method in ["GET"] * 5 + ["HEAD"] * 3:
                ask(page, method)
            wait_until(lambda: held(tally).get(counted) == 4, "four pages")
            # A worker that was started again has a new socket at the same place.
            listener.set()
            wait_until(lambda: not is_listening(sockets), "the listener to end")
            stop = threading.Event()
            again = threading.Thread(target=nginx.listen, args=(stop,))
            again.start()
            wait_until(lambda: is_listening(sockets), "the new listener")
            # Each process of nginx loses the line by which it notices that its socket is gone.
            wait_until(lambda: ask(page) or held(tally)[counted] >= 5, "more pages")
            stop.set()
            again.join(60)
    finally:
        portal.shutdown()
        portal.server_close()
    assert [method for method, _path, _headers in portal.asked] == ["GET"]


def ask(address: str, method: str = "GET") -> None:
    host, _, path = address.removeprefix("http://").partition("/")
    connection = HTTPConnection(host)
    connection.request(method, f"/{path}", headers={"User-Agent": BROWSER})
    connection.getresponse().read()
    connection.close()


def is_listening(folder: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asker:
        try:
            asker.connect(str(folder / "nginx.sock"))
        except OSError:
            return False
    return True


@pytest.mark.parametrize(
    ("found", "level", "words"),
    [("10\n", Level.AMBER, "net.unix.max_dgram_qlen til 512"), ("512\n", Level.GREEN, "telt")],
)
def test_the_doctor_tells_of_a_socket_that_holds_too_little(
    found, level, words, tmp_path, monkeypatch
):
    file = tmp_path / "qlen"
    file.write_text(found)
    monkeypatch.setattr(conditions, "WAITING", file)
    (finding,) = conditions.lines_of_nginx_may_wait()
    assert finding.level is level
    assert words in finding.text + finding.remedy


def test_the_doctor_is_silent_where_there_is_no_such_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(conditions, "WAITING", tmp_path / "none")
    assert list(conditions.lines_of_nginx_may_wait()) == []


def test_a_second_worker_leaves_the_first_its_socket_and_takes_over_after_it(sockets, monkeypatch):
    monkeypatch.setattr(nginx, "TAKES_OVER", 0.05)
    stops = [threading.Event(), threading.Event()]
    first, second = (threading.Thread(target=nginx.listen, args=(stop,)) for stop in stops)
    answers: list[bool] = []
    is_heard = nginx.is_heard

    def noted(path: Path) -> bool:
        answers.append(is_heard(path))
        return answers[-1]

    first.start()
    wait_until(lambda: is_listening(sockets), "the first")
    own = (sockets / "nginx.sock").stat().st_ino
    monkeypatch.setattr(nginx, "is_heard", noted)
    second.start()
    try:
        wait_until(lambda: len(answers) > 3, "the second to have looked")
        assert all(answers)
        assert (sockets / "nginx.sock").stat().st_ino == own
        stops[0].set()
        first.join(60)
        wait_until(lambda: is_listening(sockets), "the second")
    finally:
        stops[1].set()
        second.join(60)


def test_a_socket_that_is_removed_is_made_again(sockets, listener, monkeypatch):
    monkeypatch.setattr(nginx, "TAKES_OVER", 0.05)
    (sockets / "nginx.sock").unlink()
    wait_until(lambda: is_listening(sockets), "the new socket")


def test_a_line_that_can_t_be_counted_costs_no_other(sockets, listener, tally, monkeypatch):
    note = nginx.note
    monkeypatch.setattr(nginx, "note", lambda data: 1 / 0 if data == b"x" else note(data))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as teller:
        for data in (b"x", line(path="/serien/delen/", HTTP_USER_AGENT=BROWSER)):
            teller.sendto(data, str(sockets / "nginx.sock"))
    wait_until(lambda: held(tally) == {("/serien/delen/", Source()): 1}, "the second line")

"""Whether the figures are true: a known mix of requests, and what the tables say afterwards.

    python -m bench.figures [--requests 100000]

Serves the demo with two processes, the worker, and nginx in front. Half of the requests go through
nginx. One of the two processes is killed while an article is asked for that nothing else asks for,
so that what the kill may lose is told apart. Prints a table in Markdown. Needs nginx.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil

from bench.measure import LOG_IN
from tests.front import in_front_of
from tests.separate import ROOT, serving

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PATHS = [
    "/",
    "/lede-salg/",
    "/lede-salg/fra-selger-til-leder/",
    "/lede-salg/salgstrakten/",
    "/lede-salg/prognosen/",
]
KILLED = "/penger-i-tide/tretten-uker/"
#: Seconds: longer than a process holds its counts.
WRITTEN = 14


class Kind(NamedTuple):
    share: float
    what: str  # what it counts as, "" for nothing
    method: str = "GET"
    agent: str = BROWSER
    purpose: str = ""
    is_known: bool = False
    is_member: bool = False


KINDS = {
    "visitors": Kind(0.50, "visitors"),
    "visitors with the page (304)": Kind(0.10, "visitors", is_known=True),
    "members": Kind(0.15, "members", is_member=True),
    "bots": Kind(0.10, "", agent=BOT),
    "HEAD": Kind(0.08, "", method="HEAD"),
    "fetched ahead": Kind(0.07, "", purpose="prefetch"),
}


class Asker:
    """A client with one connection to each address, and a log of what it asked for."""

    def __init__(self, addresses: list[str], cookie: str) -> None:
        self.hosts = [urlsplit(address).netloc for address in addresses]
        self.connections = [HTTPConnection(host, timeout=60) for host in self.hosts]
        self.cookie = cookie
        self.tags: dict[tuple[int, str], str] = {}
        self.log: Counter[tuple[str, str]] = Counter()
        self.statuses: Counter[int] = Counter()

    def ask(self, path: str, kind: Kind, number: int) -> None:
        headers = {"User-Agent": kind.agent, "Host": self.hosts[0]}
        if kind.purpose:
            headers["Sec-Purpose"] = kind.purpose
        if kind.is_member:
            # nginx knows a session by its cookie under https only, and this is http.
            number = 0
            headers["Cookie"] = f"medlem={self.cookie}"
        if kind.is_known and (tag := self.tags.get((number, path))):
            headers["If-None-Match"] = tag
        status = self._answer(number, kind.method, path, headers)
        if kind.what:
            self.log[path, kind.what] += 1
        self.statuses[status] += 1

    def _answer(self, number: int, method: str, path: str, headers: dict[str, str]) -> int:
        try:
            answer = self._sent(number, method, path, headers)
        except ConnectionError:  # it was closed while nothing was asked, and nothing was counted
            self.connections[number] = HTTPConnection(self.hosts[number], timeout=60)
            answer = self._sent(number, method, path, headers)
        answer.read()
        if not headers.get("Cookie") and (tag := answer.headers.get("ETag")):
            self.tags[number, path] = tag
        return answer.status

    def _sent(self, number: int, method: str, path: str, headers: dict[str, str]) -> HTTPResponse:
        self.connections[number].request(method, path, headers=headers)
        return self.connections[number].getresponse()

    def ask_again(self, path: str, until: float) -> Iterator[float]:
        """Visitors' requests until a time, each over a new connection: a kill ends some."""
        while time.time() < until:
            connection = HTTPConnection(self.hosts[0], timeout=60)
            try:
                connection.request("GET", path, headers={"User-Agent": BROWSER})
                connection.getresponse().read()
            except OSError:
                continue
            finally:
                connection.close()
            self.log[path, "visitors"] += 1
            yield time.time()
            time.sleep(0.005)


def counted(database: Path) -> dict[tuple[str, str], int]:
    query = (
        "SELECT page.url_path, counts.what, SUM(counts.count) FROM analytics_count AS counts"
        " JOIN wagtailcore_page AS page ON page.id = counts.about GROUP BY 1, 2"
    )
    with sqlite3.connect(database) as connection:
        rows = connection.execute(query).fetchall()
    return {(path.removeprefix("/home"), what): count for path, what, count in rows}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    number = parser.parse_args().requests
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)  # nginx runs as another user
    key = folder / "session"
    limits = {"SITE_URL": "http://localhost"}
    with (
        serving(folder, shell=LOG_IN.format(path=str(key)), **limits) as direct,
        in_front_of(by_address(direct), ROOT / "static", limits=False, sockets=folder) as (
            front,
            _nginx,
        ),
    ):
        asker = Asker([direct, front], key.read_text())
        lost, window = run(asker, number, direct)
        time.sleep(WRITTEN)
        told = counted(folder / "portal.sqlite3")
    return tell(asker, told, lost, window, number)


def by_address(url: str) -> str:
    """`url` for nginx, which would look a name up at a server of names."""
    return url.replace("localhost", "127.0.0.1")


def run(asker: Asker, number: int, direct: str) -> tuple[int, int]:
    """Half of the mix, the kill, and the other half. Returns how many of the asked for article the
    kill came after, and how many of them in the ten seconds before it."""
    chance = random.Random(23)
    names, shares = list(KINDS), [kind.share for kind in KINDS.values()]
    mix = chance.choices(names, shares, k=number)
    half = number // 2
    for i, name in enumerate(mix[:half]):
        asker.ask(PATHS[i % len(PATHS)], KINDS[name], chance.randrange(2))
    time.sleep(WRITTEN)  # all of that is written
    times = list(asker.ask_again(KILLED, time.time() + 15))
    kill_one(direct)
    killed_at = time.time()
    times += asker.ask_again(KILLED, time.time() + 5)
    asker.connections = [HTTPConnection(host, timeout=60) for host in asker.hosts]
    for i, name in enumerate(mix[half:]):
        asker.ask(PATHS[i % len(PATHS)], KINDS[name], chance.randrange(2))
    return len(times), sum(1 for at in times if killed_at - 10 <= at <= killed_at)


def kill_one(direct: str) -> None:
    """Kill one of the processes that listen on the port: not the first, which starts the others."""
    port = urlsplit(direct).port
    for process in psutil.process_iter():
        try:
            listening = {each.laddr.port for each in process.net_connections("tcp")}
            if port in listening and not process.children():
                process.kill()
                return
        except psutil.Error:
            continue
    raise LookupError("no process to kill")


def tell(
    asker: Asker, told: dict[tuple[str, str], int], asked: int, window: int, number: int
) -> int:
    print(f"{number:,} requests, half through nginx; answers {dict(asker.statuses)}\n")
    print("| page | what | log | counted | off |\n|---|---|---|---|---|")
    worst = 0.0
    for (path, what), logged in sorted(asker.log.items()):
        found = told.get((path, what), 0)
        off = abs(found - logged) / logged
        if path == KILLED:
            print(
                f"| {path}, one process killed | {what} | {logged} | {found} | {logged - found} |"
            )
            print(f"\nThe kill came after {asked} of them, {window} in its last ten seconds.")
            worst = max(worst, 1.0 if logged - found > window else 0.0)
        else:
            worst = max(worst, off)
            print(f"| {path} | {what} | {logged:,} | {found:,} | {100 * off:.2f} % |")
    print(f"\nThe worst: {100 * worst:.2f} %")
    return 0 if worst <= 0.005 else 1


if __name__ == "__main__":
    sys.exit(main())

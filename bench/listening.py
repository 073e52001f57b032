"""What fifty listeners cost a reader.

    python -m bench.listening [--listeners 50] [--seconds 5] [--rounds 5] [--write]

Serves the demo behind nginx, which hands out the sound, and asks for an article's page as fast as
it can: alternately alone and while so many readers listen. Each listener asks for a recording from
some place on, reads it twice as fast as it is heard, and seeks after 100 kB. Prints the requests a
second of the page, and their ratio. Needs wrk and nginx.
"""

import argparse
import json
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bench.measure import database, machine, report
from tests.front import in_front_of
from tests.separate import ROOT, serving

ARTICLE = "/lede-salg/fra-selger-til-leder/"
#: Bytes a second, twice the bit rate, and how much is read at a time.
SPEED, PIECE = 16_000, 16_000
#: Bytes after which a listener seeks.
STRETCH = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    told = json.loads(in_processes(options))
    lines = [machine(f"{options.listeners} listeners"), ""]
    lines += [
        "| article page | alone, requests/s | while they listen | ratio |",
        "|---|--:|--:|--:|",
    ]
    for name, (alone, beside) in told["pages"].items():
        rates = statistics.median(alone), statistics.median(beside)
        lines.append(f"| {name} | {rates[0]:.0f} | {rates[1]:.0f} | {rates[1] / rates[0]:.2f} |")
    lines += ["", f"They were given {told['bytes'] / 1e6:.0f} MB in {told['requests']} requests, "
              f"{told['refused']} of them refused."]  # fmt: skip
    report(f"Listening, {database()}", "\n".join(lines), options.write)


def in_processes(options: argparse.Namespace) -> str:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's workers run as another user
        env: dict[str, str] = {}
        portal = stack.enter_context(
            serving(folder / "portal", told=env, stdout=subprocess.DEVNULL, NGINX_SENDS_FILES="1")
        )
        narrate = [sys.executable, "manage.py", "narrate", "-v0", ARTICLE]
        subprocess.run(narrate, cwd=ROOT, env={**env, "NARRATION_ENGINES": "espeak"}, check=True)
        for path in (folder / "portal").rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        (folder / "portal").chmod(0o755)
        near = portal.replace("localhost", "127.0.0.1")
        media = folder / "portal" / "media"
        front, _nginx = stack.enter_context(
            in_front_of(near, ROOT / "static", limits=False, media=media)
        )
        return json.dumps(measured(front, near, options))


def measured(front: str, portal: str, options: argparse.Namespace) -> dict[str, object]:
    sound = recording_on(front + ARTICLE)
    listeners = Listeners(front, sound, options.listeners)
    pages: dict[str, tuple[list[float], list[float]]] = {
        "behind nginx": ([], []),
        "of the portal itself": ([], []),
    }
    for _round in range(options.rounds):
        for name, url in zip(pages, (front, portal), strict=True):
            pages[name][0].append(rate(url + ARTICLE, options.seconds))
            with listeners.listening():
                pages[name][1].append(rate(url + ARTICLE, options.seconds))
    return {"pages": pages, **listeners.told}


def recording_on(address: str) -> str:
    for _ in range(600):  # visitors' pages are kept for a moment
        page = subprocess.run(["curl", "-s", address], check=True, capture_output=True).stdout
        if found := re.search(rb'<audio src="([^"]+)"', page):
            return found[1].decode()
        time.sleep(0.1)
    raise RuntimeError(f"{address} has no sound")


def rate(address: str, seconds: int) -> float:
    """Requests a second."""
    command = ["wrk", "-t1", "-c4", f"-d{seconds}s", address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told:
        raise RuntimeError(told)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]


class Listeners:
    def __init__(self, front: str, sound: str, count: int) -> None:
        self.front, self.sound, self.count = urlsplit(front), sound, count
        self.told = {"bytes": 0, "requests": 0, "refused": 0}

    @contextmanager
    def listening(self) -> Iterator[None]:
        stop = threading.Event()
        threads = [threading.Thread(target=self.listen, args=[stop]) for _ in range(self.count)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        yield
        stop.set()
        for thread in threads:
            thread.join()

    def listen(self, stop: threading.Event) -> None:
        while not stop.is_set():
            address = (self.front.hostname or "", self.front.port or 80)
            with socket.create_connection(address, timeout=30) as connection:
                start = random.randrange(0, 2_000_000)
                connection.sendall(
                    f"GET {self.sound} HTTP/1.1\r\nHost: {self.front.netloc}\r\n"
                    f"Range: bytes={start}-\r\nConnection: close\r\n\r\n".encode()
                )
                first = connection.recv(PIECE)
                self.told["requests"] += 1
                self.told["refused"] += not first.startswith(b"HTTP/1.1 206")
                got = len(first)
                while got < STRETCH and not stop.is_set() and (piece := connection.recv(PIECE)):
                    got += len(piece)
                    time.sleep(len(piece) / SPEED)
                self.told["bytes"] += got


if __name__ == "__main__":
    main()

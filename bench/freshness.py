"""How long after a publish a visitor can still get the old edition.

    python -m bench.freshness [--times 20]

Another process publishes an article repeatedly, while sixteen connections ask both of gunicorn's
workers for it without pause. Prints how many seconds after the commit the last request was made
that got the old title: the median and the most. Runs on the PostgreSQL server that DATABASE_URL
names, or else on SQLite.
"""

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.separate import ROOT, serving

ARTICLE = "/lede-salg/salgstrakten/"
#: Publishes at each line of input, and prints the time of the commit.
PUBLISHING = """
import sys, time
from articles.models import Article
for line in sys.stdin:
    article = Article.objects.get(slug="salgstrakten")
    article.title = line.strip()
    article.save_revision().publish()
    print(time.time(), flush=True)
"""


def ask(host: str, seen: list[tuple[float, bytes]], is_over: threading.Event) -> None:
    """Appends (time of the request, answer) to `seen` until `is_over`."""
    connection = http.client.HTTPConnection(host)
    while not is_over.is_set():
        at = time.time()
        connection.request("GET", ARTICLE)
        seen.append((at, connection.getresponse().read()))


def publish(process: "subprocess.Popen[str]", title: str) -> float:
    """Publishes `title`, and returns the time of the commit."""
    print(title, file=process.stdin, flush=True)
    return float(process.stdout.readline())  # type: ignore[union-attr]


def stale_for(host: str, process: "subprocess.Popen[str]", title: str) -> float:
    """Returns the seconds from the commit to the last request that got the old title."""
    seen: list[tuple[float, bytes]] = []
    is_over = threading.Event()
    threads = [threading.Thread(target=ask, args=(host, seen, is_over)) for _ in range(16)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    committed = publish(process, title)
    time.sleep(1.5)
    is_over.set()
    for thread in threads:
        thread.join()
    old = [at for at, page in seen if title.encode() not in page]
    if max(old) > committed + 1.3:
        sys.exit(f"{title} never came")
    return max(0.0, max(old) - committed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    os.environ["WEB_CONCURRENCY"] = "2"
    told: dict[str, str] = {}
    with (
        tempfile.TemporaryDirectory() as name,
        serving(Path(name), subprocess.DEVNULL, told=told) as url,
    ):
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", PUBLISHING]
        process = subprocess.Popen(
            command, cwd=ROOT, env=told, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        publish(process, "Trakten begynner")
        host = urlsplit(url).netloc
        ages = [stale_for(host, process, f"Trakten nummer {n}") for n in range(options.times)]
        process.terminate()
        process.wait(10)
    print(
        f"{len(ages)} publishes, shown everywhere after {statistics.median(ages):.2f} s in the "
        f"median, {max(ages):.2f} s at most"
    )


if __name__ == "__main__":
    main()

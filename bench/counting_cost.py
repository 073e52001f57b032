"""What the figures cost: the CPU time that counting adds to a page.

    python -m bench.counting_cost [--rounds 9]

Serves the demo, loads the article as a browser would, and notes the CPU time of one answer. Beside
it, one process calls the portal's application with what is told of each answer and without, in
turn: loaded over the network, the two differ by less than the noise. Prints a table in Markdown.
Needs wrk.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil

from bench.figures import BROWSER
from bench.measure import ARTICLE, LOG_IN, Target
from tests.separate import ROOT, serving

SENT = {"User-Agent": BROWSER, "Referer": "https://www.bing.com/"}
#: Answers of one round.
ANSWERS = {"visitor": 20_000, "member": 300}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(added(options.inside, options.rounds))
        return
    print("| article | one answer, ms | counting adds, ms | share |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        key, env = Path(name) / "session", dict[str, str]()
        making = LOG_IN.format(path=str(key))
        with serving(Path(name) / "portal", subprocess.DEVNULL, shell=making, told=env) as url:
            server = next(
                process
                for process in psutil.Process().children(recursive=True)
                if "gunicorn" in " ".join(process.cmdline())
            )
            for reader, cookie in {"visitor": "", "member": f"medlem={key.read_text()}"}.items():
                headers = SENT | ({"Cookie": cookie} if cookie else {})
                target = Target(reader, url + ARTICLE, server, headers)
                for _ in range(options.rounds + 1):
                    target.load(2)
                whole = statistics.median(target.cpu[1:])
                command = [sys.executable, "-W", "ignore", "-m", "bench.counting_cost"]
                command += [f"--inside={cookie or 'visitor'}", f"--rounds={options.rounds}"]
                said = subprocess.run(
                    command, cwd=ROOT, env={**os.environ, **env}, check=True,
                    capture_output=True, text=True,
                ).stdout  # fmt: skip
                more = float(said.split()[-1])
                print(f"| {reader} | {whole:.4f} | {more:.4f} | {100 * more / whole:.1f} % |")


def added(cookie: str, rounds: int) -> float:
    """Milliseconds that counting adds to an answer, in this process."""
    from portal.wsgi import application  # noqa: I001 — it sets Django up
    from delivery import page_cache

    number = ANSWERS["member" if "=" in cookie else "visitor"]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": ARTICLE,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_USER_AGENT": SENT["User-Agent"],
        "HTTP_REFERER": SENT["Referer"],
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    }
    if "=" in cookie:
        environ["HTTP_COOKIE"] = cookie

    def spent() -> float:
        start = time.process_time()
        for _ in range(number):
            list(application({**environ, "wsgi.input": BytesIO()}, lambda *given: None))
        return 1000 * (time.process_time() - start) / number

    telling, differences = list(page_cache.answered), []
    spent()
    for _ in range(rounds):
        page_cache.answered[:] = telling
        counted = spent()
        page_cache.answered[:] = []
        differences.append(counted - spent())
    return statistics.median(differences)


if __name__ == "__main__":
    main()

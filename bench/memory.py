"""Whether a worker's memory stays flat: `python -m bench.memory [--requests 100000] [--write]`.

Reads some thousand articles, each as a visitor and as a member, to fill the workers' caches. Then
loads visitors' and members' pages in turn, and raises the content version between them, so that the
caches are filled anew. Prints the resident memory of the workers along the way. Runs on the
PostgreSQL server that DATABASE_URL names, or else on SQLite.
"""

import argparse
import os
import sqlite3
import subprocess
import tempfile
import urllib.request
from contextlib import closing
from pathlib import Path

import psutil
import psycopg

from bench.measure import ARTICLE, LOADED, LOG_IN, Target, database, machine, report
from bench.words import PARTS
from tests.separate import serving

ARTICLES = 2_000
FILL = f"from bench.filling import fill; fill({ARTICLES}, 100)"
RAISE = "UPDATE articles_contentversion SET number = number + 1"
VISITOR = [ARTICLE, "/", "/lede-salg/", "/forfattere/", "/ordbok/", "/feed/", "/konto/logg-inn/"]
MEMBER = [ARTICLE, "/", "/lede-salg/", "/konto/lesing/"]


def raise_version(env: dict[str, str]) -> None:
    if url := env.get("DATABASE_URL"):
        with psycopg.connect(url) as connection:
            connection.execute(RAISE)
    else:
        with closing(sqlite3.connect(Path(env["PORTAL_DATA"]) / "portal.sqlite3")) as file, file:
            file.execute(RAISE)


def read_all(url: str, cookie: dict[str, str]) -> int:
    """Reads every article, and returns the number of pages that were read."""
    paths = [f"/serie-{n // PARTS}/del-{n % PARTS}-av-serie-{n // PARTS}/" for n in range(ARTICLES)]
    for path in paths:
        for headers in ({}, cookie):
            with urllib.request.urlopen(urllib.request.Request(url + path, headers=headers)):  # noqa: S310
                pass
    return 2 * len(paths)


def workers(gunicorn: psutil.Process) -> list[float]:
    """Returns the workers' resident memory in MB, the largest first."""
    found = [process.memory_info().rss / 1024**2 for process in gunicorn.children()]
    return sorted(found, reverse=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    os.environ["WEB_CONCURRENCY"] = "2"
    with tempfile.TemporaryDirectory() as name:
        key, env = Path(name) / "session", dict[str, str]()
        making = FILL + "\n" + LOG_IN.format(path=str(key))
        with serving(Path(name) / "portal", subprocess.DEVNULL, shell=making, told=env) as url:
            gunicorn = next(
                process
                for process in psutil.Process().children(recursive=True)
                if "gunicorn" in " ".join(process.cmdline()) and process.children()
            )
            cookie = {"Cookie": f"medlem={key.read_text()}"}
            targets = [Target(path, url + path, gunicorn) for path in VISITOR]
            targets += [Target(path, url + path, gunicorn, cookie) for path in MEMBER]
            lines = ["| requests | the larger worker, MB | the other |", "|---|---|---|"]
            done, at = read_all(url, cookie), 0
            while done < options.requests:
                for target in targets:
                    done += target.load(1)
                    raise_version(env)
                if done >= at:
                    first, *others = workers(gunicorn)
                    lines.append(f"| {done:,} | {first:.0f} | {others[0]:.0f} |")
                    at = done + options.requests // 10
    told = f"{LOADED}, each page for a second, and the content version raised between them"
    report(f"Memory, {database()}", f"{machine(told)}\n\n" + "\n".join(lines), options.write)


if __name__ == "__main__":
    main()

"""Whether the portal stays as fast when it grows.

    python -m bench.grow [--sizes 100:100,10000:10000,100000:1000000] [--write]

Fills a portal for each size, ARTICLES:MEMBERS, and adds articles until the first page of every
list is full. Loads the same pages of all the portals without the page cache, which would answer
equally fast at any size. Each size is loaded together with the first, over one connection each, so
that a slow spell of the machine affects both. Prints each page's requests/s at the first size, and
the other sizes as shares of that. Runs on the PostgreSQL server that DATABASE_URL names, or else on
SQLite. Filling the largest size takes a quarter of an hour.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from bench.measure import LOG_IN, Target, database, machine, report, running
from tests.separate import ROOT, environment, free_port

FILL = "from bench.filling import fill, settle; fill({articles}, {members}); settle()"
#: A full page of each list, and an article and an author from the middle.
VISITOR = [
    *("/", "/serie-2/", "/serie-2/del-10-av-serie-2/", "/forfattere/", "/forfattere/forfatter-30/"),
    *("/ordbok/", "/ordbok/begrep-30/", "/feed/"),
]
MEMBER = ["/serie-2/del-10-av-serie-2/", "/serie-2/", "/konto/lesing/"]


def portal(stack: ExitStack, folder: Path, articles: int, members: int) -> dict[str, Target]:
    """Starts a portal of that size, and returns its pages by name."""
    key, port = folder / "session", free_port()
    env = stack.enter_context(environment(folder, PORT=str(port), DEMO="1"))
    for command in (
        ["collectstatic", "--noinput", "-v0"],
        ["prepare"],
        ["shell", "-v0", "-c", FILL.format(articles=articles, members=members)],
        ["shell", "-v0", "-c", LOG_IN.format(path=str(key))],
    ):
        manage = [sys.executable, "manage.py", *command]
        subprocess.run(manage, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    url = f"http://localhost:{port}"
    server = stack.enter_context(
        running(
            [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn",
             "portal.wsgi:django_application"],
            url + "/robots.txt",
            **env,
        )
    )  # fmt: skip
    cookie = {"Cookie": f"medlem={key.read_text()}"}
    pages = {path: Target(path, url + path, server) for path in VISITOR}
    for path in MEMBER:
        pages[f"{path}, member"] = Target(path, url + path, server, cookie)
    return pages


def load_both(target: Target, first: Target, seconds: int) -> None:
    with ThreadPoolExecutor() as both:
        list(both.map(lambda each: each.load(seconds, connections=1), (target, first)))
    target.shares.append(target.per_second[-1] / first.per_second[-1])


def table(portals: dict[str, dict[str, Target]]) -> str:
    first, *others = portals
    lines = [
        f"| page | {first}, requests/s | "
        + " | ".join(f"{size}, of that" for size in others)
        + " |",
        "|---" * (len(portals) + 1) + "|",
    ]
    for name, target in portals[first].items():
        shares = []
        for size in others:
            share = portals[size][name].shares
            shares.append(f"{statistics.median(share):.2f} ({min(share):.2f}–{max(share):.2f})")
        rate = f"{statistics.median(target.per_second):,.0f}"
        lines.append(f"| {name} | {rate} | " + " | ".join(shares) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100:100,10000:10000,100000:1000000")
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    os.environ["WEB_CONCURRENCY"] = "2"
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        portals = {}
        for n, size in enumerate(options.sizes.split(",")):
            articles, members = map(int, size.split(":"))
            folder = Path(name) / str(n)
            folder.mkdir()
            title = f"{articles:,} articles and {members:,} members"
            portals[title] = portal(stack, folder, articles, members)
        first, *others = portals.values()
        for pages in portals.values():
            for target in pages.values():
                target.load(1)  # warms up, and is not counted
                target.per_second.clear()
        for _ in range(options.rounds):
            for pages in others:
                for path, target in pages.items():
                    load_both(target, first[path], options.seconds)
    told = f"wrk, one connection to each of two, {options.rounds} rounds of {options.seconds} s"
    report(f"Growth, {database()}", f"{machine(told)}\n\n{table(portals)}", options.write)


if __name__ == "__main__":
    main()

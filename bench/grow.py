"""Whether the portal stays as fast as it grows.

    python -m bench.grow [--sizes 100:100,10000:10000,100000:1000000] [--write]

Fills a portal for each size, ARTICLES:MEMBERS – with as many more articles as it takes to fill the
first page of every list – and loads the same pages of all of them in turn,
rendered afresh: without the page cache, which would answer alike at any size. Prints each page's
requests/s at the first size, and of the others the share of that. Takes DATABASE_URL; at the
largest size the filling takes a quarter of an hour.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.measure import LOADED, LOG_IN, Target, database, machine, report, running
from tests.separate import ROOT, environment, free_port

FILL = "from bench.filling import fill, settle; fill({articles}, {members}); settle()"
#: Whole pages of each list, and an article and an author in the middle.
VISITOR = [
    *("/", "/serie-2/", "/serie-2/del-10-av-serie-2/", "/forfattere/", "/forfattere/forfatter-30/"),
    *("/ordbok/", "/ordbok/begrep-30/", "/feed/"),
]
MEMBER = ["/serie-2/del-10-av-serie-2/", "/serie-2/", "/konto/lesing/"]


def portal(stack: ExitStack, folder: Path, articles: int, members: int) -> dict[str, Target]:
    """The pages of a portal of that size, by their names."""
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
            pairs = zip(portals[size][name].per_second, target.per_second, strict=True)
            share = [here / there for here, there in pairs]
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
        for page in next(iter(portals.values())):
            for number in range(options.rounds + 1):
                for pages in portals.values():
                    pages[page].load(options.seconds)
                    if number == 0:  # to get warm; not counted
                        pages[page].per_second.clear()
    told = f"{LOADED}, {options.rounds} rounds of {options.seconds} s"
    report(f"Growth, {database()}", f"{machine(told)}\n\n{table(portals)}", options.write)


if __name__ == "__main__":
    main()

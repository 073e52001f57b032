"""Whether the panel's lists stay as fast when the portal grows.

    python -m bench.panel_lists [--sizes 1250,5000] [--rounds 15] [--write]

Fills a portal for each number of articles, and loads each list of the panel as an editor, in one
process and without a server. Prints the queries and the least time of each list at the first size,
and the other sizes' as a share of it: what a busy machine adds is not the list's. At 1,250 articles
there are fifty series of 25 parts, so that the first page of each list is full, as it is at 5,000.
Runs on the PostgreSQL server that DATABASE_URL names, or else on SQLite.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from http import HTTPStatus
from pathlib import Path

from bench.measure import database, machine, report
from tests.separate import ROOT, environment

ADDRESSES = [
    *("/admin/", "/admin/serier/", "/admin/artikler/", "/admin/serier/{series}/"),
    *("/admin/artikler/?state=live&access=10", "/admin/serier/?access=mixed"),
    *("/admin/pages/{home}/", "/admin/serier/rekkefolge/", "/admin/pages/{authors}/"),
    *("/admin/pages/{series}/?ordering=title", "/admin/pages/search/?q=serie"),
    "/admin/choose-page/{series}/?page_type=articles.article",
    "/admin/choose-page/{authors}/?page_type=articles.author",
    *("/admin/reports/site-history/", "/admin/reports/aging-pages/", "/admin/reports/locked/"),
    *("/admin/reports/lenker/", "/admin/reports/workflow/", "/admin/redaksjonen/"),
    *("/admin/images/", "/admin/images/chooser/", "/admin/redirects/", "/admin/ordbok/"),
    *("/admin/snippets/articles/subject/", "/admin/snippets/articles/file/"),
]


def measure(articles: int, rounds: int) -> dict[str, tuple[int, float]]:
    """{address: (queries, least time in ms)}, in a process with a database of its own."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from articles.models import AuthorIndex, Home, Series
    from bench.filling import fill, settle

    call_command("prepare", verbosity=0)
    fill(articles, 10)
    settle()
    user = User.objects.create_superuser("redaktor@example.com", "langt-passord")
    client = Client()
    client.force_login(user)
    numbers = {
        "home": Home.objects.get().pk,
        "authors": AuthorIndex.objects.get().pk,
        "series": Series.objects.order_by("-numchild").values_list("pk", flat=True)[0],
    }
    # SQLite works in this process, so the processor's time holds on a busy machine, too.
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    found = {}
    for pattern in ADDRESSES:
        address = pattern.format(**numbers)
        with CaptureQueriesContext(connection):
            client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
            count = len(queries)  # the next request forgets them
        times = []
        for _round in range(rounds):
            start = clock()
            client.get(address)
            times.append(clock() - start)
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{address}: {answer.status_code}")
        found[pattern] = (count, min(times) * 1000)
    return found


def measured_apart(articles: int, rounds: int) -> dict[str, tuple[int, float]]:
    command = [sys.executable, "-m", "bench.panel_lists", "--one", str(articles)]
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    # DEMO: without a second factor for the staff.
    more = {"DEMO": "1", "ALLOWED_HOSTS": "testserver"}
    with tempfile.TemporaryDirectory() as folder, environment(Path(folder), **more) as env:
        subprocess.run(collect, cwd=ROOT, env=env, check=True)
        out = subprocess.run(
            [*command, "--rounds", str(rounds)],
            cwd=ROOT,
            env=env,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    found: dict[str, tuple[int, float]] = json.loads(out.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1250,5000")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--one", type=int)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.rounds)))
        return
    sizes = [int(size) for size in options.sizes.split(",")]
    first, *others = (measured_apart(size, options.rounds) for size in sizes)
    heads = [
        f"queries at {size:,} | ms" + (" | ratio" if n else "") for n, size in enumerate(sizes)
    ]
    lines = ["| list | " + " | ".join(heads) + " |", "|---" * (len(sizes) * 3) + "|"]
    for address, (queries, ms) in first.items():
        cells = [f"`{address}`", str(queries), f"{ms:.0f}"]
        for other in others:
            cells += [str(other[address][0]), f"{other[address][1]:.0f}"]
            cells.append(f"{other[address][1] / ms:.2f}")
        lines.append("| " + " | ".join(cells) + " |")
    told = machine(f"the least time of {options.rounds} requests")
    title = f"The panel's lists at {' and '.join(f'{size:,}' for size in sizes)} articles"
    report(f"{title}, {database()}", told + "\n\n" + "\n".join(lines) + "\n", options.write)


if __name__ == "__main__":
    main()

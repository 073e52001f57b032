"""How fast the pages of figures are after three years.

    python -m bench.figures_pages [--articles 5000] [--rounds 40] [--write]

Fills a portal with articles and three years of counts for each: by the month, and by the day for
the last four weeks, as the nights leave them. Loads each page as an editor, in one process and
without a server, and prints its queries, its median and its p95. Runs on the PostgreSQL server that
DATABASE_URL names, or else on SQLite.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bench.measure import database, machine, report
from tests.separate import ROOT, environment

MONTHS = 36
ADDRESSES = [
    *("/admin/tall/", "/admin/tall/artikler/{article}/", "/admin/tall/serier/{series}/"),
    *("/admin/tall/forfattere/{author}/", "/admin/tall/annonser/{line}/"),
    *("/admin/tall/ (an author)", "/admin/", "/admin/artikler/"),
]


def measure(articles: int, rounds: int) -> dict[str, Any]:
    """The number of rows, and {address: (queries, median, p95)}, in milliseconds."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from analytics.jobs import sum_recent
    from analytics.models import Count, NamedCount
    from articles.models import Article, Author, Series
    from bench.filling import fill, settle
    from sponsors.models import Sponsorship
    from tests.conftest import person

    call_command("prepare", verbosity=0)
    fill(articles, 10)
    line = Sponsorship.objects.create(text="En annonse")
    today = date.today()
    keys = list(Article.objects.values_list("pk", flat=True))
    Count.objects.bulk_create(counts(keys, line.pk, today), batch_size=5_000)
    NamedCount.objects.bulk_create(names(today), batch_size=5_000)
    sum_recent(today - timedelta(days=1))
    settle()
    editor = User.objects.create_superuser("redaktor@example.com", "langt-passord")
    author = Author.objects.order_by("pk")[30]
    writer = person("skribent@example.com", group="Writers")
    Author.objects.filter(pk=author.pk).update(user=writer)
    numbers = {
        "article": keys[len(keys) // 2],
        "series": Series.objects.order_by("-numchild").values_list("pk", flat=True)[0],
        "author": author.pk,
        "line": line.pk,
    }
    found: dict[str, Any] = {"rows": Count.objects.count()}
    for pattern in ADDRESSES:
        client = Client()
        client.force_login(writer if "(an author)" in pattern else editor)
        address = pattern.partition(" ")[0].format(**numbers)
        with CaptureQueriesContext(connection):
            client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
            count = len(queries)  # the next request forgets them
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{address}: {answer.status_code}")
        times = []
        for _round in range(rounds):
            start = time.perf_counter()
            client.get(address)
            times.append(1000 * (time.perf_counter() - start))
        p95 = statistics.quantiles(times, n=20)[-1]
        found[pattern] = (count, statistics.median(times), p95)
    return found


def counts(keys: list[int], line: int, today: date) -> Iterator[Any]:
    from analytics.models import SITE, Count, What

    chance = random.Random(23)
    days = [today - timedelta(days=back) for back in range(1, 29)]
    month, firsts = today.replace(day=1), []
    while len(firsts) < MONTHS:
        month = (month - timedelta(days=1)).replace(day=1)
        firsts.append(month)
    for day in {*days, *firsts}:
        for key in keys:
            for what in What:
                if what != What.SPONSOR and chance.random() < 0.6:
                    yield Count(day=day, what=what, about=key, count=chance.randrange(1, 400))
        yield Count(day=day, what=What.SPONSOR, about=line, count=chance.randrange(1, 4000))
    for back in range(1, 30 * MONTHS):
        for what in What:
            day = today - timedelta(days=back)
            yield Count(day=day, what=what, about=SITE, count=chance.randrange(1, 90_000))


def names(today: date) -> Iterator[Any]:
    from analytics.models import Kind, NamedCount

    for back in range(1, 30 * MONTHS):
        day = today - timedelta(days=back)
        for door in ("code", "passkey", "google"):
            yield NamedCount(day=day, kind=Kind.DOOR, name=door, count=back % 7 + 1)
        if day.weekday() == 0:
            for n in range(100):
                name = f"nettsted-{n}.example"
                yield NamedCount(day=day, kind=Kind.HOST, name=name, count=n + 5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(measure(options.articles, options.rounds)))
        return
    command = [sys.executable, "-m", "bench.figures_pages", "--inside"]
    command += ["--articles", str(options.articles), "--rounds", str(options.rounds)]
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    # DEMO: without a second factor for the staff.
    more = {"DEMO": "1", "ALLOWED_HOSTS": "testserver"}
    with tempfile.TemporaryDirectory() as folder, environment(Path(folder), **more) as env:
        subprocess.run(collect, cwd=ROOT, env=env, check=True)
        out = subprocess.run(
            command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
    found = json.loads(out.splitlines()[-1])
    told = f"{found.pop('rows'):,} counts, {options.rounds} requests of each"
    lines = ["| page | queries | median, ms | p95, ms |", "|---|---|---|---|"]
    lines += [
        f"| `{page}` | {n} | {mid:.0f} | {p95:.0f} |" for page, (n, mid, p95) in found.items()
    ]
    title = f"The pages of figures after three years at {options.articles:,} articles"
    report(f"{title}, {database()}", f"{machine(told)}\n\n" + "\n".join(lines), options.write)


if __name__ == "__main__":
    main()

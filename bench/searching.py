"""How long a search takes in a large portal, and how large the index is.

    python -m bench.searching [--articles 100000] [--searches 300] [--write]

Fills a portal with articles of 300 words and searches it in one process, as a visitor and as a
member: common words, rare ones, two and three words, phrases, slips, words typed partly, and words
that stand nowhere. Prints the milliseconds of each kind, of the clock and of the CPU, and the size
of the index as a share of the text. Runs on the PostgreSQL server that DATABASE_URL names, or else
on SQLite. Filling takes ten minutes and more.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.measure import database, machine, report
from tests.separate import ROOT, environment

Timed = dict[str, list[tuple[float, float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=300)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, environment(Path(name) / "portal") as env:
        for command in (
            ["manage.py", "prepare"],
            ["manage.py", "shell", "-v0", "-c",
             f"from bench.corpus import fill; fill({options.articles})"],
        ):  # fmt: skip
            subprocess.run([sys.executable, *command], cwd=ROOT, env=env, check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip
        code = f"from bench.searching import measured; measured({options.searches})"
        shell = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
        done = subprocess.run(shell, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    told = machine(f"{options.articles:,} articles of 300 words")
    report(f"Searching, {database()}", "\n".join([told, *rows(done.stdout)]), options.write)


def rows(printed: str) -> Iterator[str]:
    told = json.loads(printed.splitlines()[-1])
    yield ""
    yield "| search | median, ms | p95, ms | p95, ms of CPU |"
    yield "|---|--:|--:|--:|"
    for kind, times in told["times"].items():
        clock, cpu = [t[0] for t in times], [t[1] for t in times]
        yield (f"| {kind} | {statistics.median(clock):.1f} | {_p95(clock):.1f} | {_p95(cpu):.1f} |")
    yield ""
    yield f"Index: {told['index'] / told['text']:.2f} times the text ({told['text'] / 1e6:.0f} MB)."


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def measured(searches: int) -> None:
    """Prints the times as JSON. Runs with the portal's settings."""
    from accounts.access import MEMBER, VISITOR
    from bench.corpus import Language
    from search.finding import find
    from search.suggesting import suggestions

    kinds = asked(Language(), searches)
    times: Timed = {}
    for kind, queries in kinds.items():
        for who, reader in (("visitor", VISITOR), ("member", MEMBER)):
            times[f"{kind}, {who}"] = [_timed(partial(find, query, reader)) for query in queries]
    starts = [query[:n] for query in kinds["rare word"] for n in (2, 3, 5)]
    times["suggestions"] = [_timed(partial(suggestions, start)) for start in starts]
    index, text = sizes()
    print(json.dumps({"times": times, "index": index, "text": text}))


def asked(language: "object", searches: int) -> dict[str, list[str]]:
    """The searches of each kind."""
    words, draw = language.words, language.random  # type: ignore[attr-defined]
    common, rare = words[:searches], draw.sample(words[5_000:], searches)
    middling = draw.sample(words[200:5_000], searches)
    slips = [w[:2] + w[3] + w[2] + w[4:] for w in words if len(w) > 6][:searches]
    return {
        "common word": common,
        "middling word": middling,
        "rare word": rare,
        "two words": [f"{a} {b}" for a, b in zip(common, middling, strict=True)],
        "two common words": [f"{a} {b}" for a, b in zip(common, reversed(common), strict=True)],
        "three words": [
            f"{a} {b} {c}" for a, b, c in zip(common, reversed(common), middling, strict=True)
        ],
        "phrase of common words": [f'"{a} {b}"' for a, b in itertools.pairwise(common)],
        "common, not another": [f"{a} -{b}" for a, b in itertools.pairwise(common)],
        "slip": slips,
        "word typed partly": [word[:4] for word in middling],
        "nonsense": [f"qx{word[::-1]}xq" for word in rare],
    }


def _timed(search: Callable[[], object]) -> tuple[float, float]:
    clock, cpu = time.perf_counter(), time.process_time()
    search()
    return (time.perf_counter() - clock) * 1000, (time.process_time() - cpu) * 1000


def sizes() -> tuple[int, int]:
    """The bytes of the index with all that belongs to it, and of the passages' text."""
    from django.db import connection
    from django.db.models import Sum
    from django.db.models.functions import Length

    from articles.models import Passage

    text = Passage.objects.aggregate(size=Sum(Length("text")))["size"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
                " WHERE relkind = 'r' AND relname LIKE 'search\\_%'"
            )
        else:
            cursor.execute(
                "SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master"
                " WHERE tbl_name LIKE 'search\\_%' ESCAPE '\\')"
            )
        index = cursor.fetchone()[0]
    return int(index), int(text)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()

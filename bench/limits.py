"""How long one count of a log-in takes when the table of limits is full.

    python -m bench.limits [--rows 100000] [--rounds 9] [--write]

Fills a table of its own with counts that hold, and stores others in turn: as Django's cache in the
database does, and as ours. The median of each round is compared with the other's in the same round.
Also deletes as many expired rows as there are counts, and tells the longest time that this held up
a writer. Runs on the PostgreSQL server that DATABASE_URL names, or else on SQLite.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import database, machine, report
from tests.separate import ROOT, environment

#: Code to run in the portal. It prints the table.
MEASURED = """
import statistics, time
from threading import Event, Thread
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

ours = caches["default"]
theirs = DatabaseCache("portal_cache", {{"OPTIONS": {{"MAX_ENTRIES": 10**9}}}})
HISTORY = [time.time() - n for n in range(20)]

def fill(count, timeout):
    ours.set("model", HISTORY, timeout)
    key = ours.make_key("model")
    numbers = (
        "SELECT n FROM generate_series(1, %s) AS s(n)" if connection.vendor == "postgresql"
        else "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %s)"
        " SELECT n FROM s"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_cache SELECT 'allauth:rl:' || %s || ':' || n, value, expires"
            f" FROM ({{numbers}}) AS numbers, portal_cache WHERE cache_key = %s",
            [str(timeout), count, key],
        )

def median(cache, name):
    times = []
    for n in range(100):
        began = time.perf_counter()
        cache.set(f"{{name}}-{{n}}", HISTORY, 300)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000

print("| rows | Django's cache, ms | ours, ms | of Django's (least–most) |")
print("|---|---|---|---|")
for rows in (100, {rows}):
    fill(rows, 3600 + rows)
    rounds = [(median(theirs, "a"), median(ours, "b")) for _ in range({rounds})]
    before, after = (statistics.median(column) for column in zip(*rounds, strict=True))
    shares = [ours / theirs for theirs, ours in rounds]
    print(f"| {{rows:,}} | {{before:.2f}} | {{after:.2f}} | {{statistics.median(shares):.2f}}"
          f" ({{min(shares):.2f}}–{{max(shares):.2f}}) |")

fill({rows}, -10)
done, waits = Event(), []
def write():
    while not done.is_set():
        began = time.perf_counter()
        ours.set("writer", HISTORY, 300)
        waits.append(time.perf_counter() - began)
    connection.close()
writer = Thread(target=write)
writer.start()
began = time.perf_counter()
ours.forget()
took = time.perf_counter() - began
done.set()
writer.join()
print(f"\\n{rows:,} expired rows were deleted in {{took:.1f}} s. Meanwhile a write took"
      f" {{max(waits) * 1000:.0f}} ms at the most.")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    code = MEASURED.format(rows=options.rows, rounds=options.rounds)
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", code]
    with tempfile.TemporaryDirectory() as folder, environment(Path(folder)) as env:
        table = subprocess.run(
            command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
    text = f"{machine(f'{options.rounds} rounds of 100 writes')}\n\n{table.strip()}"
    report(f"A count in the table of limits, {database()}", text, options.write)


if __name__ == "__main__":
    main()

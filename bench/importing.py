"""How fast `import_series` imports a long series.

    python -m bench.importing [--articles 10000] [--write]

Writes the series, imports it into a portal of its own, and imports it again unchanged. Prints the
articles written per second and the memory of the process as the import goes on. Runs on the
PostgreSQL server that DATABASE_URL names, or else on SQLite.
"""

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench.measure import database, machine, report
from bench.words import sentence
from tests.separate import ROOT, environment

AUTHORS = 20
TOLD = re.compile(r"(\d+) av \d+ artikler er (kontrollert|ferdige)")


def write_series(folder: Path, articles: int) -> None:
    """Writes articles of 1,200 words with five headings and a gate."""
    random.seed(1)
    (folder / "forfattere").mkdir(parents=True)
    heading = "title: Den store serien\nslug: den-store-serien\nlead: Mange deler om salg."
    (folder / "serie.md").write_text(f"---\n{heading}\n---\n")
    for n in range(AUTHORS):
        path = folder / "forfattere" / f"forfatter-{n}.md"
        path.write_text(f"---\nname: Forfatter {n}\nslug: forfatter-{n}\n---\n{sentence(12)}\n")
    for n in range(articles):
        text = []
        for part in range(5):
            text += [f"## {sentence(4)}", *(sentence(60) for _ in range(4))]
            text += ["<!--more Hva resten svarer på.-->"] if part == 0 else []
        matter = f"title: Del {n} om {sentence(3)}\nslug: del-{n}\nlead: {sentence(20)}"
        authors = f"authors:\n- forfatter-{n % AUTHORS}"
        path = folder / f"{n + 1:05}-del-{n}.md"
        path.write_text(f"---\n{matter}\n{authors}\n---\n" + "\n\n".join(text) + "\n")


def imported(folder: Path, env: dict[str, str]) -> tuple[float, list[tuple[int, float, float]]]:
    """Returns the total seconds, and (articles written, seconds, memory in MB) along the way."""
    command = [sys.executable, "manage.py", "import_series", str(folder)]
    started, told = time.monotonic(), []
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout  # noqa: S101
    for line in process.stdout:
        if found := TOLD.match(line):
            memory = psutil.Process(process.pid).memory_info().rss / 1024**2
            written = int(found[1]) if found[2] == "ferdige" else 0
            told.append((written, time.monotonic() - started, memory))
    if process.wait():
        sys.exit("The import failed.")
    return time.monotonic() - started, told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, environment(Path(name) / "portal") as env:
        folder = Path(name) / "serien"
        write_series(folder, options.articles)
        prepare = [sys.executable, "manage.py", "prepare"]
        subprocess.run(prepare, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        seconds, told = imported(folder, env)
        again, _ = imported(folder, env)
    lines = ["| articles written | articles/s since the line above | memory, MB |", "|---|---|---|"]
    step, before = options.articles / 10, (0, 0.0)
    for done, at, memory in told:
        if not done:
            before = done, at
        elif done - before[0] >= step:
            rate = (done - before[0]) / (at - before[1])
            lines.append(f"| {done:,} | {rate:.1f} | {memory:.0f} |")
            before = done, at
    rate = options.articles / seconds
    lines += ["", f"In all {seconds:,.0f} s with the check of every file: {rate:.1f} articles/s."]
    lines += [f"The same again, unchanged: {again:,.0f} s."]
    told_of = f"{options.articles:,} articles of 1,200 words, each published with its history"
    report(f"Import, {database()}", f"{machine(told_of)}\n\n" + "\n".join(lines), options.write)


if __name__ == "__main__":
    main()

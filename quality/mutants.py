"""Mutation testing of the modules that decide something, with mutmut.

    python -m quality.mutants [NAME …]

A NAME limits the run to some mutants, as in 'accounts.access*'. Without one it takes hours. It
works on a copy in PORTAL_DATA/mutants, and goes on where the last run was stopped. Writes the score
and the survivors to quality/RESULTS.md.

mutmut changes functions only, after the modules are loaded. So it misses what a module does while
it loads, such as building prepared SQL.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPY = Path(os.environ.get("PORTAL_DATA") or ROOT / "var").resolve() / "mutants"
RESULTS = ROOT / "quality" / "RESULTS.md"
LINE = re.compile(r"\s*(?P<module>[\w.]+)\.x(?P<function>[_ǁ]\S*)__mutmut_\d+: (?P<state>.+)")
#: Functions that run once, before any mutant is chosen: their mutants can't be told from the
#: original.
AT_START = {("accounts.sign_in.pending_codes", "bind")}
KILLED = ("killed", "timeout", "segfault", "caught by type check")

HEAD = """# Mutants

`make mutants` changes one expression at a time in the modules that decide something, and runs the
tests that reach it. A mutant that no test notices survives.

| module | mutants | killed | survived | no test reaches it |
|---|--:|--:|--:|--:|
"""


def copy() -> None:
    """Bring the copy up to date with the files that git knows. mutmut's own files stay in it."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in names.split("\0"):
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COPY / name)


def mutmut(*arguments: str, capture: bool = False) -> str:
    command = [sys.executable, "-m", "mutmut", *arguments]
    env = {**os.environ, "PORTAL_DATA": str(COPY / "data")}
    done = subprocess.run(command, cwd=COPY, env=env, check=False, text=True,
                          stdout=subprocess.PIPE if capture else None)  # fmt: skip
    return done.stdout or ""


def states() -> dict[str, Counter[str]]:
    """The number of mutants in each state, by function: «module.function»."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in mutmut("results", "--all", "true", capture=True).splitlines():
        if (found := LINE.match(line)) and found["state"] != "not checked":
            name = found["function"].strip("_ǁ").replace("ǁ", ".")
            if (found["module"], name) not in AT_START:
                counts[f"{found['module']}: {name}"][found["state"]] += 1
    return counts


def told(counts: dict[str, Counter[str]]) -> str:
    """The results as Markdown."""
    modules: dict[str, Counter[str]] = defaultdict(Counter)
    for name, count in counts.items():
        modules[name.partition(":")[0]] += count
    rows = []
    for module, count in sorted(modules.items()):
        killed, reached = sum(count[state] for state in KILLED), count.total() - count["no tests"]
        rows.append(
            f"| `{module}` | {count.total()} | {killed} ({killed / max(reached, 1):.0%}) "
            f"| {count['survived']} | {count['no tests']} |"
        )
    survivors = [
        f"- `{name}`: {count['survived']}"
        for name, count in sorted(counts.items())
        if count["survived"]
    ]
    return HEAD + "\n".join(rows) + "\n\nSurvivors, by function:\n\n" + "\n".join(survivors) + "\n"


def main() -> None:
    copy()
    mutmut("run", *sys.argv[1:])
    counts = states()
    if not counts:
        sys.exit("mutmut has no results: see what it says above.")
    RESULTS.write_text(told(counts))


if __name__ == "__main__":
    main()

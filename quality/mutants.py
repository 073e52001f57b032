"""Mutation testing of the modules that decide something, with mutmut.

    python -m quality.mutants [GROUP [NAME …]]

Runs one group of modules, or all of them, which takes hours. A NAME limits the run to some mutants
of the group, as in 'mail.outbox*'. It works on copies in PORTAL_DATA/mutants, and goes on where the
last run was stopped. Writes the score and the survivors to quality/RESULTS.md, where the modules
that were not run keep their lines.

mutmut changes functions only, after the modules are loaded. So it misses what a module does while
it loads, such as building prepared SQL.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from configparser import ConfigParser
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
COPIES = Path(os.environ.get("PORTAL_DATA") or ROOT / "var").resolve() / "mutants"
RESULTS = ROOT / "quality" / "RESULTS.md"
LINE = re.compile(r"\s*(?P<module>[\w.]+)\.x(?P<function>[_ǁ]\S*)__mutmut_\d+: (?P<state>.+)")
#: A line of RESULTS.md that tells of a module or of one of its functions.
TOLD = re.compile(r"(?:\||-) `(?P<name>(?P<module>[\w.]+)[^`]*)`")
#: Functions that run once, before any mutant is chosen: their mutants can't be told from the
#: original.
AT_START = {
    ("accounts.sign_in.pending_codes", "bind"),
    ("accounts.sign_in.same_origin", "same_origin"),
}
KILLED = ("killed", "timeout", "segfault", "caught by type check")


class Group(NamedTuple):
    """Some modules, and the tests that are to hold them."""

    modules: list[str]
    tests: list[str]


#: mutmut traces all its tests before the first mutant. With those of its own room alone, a group
#: comes to it within minutes. The gate is held by the tests of every room that shows text.
GROUPS = {
    "gate": Group(
        ["accounts/access.py", "accounts/models/grants.py", "articles/models/passages.py"],
        ["tests/accounts", "tests/articles", "tests/delivery", "tests/leaks/test_leaks.py",
         "tests/mail", "tests/newsletter", "tests/panel/test_rights.py",
         "tests/portal/test_methods.py", "tests/portal/test_portal.py", "tests/reading",
         "tests/test_gets.py"],
    ),
    "mail": Group(
        ["mail/models/messages.py", "mail/outbox.py"],
        ["tests/mail", "tests/newsletter"],
    ),
    "delivery": Group(
        ["delivery/page_cache.py", "delivery/shared_pages.py"],
        ["tests/delivery", "tests/portal/test_methods.py", "tests/portal/test_portal.py",
         "tests/test_gets.py"],
    ),
    "rights": Group(
        ["articles/models/rights.py", "articles/models/tree.py"],
        ["tests/articles/test_front_page.py", "tests/articles/test_panel.py",
         "tests/articles/test_publishing.py", "tests/articles/test_rights.py",
         "tests/desk/test_board.py", "tests/desk/test_no_way_round.py",
         "tests/panel/test_rights.py"],
    ),
    "publishing": Group(
        ["articles/publishing/checking.py", "articles/publishing/receivers.py"],
        ["tests/articles", "tests/desk/test_findings.py"],
    ),
    # Every test that publishes an article passes it. With those about it alone, a mutant takes
    # three seconds instead of a minute.
    "rendering": Group(
        ["articles/publishing/rendering.py"],
        ["tests/articles/test_box_blocks.py", "tests/articles/test_characters.py",
         "tests/articles/test_contents.py", "tests/articles/test_embeds.py",
         "tests/articles/test_formulas.py", "tests/articles/test_gates.py",
         "tests/articles/test_glossary.py", "tests/articles/test_rendering.py"],
    ),
    # Each log-in passes most of these modules. With the tests about it alone, a mutant takes two
    # seconds instead of twenty.
    "limits": Group(
        ["accounts/sign_in/devices.py", "accounts/sign_in/limits.py",
         "accounts/sign_in/limits_cache.py"],
        ["tests/accounts/test_abuse.py", "tests/accounts/test_limits_cache.py",
         "tests/accounts/test_shut_out.py", "tests/accounts/test_security_log.py"],
    ),
    "own_data": Group(
        ["accounts/own_data.py"],
        ["tests/accounts/test_account.py", "tests/accounts/test_address_state.py",
         "tests/accounts/test_member_files.py",
         "tests/accounts/test_member_formats.py", "tests/accounts/test_member_notes.py",
         "tests/accounts/test_own_data.py", "tests/accounts/test_spreadsheets.py",
         "tests/accounts/test_staff.py"],
    ),
    "providers": Group(
        ["accounts/sign_in/social_adapter.py"],
        ["tests/accounts/test_hostile_providers.py", "tests/accounts/test_id_tokens.py",
         "tests/accounts/test_providers.py", "tests/accounts/test_takeover.py"],
    ),
    "passwords": Group(
        ["accounts/sign_in/credentials.py", "accounts/sign_in/passwords.py",
         "accounts/sign_in/stages.py"],
        ["tests/accounts/test_passkeys.py", "tests/accounts/test_passwords.py",
         "tests/accounts/test_passwords_as_typed.py", "tests/accounts/test_stages.py"],
    ),
    "sign_in": Group(
        ["accounts/backends.py", "accounts/next_page.py", "accounts/sign_in/adapter.py",
         "accounts/sign_in/malformed.py", "accounts/sign_in/pending_codes.py",
         "accounts/sign_in/renewal.py", "accounts/sign_in/same_origin.py",
         "accounts/sign_in/second_factor.py"],
        ["tests/accounts/test_abuse.py", "tests/accounts/test_addresses.py",
         "tests/accounts/test_identity.py", "tests/accounts/test_log_out.py",
         "tests/accounts/test_membership.py",
         "tests/accounts/test_passkeys.py", "tests/accounts/test_passwords.py",
         "tests/accounts/test_pending_codes.py", "tests/accounts/test_renewal.py",
         "tests/accounts/test_same_origin.py", "tests/accounts/test_second_factor.py",
         "tests/accounts/test_security_log.py", "tests/accounts/test_sessions.py",
         "tests/accounts/test_sign_in.py", "tests/accounts/test_stages.py",
         "tests/accounts/test_takeover.py"],
    ),
}  # fmt: skip
#: Runs a process for each write; no mutant needs that.
LEFT_OUT = ["--deselect=tests/articles/test_killed.py"]
ALSO_COPIED = [".ci", "Makefile", "README.md", "bench", "demo", "deploy", "docs", "locale",
               "manage.py", "quality", "requirements.txt", "static", "templates"]  # fmt: skip

HEAD = """# Mutants

`make mutants` changes one expression at a time in the modules that decide something, and runs the
tests of its group (quality/mutants.py) that reach it. A mutant that no test notices survives.

| module | mutants | killed | survived | no test reaches it |
|---|--:|--:|--:|--:|
"""


def copy(name: str) -> Path:
    """Bring a group's copy up to date with git's files. mutmut's own files stay in it."""
    folder = COPIES / name
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for file in names.split("\0"):
        if (ROOT / file).is_file():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, folder / file)
    config = ConfigParser()
    config["mutmut"] = settings(GROUPS[name])
    with (folder / "setup.cfg").open("w") as written:
        config.write(written)
    return folder


def settings(group: Group) -> dict[str, str]:
    rooms = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
    lists = {
        "source_paths": rooms,
        "only_mutate": group.modules,
        "also_copy": ALSO_COPIED,
        "pytest_add_cli_args": ["-p", "no:xdist", "-p", "no:randomly"],
        "pytest_add_cli_args_test_selection": group.tests + LEFT_OUT,
    }
    text = {key: "\n".join(["", *values]) for key, values in lists.items()}
    return {**text, "track_dependencies": "false"}  # it takes as long as the tests


def mutmut(folder: Path, *arguments: str, capture: bool = False) -> str:
    command = [sys.executable, "-m", "mutmut", *arguments]
    env = {**os.environ, "PORTAL_DATA": str(folder / "data")}
    done = subprocess.run(command, cwd=folder, env=env, check=False, text=True,
                          stdout=subprocess.PIPE if capture else None)  # fmt: skip
    return done.stdout or ""


def states(folder: Path) -> dict[str, Counter[str]]:
    """The number of mutants in each state, by function: «module: function»."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in mutmut(folder, "results", "--all", "true", capture=True).splitlines():
        if (found := LINE.match(line)) and found["state"] != "not checked":
            name = found["function"].strip("_ǁ").replace("ǁ", ".")
            if (found["module"], name) not in AT_START:
                counts[f"{found['module']}: {name}"][found["state"]] += 1
    return counts


def told(counts: dict[str, Counter[str]], before: str) -> str:
    """The results as Markdown. Modules without new counts keep the lines that they had before."""
    modules: dict[str, Counter[str]] = defaultdict(Counter)
    for name, count in counts.items():
        modules[name.partition(":")[0]] += count
    rows = {}
    for module, count in modules.items():
        killed, reached = sum(count[state] for state in KILLED), count.total() - count["no tests"]
        rows[module] = (
            f"| `{module}` | {count.total()} | {killed} ({killed / max(reached, 1):.0%}) "
            f"| {count['survived']} | {count['no tests']} |"
        )
    survivors = {
        name: f"- `{name}`: {count['survived']}"
        for name, count in counts.items()
        if count["survived"]
    }
    for line in before.splitlines():
        if (found := TOLD.match(line)) and found["module"] not in modules:
            (rows if line.startswith("|") else survivors)[found["name"]] = line
    table, rest = ("\n".join(lines[key] for key in sorted(lines)) for lines in (rows, survivors))
    return f"{HEAD}{table}\n\nSurvivors, by function:\n\n{rest}\n"


def main() -> None:
    group, *names = sys.argv[1:] or [""]
    if group and group not in GROUPS:
        sys.exit(f"There is no group {group!r}. There are: {', '.join(GROUPS)}.")
    for each in [group] if group else GROUPS:
        folder = copy(each)
        mutmut(folder, "run", *names)
        counts = states(folder)
        if not counts:
            sys.exit("mutmut has no results: see what it says above.")
        RESULTS.write_text(told(counts, RESULTS.read_text()))


if __name__ == "__main__":
    main()

"""docs/security.md answers each ASVS 5.0.0 requirement of levels 1 and 2 with files that exist."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "security.md"
#: The level of each requirement by its number. The head of the document names the source.
REQUIREMENTS = dict(line.split() for line in (ROOT / "tests" / "asvs.txt").read_text().splitlines())
MET, NOT_MET, DOES_NOT_APPLY = "met", "not met", "does not apply"
#: The lowest share of the requirements that apply that must be met, by level.
BARS = {"1": 1.0, "2": 0.95}
ENDING = r"\.(?:py|md|js|html|conf|service|sh|txt|toml|yaml)"
FILE = re.compile(rf"`([\w./-]+{ENDING}|Makefile|Dockerfile|\.dockerignore)(?:::(\w+))?`")


class Row(NamedTuple):
    number: str
    level: str
    asks: str
    verdict: str
    how: str


def rows_of(text: str) -> list[Row]:
    lines = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    return [Row(*(cell.strip() for cell in line.strip("|").split("|"))) for line in lines]


def missing(how: str) -> list[str]:
    """Returns the files and tests that `how` names but that don't exist."""
    found = []
    for name, test in FILE.findall(how):
        path = ROOT / name
        is_there = path.is_file() and (not test or f"def {test}(" in path.read_text())
        if not is_there:
            found.append(f"{name}::{test}")
    return found


ROWS = rows_of(DOCUMENT.read_text())


def test_each_requirement_has_its_row_and_its_level():
    assert [(row.number, row.level) for row in ROWS] == list(REQUIREMENTS.items())
    assert Counter(REQUIREMENTS.values()) == {"1": 70, "2": 183}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_a_row_has_one_verdict_and_its_proof_or_its_reason(row):
    assert row.asks
    assert row.verdict in (MET, NOT_MET, DOES_NOT_APPLY)
    assert missing(row.how) == []
    if row.verdict == MET:
        assert FILE.search(row.how)
    else:
        assert re.search(r"\w+ \w+.*\.$", row.how)


@pytest.mark.parametrize("level", BARS)
def test_enough_is_met_of_what_applies(level):
    verdicts = Counter(row.verdict for row in ROWS if row.level == level)
    assert verdicts[MET] / (verdicts[MET] + verdicts[NOT_MET]) >= BARS[level]


def test_what_is_not_there_is_noticed():
    assert missing("`tests/test_security_table.py::test_what_is_not_there_is_noticed`") == []
    assert missing("`tests/test_security_table.py::test_nothing` `docs/no.md` `portal/no.py`") != []

"""Measures how well the search does on judged queries.

    manage.py search_quality FILE

FILE is UTF-8, a query on each line, its columns separated by tabs:

    kind  query  expected  unwanted

`kind` names the row of the table that the query counts in. What it expects depends on it:

- `slip`: one word, and the word that was meant. It must be among the first three corrections. The
  speller knows the words of the portal and those of the file.
- `plain`: the slugs of articles that answer, separated by «|», the best first. The portal is
  searched as a member.
- any other kind, such as `irregular`, `nynorsk` or `compound`: words separated by «|». A text that
  holds nothing but one of them must be found.

`unwanted`, which may be left out, are the words or slugs that must not be found. More columns are
ignored, and so are empty lines and those that begin with «#».

Prints for each kind the number of queries, the recall (the share of the expected that is found),
and the precision: of what is found among the expected and the unwanted, the share of the expected.
Articles that the file doesn't judge don't count. For `plain`, only the first ten hits count, and
the last column says how many pairs of articles stand in the judged order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.access import MEMBER
from search.candidates import COMMON
from search.finding import find
from search.models import Word
from search.query import Query
from search.vocabulary import Vocabulary
from search.words.slips import lookups, nearest
from search.words.tokens import folded

#: What a word alone in a text weighs. Any weight will do.
WEIGHT = 10
FEWEST_COLUMNS = 3


@dataclass
class Judged:
    """A line of the file."""

    kind: str
    query: str
    expected: list[str]
    unwanted: list[str]


@dataclass
class Row:
    """A row of the table."""

    queries: int = 0
    expected: int = 0
    #: How many of the expected were found, and of the expected and the unwanted together.
    right: int = 0
    found: int = 0
    #: Of pairs of articles.
    in_order: int = 0
    pairs: int = 0
    missed: list[str] = field(default_factory=list)

    def count(self, judged: Judged, found: Sequence[str]) -> None:
        right = [each for each in judged.expected if each in found]
        wrong = [each for each in judged.unwanted if each in found]
        self.queries += 1
        self.expected += len(judged.expected)
        self.right += len(right)
        self.found += len(right) + len(wrong)
        self.missed += [f"{judged.query}: {e}" for e in judged.expected if e not in found]
        self.missed += [f"{judged.query}: not {each}" for each in wrong]

    def count_order(self, judged: Judged, found: Sequence[str]) -> None:
        right = [each for each in judged.expected if each in found]
        pairs = list(combinations(right, 2))
        self.pairs += len(pairs)
        self.in_order += sum(found.index(a) < found.index(b) for a, b in pairs)

    def told(self, kind: str) -> str:
        order = f"{_share(self.in_order, self.pairs):>9}" if self.pairs else ""
        return (
            f"{kind:<12}{self.queries:>9}{_share(self.right, self.expected):>9}"
            f"{_share(self.right, self.found):>11}{order}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


class Command(BaseCommand):
    help = "Print the recall and precision of the search for a file of judged queries."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the judged queries; see this module")
        parser.add_argument("--misses", action="store_true", help="list what went wrong, too")

    def handle(self, *args: Any, **options: Any) -> None:
        judged = list(read(options["file"]))
        rows = measured(judged)
        self.stdout.write(f"{'':<12}{'queries':>9}{'recall':>9}{'precision':>11}{'order':>9}")
        for kind, row in rows.items():
            self.stdout.write(row.told(kind))
            for miss in row.missed if options["misses"] else ():
                self.stdout.write(f"    {miss}")


def read(path: Path) -> Iterator[Judged]:
    """Raises CommandError for what is no such file, and says the line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) < FEWEST_COLUMNS or not columns[1].strip() or not columns[2].strip():
            raise CommandError(
                f"{path}:{number}: write kind, query and expected, with tabs between them"
            )
        expected, unwanted = (
            [each.strip() for each in column.split("|") if each.strip()]
            for column in (columns[2], columns[3] if len(columns) > FEWEST_COLUMNS else "")
        )
        yield Judged(columns[0].strip(), columns[1], expected, unwanted)


def measured(judged: Sequence[Judged]) -> dict[str, Row]:
    """The rows of the table, by kind, in the order of the file."""
    rows: dict[str, Row] = {}
    known = {word for each in judged if each.kind == "slip" for word in map(folded, each.expected)}
    if any(each.kind == "slip" for each in judged):
        stored = Word.objects.values_list("word", flat=True).distinct()
        known |= {bytes(word).decode() for word in stored}
    for each in judged:
        row = rows.setdefault(each.kind, Row())
        if each.kind == "slip":
            corrections = corrected(each.query, known)
            row.count(each, [word for word in each.expected if folded(word) in corrections])
        elif each.kind == "plain":
            slugs = [hit.article.slug for hit in find(each.query, MEMBER).hits]
            row.count(each, slugs)
            row.count_order(each, slugs)
        else:
            words = [*each.expected, *each.unwanted]
            row.count(each, [word for word in words if finds(each.query, word)])
    return rows


def corrected(word: str, known: set[str]) -> list[str]:
    """The first three corrections of `word`, among the words that `lookups` leads to."""
    asked = lookups(word)
    likely = [
        (each, COMMON)
        for each in known
        if any(
            (each[::-1] if lookup.column == "reversed" else each).startswith(lookup.prefix)
            and lookup.shortest <= len(each) <= lookup.longest
            for lookup in asked
        )
    ]
    return nearest(word, likely)


def finds(query: str, word: str) -> bool:
    """Whether `query` finds a text that holds nothing but `word`."""
    text = Vocabulary.of({folded(part): WEIGHT for part in word.split()})
    return all(
        any(next(text.matches(key), None) for key in each.keys) for each in Query.of(query).words
    )

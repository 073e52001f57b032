"""Cuts compounds into their parts: "språkmodellen" into "språk" and "modellen"."""

from collections.abc import Iterator
from typing import NamedTuple

from search.words.table import Table

#: Steps of productivity, both parts together, from which a cut is believed.
_ENOUGH = 7
_ENOUGH_IF_LONG = 5
_LONG, _VERY_LONG = 4, 7  # letters of both parts, or of the first alone
_SHORTEST = 5  # letters of a word that may be a compound
_MOST_PARTS = 4
_UNLIKELY = 2  # steps that a letter left out costs


class Cut(NamedTuple):
    """Where a word is cut: its parts as they stand there, and the letters that join the first."""

    first: str
    joint: str
    last: str


def cut(word: str, table: Table) -> Cut | None:
    """Returns the likeliest cut of a folded word that isn't in the word list."""
    best, most = None, _ENOUGH_IF_LONG - 1
    for found, weight in _cuts(word, table):
        other = table.as_last(found.last)
        if not other or weight + other <= most:
            continue
        is_long = len(found.first) >= _VERY_LONG or min(len(found.first), len(found.last)) >= _LONG
        if is_long or weight + other >= _ENOUGH:
            best, most = found, weight + other
    return best


def cut_deeper(word: str, table: Table, depth: int = _MOST_PARTS) -> tuple[Cut, ...]:
    """Returns the cuts from left to right that leave a known last part: none if there are none."""
    whole = cut(word, table)
    if whole:
        return (whole,)
    if depth <= 2:
        return ()
    for found, weight in sorted(_cuts(word, table), key=lambda pair: -len(pair[0].first)):
        if len(found.first) >= 3 and weight >= 3:
            rest = cut_deeper(found.last, table, depth - 1)
            if rest:
                return (found, *rest)
    return ()


def _cuts(word: str, table: Table) -> Iterator[tuple[Cut, int]]:
    """Yields all cuts whose first part begins compounds, and how readily it does."""
    if len(word) < _SHORTEST:
        return
    for first in table.trie.prefixes(word):
        weight = table.as_first(first) if len(first) > 1 else 0
        if not weight:
            continue
        rest = word[len(first) :]
        if len(rest) > 1:
            yield Cut(first, "", rest), weight
            if first[-1] == first[-2]:  # of three equal letters, one is left out: "fotballag"
                yield Cut(first, "", first[-1] + rest), weight - _UNLIKELY
        if len(rest) > 2 and (
            rest[0] == "s" or (rest[0] == "e" and not table.as_first(first + "e"))
        ):
            yield Cut(first, rest[0], rest[1:]), weight

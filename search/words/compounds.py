"""Cuts compounds into their parts: "språkmodellen" into "språk" and "modellen"."""

from typing import NamedTuple

from search.words.table import Table

#: Steps of productivity, both parts together, from which a cut is believed.
_ENOUGH = 7
_SHORTEST = 5  # letters of a word that may be a compound
_MOST_PARTS = 4


class Cut(NamedTuple):
    """Where a word is cut: its parts as they stand there, and the letters that join the first."""

    first: str
    joint: str
    last: str


def cut(word: str, table: Table) -> Cut | None:
    """Returns the likeliest cut of a folded word that isn't in the word list."""
    best, most = None, _ENOUGH - 1
    if len(word) < _SHORTEST:
        return None
    for first in table.trie.prefixes(word):
        weight = table.as_first(first) if len(first) > 1 else 0
        if not weight:
            continue
        for joint in ("", "s", "e"):
            start = len(first) + len(joint)
            if joint and word[len(first) : start] != joint:
                continue
            last = word[start:]
            if len(last) < 2:
                continue
            other = table.as_last(last)
            if other and weight + other > most:
                best, most = Cut(first, joint, last), weight + other
    return best


def cut_deeper(word: str, table: Table, depth: int = _MOST_PARTS) -> tuple[Cut, ...]:
    """Returns the cuts from left to right that leave a known last part: none if there are none."""
    whole = cut(word, table)
    if whole:
        return (whole,)
    if depth <= 2:
        return ()
    for first in reversed(table.trie.prefixes(word)):
        if len(first) < 3 or table.as_first(first) < 3:
            continue
        for joint in ("s", "", "e"):
            start = len(first) + len(joint)
            if joint and word[len(first) : start] != joint:
                continue
            rest = cut_deeper(word[start:], table, depth - 1)
            if rest:
                return (Cut(first, joint, word[start:]), *rest)
    return ()

"""Finds the word that a reader meant: slips of the finger, and spellings by ear.

A table of the words that the reader may know is asked for candidates by their first letters and by
their last. One slip leaves one half of a word unharmed, and two mostly leave the first third or the
last.
"""

import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from search.words.keys import is_known
from search.words.tokens import folded

_MOST = 3
_SHORTEST = 4  # letters of a word that is mended at all
_TWO_SLIPS = 7  # letters from which two slips are looked for
#: So many words begin with these that more letters are asked for.
_CROWDED = frozenset({"for", "und", "ove", "opp", "inn", "utv", "sam", "kon", "pro", "kom", "sto"})
#: So many words end in these, likewise.
_ENDINGS = frozenset(
    {"ene", "ane", "ing", "nga", "ten", "sen", "ere", "ter", "ser", "ger", "ler", "ner", "ker",
     "ste", "nde", "het", "den", "nen", "len", "ren", "gen", "ken", "tet", "ske", "ige", "lig",
     "are", "ast", "ete", "tar", "nar", "lar", "rar"}
)  # fmt: skip

_ROWS = ("qwertyuiopå", "asdfghjkløæ", "zxcvbnm")
_NEAR = {a + b for row in _ROWS for pair in pairwise(row) for a, b in (pair, pair[::-1])} | {
    a + b
    for above, below in pairwise(_ROWS)
    for place, key in enumerate(above)
    for other in below[max(0, place - 1) : place + 1]
    for a, b in ((key, other), (other, key))
}
#: Letters that sound alike, or that a foreign keyboard lacks.
_ALIKE = {
    pair
    for one in ("æe", "æa", "øo", "øe", "åa", "åo", "ou", "uo", "yi", "yu", "dt", "gk", "bp", "ei",
                 "ck", "cs", "zs", "wv", "fv", "gj", "kc", "oå", "ea")
    for pair in (one, one[::-1])
}  # fmt: skip
#: Letters that are often left out, or written where there are none.
_SILENT = frozenset("hdgjtve")
_SOUNDS = (
    ("skj", "6"), ("sch", "6"), ("stj", "6"), ("sj", "6"), ("sh", "6"), ("kj", "6"), ("tj", "6"),
    ("gj", "j"), ("hj", "j"), ("lj", "j"), ("gi", "ji"), ("gy", "jy"), ("ski", "6i"), ("sky", "6y"),
    ("aa", "å"), ("ae", "e"), ("oe", "ø"), ("æ", "e"), ("hv", "v"), ("w", "v"), ("ph", "f"),
    ("ck", "k"), ("c", "k"), ("qu", "kv"), ("x", "ks"), ("z", "s"), ("nd", "n"), ("ld", "l"),
    ("rd", "r"), ("ei", "ai"), ("eg", "ai"), ("øy", "øi"),
)  # fmt: skip


class Lookup(NamedTuple):
    """What to ask the table of words for: those whose `column` begins with `prefix`."""

    column: str  # "word", or "reversed", which holds the word backwards
    prefix: str
    shortest: int  # letters
    longest: int


def lookups(word: str) -> list[Lookup]:
    """Returns the questions whose answers hold nearly all words that the word may be a slip of."""
    word = folded(word)
    letters = len(word)
    if letters < _SHORTEST:
        return []
    slips = 1 if letters < _TWO_SLIPS else 2
    asked = (letters - 1) // 2 if slips == 1 else min(5, max(3, letters // 3))
    first = asked + (word[:3] in _CROWDED and letters > 2 * asked + 1)
    last = asked
    if word[-3:] in _ENDINGS:
        last = max(asked, min(letters - first - 1, asked + 3))
    return [
        Lookup("word", word[:first], letters - slips, letters + slips),
        Lookup("reversed", word[::-1][:last], letters - slips, letters + slips),
    ]


def nearest(word: str, candidates: Iterable[tuple[str, int]]) -> list[str]:
    """Returns the likeliest of the words meant, at most three, the likeliest first.

    A candidate is a folded word and the number of documents that hold it, counted to 50. A word
    that Norwegian has is taken for another only if the two sound alike: "brev" is not "bra".
    """
    word = folded(word)
    if len(word) < _SHORTEST:
        return []
    most = 1.4 if len(word) < _TWO_SLIPS else 2.0
    sound, has_sense = _sound(word), is_known(word)
    ranked: dict[str, float] = {}
    for candidate, documents in candidates:
        if candidate in ranked or candidate == word:
            continue
        if has_sense and _sound(candidate) != sound:
            continue
        cost = _cost(word, candidate, most, sound)
        if cost <= most:
            ranked[candidate] = cost - 0.12 * math.log2(1 + min(documents, 50))
    return sorted(ranked, key=lambda found: (ranked[found], found))[:_MOST]


def _cost(word: str, candidate: str, most: float, sound: str) -> float:
    """Returns what it takes to have meant the candidate: 1 for a slip that nothing explains."""
    start, end, other_end = 0, len(word), len(candidate)
    shorter = min(end, other_end)
    while start < shorter and word[start] == candidate[start]:
        start += 1
    while end > start and other_end > start and word[end - 1] == candidate[other_end - 1]:
        end -= 1
        other_end -= 1
    one, other = end - start, other_end - start
    if one <= 1 and other <= 1:
        return _single(word, candidate, start, one, other)
    if one == other == 2 and word[start:end] == candidate[start:other_end][::-1]:
        return 0.6 if start else 0.8
    if abs(one - other) > 2 or len(set(word[start:end]) ^ set(candidate[start:other_end])) > 4:
        return 9.0
    cost = _distance(word[start:end], candidate[start:other_end], most)
    if start == 0:
        cost += 0.2
    if cost > 0.7 and _sound(candidate) == sound:
        return 0.7
    return cost


def _single(word: str, candidate: str, place: int, one: int, other: int) -> float:
    if one and other:
        return _changed(word[place], candidate[place]) + (0.2 if place == 0 else 0.0)
    longer = word if one else candidate
    letter = longer[place]
    if longer[place - 1 : place] == letter or longer[place + 1 : place + 2] == letter:
        return 0.45
    if letter in _SILENT:
        return 0.7
    return 0.85 + (0.2 if place == 0 else 0.0)


def _changed(a: str, b: str) -> float:
    if a + b in _ALIKE:
        return 0.55
    return 0.7 if a + b in _NEAR else 1.0


def _distance(a: str, b: str, most: float) -> float:
    """Returns the weighted distance of two short strings, with swapped neighbours; 9 if far."""
    before: list[float] = []
    row = [0.85 * column for column in range(len(b) + 1)]
    for i, x in enumerate(a, 1):
        older, before = before, row
        row = [0.85 * i]
        for j, y in enumerate(b, 1):
            best = before[j - 1] + (0.0 if x == y else _changed(x, y))
            best = min(best, before[j] + _added(a, i - 1), row[j - 1] + _added(b, j - 1))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                best = min(best, older[j - 2] + 0.6)
            row.append(best)
        if min(row) > most:
            return 9.0
    return row[-1]


def _added(text: str, place: int) -> float:
    letter = text[place]
    if text[place - 1 : place] == letter or text[place + 1 : place + 2] == letter:
        return 0.45
    return 0.7 if letter in _SILENT else 0.85


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    """Returns how a word sounds, roughly: words that are confused by ear are equal."""
    for letters, sound in _SOUNDS:
        if letters in word:
            word = word.replace(letters, sound)
    if word.endswith(("ig", "et")):
        word = word[:-1]
    return "".join(letter for letter, after in pairwise(word + " ") if letter != after)

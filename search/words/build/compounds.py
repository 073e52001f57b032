"""Learns from the dictionary's own compounds which words begin and end them, and where to cut.

No corpus with word frequencies may stand beside this portal's licence. How many headwords of the
dictionary begin or end with a word says as much: its productivity.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from search.words.build.dictionary import Article
from search.words.lists import LISTS

JOINTS = ("", "s", "e")
_ROUNDS = 6
#: An origin that names one of these says that the word came whole from elsewhere.
_FROM_ELSEWHERE = (
    "lat.",
    "gr.",
    "fr.",
    "it.",
    "eng.",
    "norr.",
    "ty.",
    "fra",
    "ó",
    "á",
    "ǫ",
    "í",
    "ð",
)


class Cut(NamedTuple):
    first: str
    joint: str
    last: str


class Productivity(NamedTuple):
    firsts: dict[str, float]  # word → number of compounds that it begins
    lasts: dict[str, float]
    cuts: dict[str, Cut]  # compound → its likeliest cut


def learnt(articles: Iterable[Article]) -> Productivity:
    """Weighs all cuts of each headword by how common its parts are in all others."""
    articles = list(articles)
    kinds: dict[str, set[str]] = defaultdict(set)
    origins: dict[str, str] = {}
    for article in articles:
        for spelling in article.spellings:
            kinds[spelling].add(article.kind)
            origins.setdefault(spelling, article.origin)
    choices: dict[str, list[Cut]] = {}
    for article in articles:
        if article.kind in ("noun", "adj", "verb"):
            for spelling in article.spellings:
                found = list(_cuts(spelling, article.kind, kinds))
                if found:
                    choices[spelling] = found
    firsts: dict[str, float] = defaultdict(lambda: 1.0)
    lasts: dict[str, float] = defaultdict(lambda: 1.0)
    for _ in range(_ROUNDS):
        counted_first: dict[str, float] = defaultdict(float)
        counted_last: dict[str, float] = defaultdict(float)
        for word, cuts in choices.items():
            weights = [_weight(cut, firsts, lasts, kinds) for cut in cuts]
            whole = sum(weights) + _wholeness(origins[word], cuts[0])
            for cut, weight in zip(cuts, weights, strict=True):
                counted_first[cut.first] += weight / whole
                counted_last[cut.last] += weight / whole
        firsts, lasts = counted_first, counted_last
    best: dict[str, Cut] = {}
    for word, cuts in choices.items():
        cut = max(cuts, key=lambda cut: (_weight(cut, firsts, lasts, kinds), cut))
        if _weight(cut, firsts, lasts, kinds) > _wholeness(origins[word], cut):
            best[word] = cut
    return Productivity(dict(firsts), dict(lasts), best)


def _weight(
    cut: Cut, firsts: dict[str, float], lasts: dict[str, float], kinds: dict[str, set[str]]
) -> float:
    """Returns how likely a cut is, compared with others of the same word."""
    weight = firsts[cut.first] * lasts[cut.last]
    if cut.joint == "s" and "s" + cut.last in kinds:
        weight /= 4  # "barber-skum" rather than "barbers-kum"
    return weight


def _wholeness(origin: str, cut: Cut) -> float:
    """Returns what weighs against any cut: more if the word came whole from elsewhere."""
    if cut.first in LISTS["particles"] and not origin:
        return 1000.0
    if cut.last in origin or cut.first in origin or "etter" in origin or not origin:
        return 4.0
    if cut.first in LISTS["particles"]:
        return 1000.0
    return 2000.0 if any(mark in origin for mark in _FROM_ELSEWHERE) else 100.0


def _cuts(word: str, kind: str, kinds: dict[str, set[str]]) -> Iterable[Cut]:
    for start in range(2, len(word) - 1):
        last = word[start:]
        if kind not in kinds.get(last, ()) or not may_be_last(last):
            continue
        if last == "enhet" and "adj" in kinds.get(word[:-3], ()):
            continue  # "moden-het", not "mod-enhet"
        for joint in JOINTS:
            first = word[: start - len(joint)]
            if word[start - len(joint) : start] != joint or not may_be_first(first, last, kinds):
                continue
            if joint != "e" or "noun" not in kinds.get(first + "e", ()):
                yield Cut(first, joint, last)


def may_be_last(last: str) -> bool:
    """Says whether a word may end compounds: endings such as "-skap" are words as well."""
    return last in LISTS["short_words"] or (len(last) > 2 and last not in LISTS["endings"])


def may_be_first(first: str, last: str, kinds: dict[str, set[str]]) -> bool:
    """Says whether a word may begin a compound that ends in `last`."""
    kind = kinds.get(first, set())
    if first in LISTS["particles"]:
        return len(last) > 4
    if not kind & {"noun", "verb", "adj"} and (len(first) < 4 or not kind):
        return False
    return first in LISTS["short_words"] or (len(first) > 2 and first not in LISTS["no_firsts"])


def weights(productivity: Productivity, articles: Iterable[Article]) -> dict[str, int]:
    """Returns a byte for each word: how readily it begins compounds, and how readily it ends them,
    in steps. A long noun is believed to do both, if no compound in the dictionary shows it."""
    made: dict[str, int] = {}
    for article in articles:
        for word in article.spellings:
            usual = max(0, min(4, len(word) - 3)) if article.kind == "noun" else 0
            first = step(productivity.firsts.get(word, 0))
            last = step(productivity.lasts.get(word, 0))
            if may_be_last(word):
                first, last = max(first, usual), max(last, usual)
            made[word] = max(made.get(word, 0), first << 4 | last)
    return made


def step(count: float) -> int:
    """Returns a count as 0 (none) to 15: a step for each doubling."""
    return 0 if count < 0.5 else min(15, 1 + round(math.log2(max(count, 1.0))))

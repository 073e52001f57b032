"""Learns from the dictionary's own compounds which words begin and end them, and where to cut.

No corpus with word frequencies may stand beside this portal's licence. How many headwords of the
dictionary begin or end with a word says as much: its productivity.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from search.words.build.dictionary import Article
from search.words.lists import LISTS
from search.words.table import DOUBLED, JOINT

JOINTS = ("", "s", "e")
_ROUNDS = 6
#: An origin that holds one of these says that the word came whole from elsewhere.
_FROM_ELSEWHERE = ("lat.", "gr.", "fr.", "it.", "eng.", "norr.", "ty.", "fra", *"óáǫíð")
#: What weighs against any cut, by what is known of a word's origin.
_SURELY_WHOLE, _DOUBTFUL, _LIKELY_CUT = 2000.0, 100.0, 4.0
_WITH_PARTICLE, _WITH_LONG_PARTICLE = 500.0, 15.0
_LONG = 10  # letters of a word that hardly came whole
#: Letters of a last part that tells of the compound even after a particle: "videreutdanning".
_SURELY_TELLING = 8
#: The joint of parts that share a letter.
DOUBLED_LETTER = "="
#: How many compounds a verb is believed to end, as a participle.
_OF_A_VERB = 2


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
    return _Headwords(articles).learnt()


class _Headwords:
    def __init__(self, articles: Iterable[Article]) -> None:
        self.kinds: dict[str, set[str]] = defaultdict(set)
        self.origins: dict[str, str] = {}
        kind_of: dict[str, str] = {}
        for article in articles:
            plural = article.kind == "noun" and not any(
                "Sing Ind" in tags for tags in article.forms.values()
            )
            for spelling in article.spellings:
                self.kinds[spelling].add(article.kind)
                self.origins.setdefault(spelling, article.origin)
                kind_of.setdefault(spelling, "plural" if plural else article.kind)
            for form, tags in article.forms.items():
                if "Plur Ind" in tags and len(form) > 4 and form.endswith("er"):
                    self.kinds[form].add("plural")
        self.choices = {
            word: cuts
            for word, kind in kind_of.items()
            if kind in ("noun", "adj", "verb", "plural") and (cuts := list(self._cuts(word, kind)))
        }
        self.firsts: dict[str, float] = defaultdict(lambda: 1.0)
        self.lasts: dict[str, float] = defaultdict(lambda: 1.0)

    def learnt(self) -> Productivity:
        for _ in range(_ROUNDS):
            firsts: dict[str, float] = defaultdict(float)
            lasts: dict[str, float] = defaultdict(float)
            for word, cuts in self.choices.items():
                weights = [self._weight(cut, least=False) for cut in cuts]
                whole = sum(weights) + self._wholeness(word, cuts[0])
                for cut, weight in zip(cuts, weights, strict=True):
                    firsts[cut.first] += weight / whole
                    lasts[cut.last] += weight / whole
            self.firsts, self.lasts = firsts, lasts
        best: dict[str, Cut] = {}
        for word, cuts in self.choices.items():
            for least in (False, True):
                weight, cut = max((self._weight(cut, least), cut) for cut in cuts)
                if weight > self._wholeness(word, cut):
                    best[word] = cut
                    break
        return Productivity(dict(self.firsts), dict(self.lasts), best)

    def _weight(self, cut: Cut, least: bool) -> float:
        """Returns how likely a cut is, compared with others of the same word. With `least`, a long
        noun counts as productive even if no other compound has it."""
        first, last = self.firsts[cut.first], self.lasts[cut.last]
        if cut.first in LISTS["particles"] and len(cut.last) < _SURELY_TELLING:
            least = False
        if least and "noun" in self.kinds[cut.first]:
            first = max(first, usual(cut.first))
        if least and self.kinds[cut.last] & {"noun", "plural"}:
            last = max(last, usual(cut.last))
        if cut.joint == "s" and "s" + cut.last in self.kinds:
            last /= 4  # "barber-skum" rather than "barbers-kum"
        if cut.joint == DOUBLED_LETTER:
            last /= 10
        return first * last

    def _wholeness(self, word: str, cut: Cut) -> float:
        """Returns what weighs against any cut: more if the word came whole from elsewhere."""
        origin = self.origins[word]
        named = set(re.findall(r"\w+", origin))
        if {cut.first, cut.last, "etter"} & named:
            return _LIKELY_CUT
        if cut.first in LISTS["particles"]:
            return _WITH_PARTICLE if len(cut.first) < 5 else _WITH_LONG_PARTICLE
        if not origin:
            return _LIKELY_CUT
        if not any(mark in origin for mark in _FROM_ELSEWHERE):
            return _DOUBTFUL
        return _SURELY_WHOLE / 2 if cut.joint == "s" or len(word) >= _LONG else _SURELY_WHOLE

    def _cuts(self, word: str, kind: str) -> Iterable[Cut]:
        for start in range(2, len(word) - 1):
            last = word[start:]
            if kind not in self.kinds.get(last, ()) or not may_be_last(last):
                continue
            if last == "enhet" and "adj" in self.kinds.get(word[:-3], ()):
                continue  # "moden-het", not "mod-enhet"
            if self._verb_of(word) and (last == "ting" or not self._verb_of(last)):
                continue  # "test-ing", not "te-sting"
            for joint in JOINTS:
                first = word[: start - len(joint)]
                if joint and len(first) < 3 and first not in LISTS["short_lasts"]:
                    continue
                if word[start - len(joint) : start] != joint or not self._may_be_first(first, last):
                    continue
                if joint != "e" or "noun" not in self.kinds.get(first + "e", ()):
                    yield Cut(first, joint, last)
            shared = word[: start + 1]  # of three equal letters, one is left out: "fotballag"
            if shared[-1] == shared[-2] and self._may_be_first(shared, last):
                yield Cut(shared, DOUBLED_LETTER, last)

    def _verb_of(self, noun: str) -> bool:
        return noun.endswith("ing") and "verb" in self.kinds.get(noun[:-3] + "e", ())

    def _may_be_first(self, first: str, last: str) -> bool:
        kind = self.kinds.get(first, set())
        if first in LISTS["particles"]:
            return len(last) > 3 and last not in LISTS["opaque"]
        if not kind & {"noun", "verb", "adj"} and (len(first) < 4 or not kind):
            return first in LISTS["short_firsts"]
        return first in LISTS["short_firsts"] or (
            len(first) > 2 and first not in LISTS["no_firsts"]
        )


def may_be_last(last: str) -> bool:
    """Says whether a word may end compounds: endings such as "-skap" are words as well."""
    return last in LISTS["short_lasts"] or (len(last) > 2 and last not in LISTS["endings"])


def usual(noun: str) -> int:
    """Returns how many compounds a noun is believed to make if the dictionary shows none."""
    return 2 ** min(3, max(0, len(noun) - 4))


def weights(productivity: Productivity, articles: Iterable[Article]) -> dict[str, int]:
    """Returns a byte for each word: how readily it begins compounds, and how readily it ends them,
    in steps."""
    made: dict[str, int] = {}
    for article in articles:
        for word in article.spellings:
            first, last = productivity.firsts.get(word, 0), productivity.lasts.get(word, 0)
            if article.kind == "noun" and len(word) > 2 and may_be_last(word):
                first, last = max(first, usual(word)), max(last, usual(word))
            if article.kind == "verb" and len(word) > 4 and may_be_last(word):
                last = max(last, _OF_A_VERB)  # "menneskeskapt"
            made[word] = max(made.get(word, 0), step(first) << 4 | step(last))
    return made


def packed(productivity: Productivity, articles: Iterable[Article]) -> dict[str, int]:
    """Returns each compound's cut as a byte. A headword's other spellings lend it theirs."""
    made: dict[str, int] = {}
    for article in articles:
        for word in article.spellings:
            cut = productivity.cuts.get(word)
            if not cut or article.lemma in made or not article.lemma.startswith(cut.first):
                continue
            start = len(cut.first)
            if cut.joint == DOUBLED_LETTER:
                start |= DOUBLED
            elif cut.joint:
                start = start + 1 | JOINT
            if len(cut.first) + 1 < DOUBLED and len(article.lemma) > len(cut.first) + 1:
                made[article.lemma] = start
    return made


def step(count: float) -> int:
    """Returns a count as 0 (none) to 15: a step for each doubling."""
    return 0 if count < 0.5 else min(15, 1 + round(math.log2(max(count, 1.0))))

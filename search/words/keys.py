"""Turns a word into the keys under which it is indexed and searched for."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from search.words.compounds import Cut, cut_deeper
from search.words.lists import LISTS
from search.words.stems import stem
from search.words.table import DATA, Table
from search.words.tokens import folded

__all__ = ["STOP_WORDS", "VERSION", "Keys", "ends_compounds", "is_known", "keys_of"]

#: Words that say nothing of what a text is about. A search for nothing else still looks for them.
STOP_WORDS = LISTS["stop_words"]
_NO_PARTS = STOP_WORDS | LISTS["no_parts"]
_TABLE = Table()
#: Words that mean a bokmål word, besides what they may mean in bokmål.
_OF_NYNORSK = frozenset(
    line.split("\t")[0] for line in (DATA / "nynorsk.tsv").read_text("utf-8").splitlines()
)
#: Rises when this code gives a word other keys than before.
_CODE = 2
#: Changes when the keys of any word may have changed, so that an index knows that it is stale.
VERSION = f"{_CODE}-{_TABLE.digest}"
_LONGEST = 64
#: Of each part of a compound, so many lemmas are tried.
_MOST_READINGS = 3
_MOST_PARTS = 2
#: Steps of productivity.
_KNOWN, _COMMON = 3, 4


class Keys(NamedTuple):
    """A word's keys. A search finds a text where one of its word's keys is one of the text's."""

    word: str
    #: Of a nynorsk word the bokmål lemma; of an unknown word its stem.
    lemmas: tuple[str, ...]
    #: The lemmas of the parts of a compound. They say less than the word itself.
    parts: tuple[str, ...]


def is_known(word: str) -> bool:
    """Says whether the word is a form in the word list."""
    word = folded(word)
    return word.isalnum() and word in _TABLE


def ends_compounds(word: str) -> int:
    """Returns how readily the word ends compounds, from 0 to 15."""
    return _TABLE.as_last(folded(word))


def keys_of(word: str) -> Keys:
    """Returns the keys of a word, in upper or lower case. Any text has some."""
    return _keys_of(folded(word))


@lru_cache(maxsize=20_000)
def _keys_of(word: str) -> Keys:
    if len(word) > _LONGEST or not word.isalnum():
        return Keys(word, (word,), ())
    lemmas = _TABLE.lemmas(word)
    if lemmas:
        return Keys(word, lemmas, _parts_of_lemmas(lemmas))
    if word.endswith("s") and word[:-1] in _TABLE:  # the genitive
        return _keys_of(word[:-1])._replace(word=word)
    cuts = cut_deeper(word, _TABLE) if word.isalpha() else ()
    if cuts:
        return _compound(word, cuts)
    return Keys(word, (stem(word),), ())


def _compound(word: str, cuts: tuple[Cut, ...]) -> Keys:
    """Returns the keys of a compound outside the word list. Its lemma is put together from the
    parts' own lemmas, so that "fagforeiningar" meets "fagforening"."""
    starts = [""]
    for cut in cuts:
        firsts = _TABLE.lemmas(cut.first)[:_MOST_READINGS]
        starts = [start + first + cut.joint for start in starts for first in firsts]
    last = cuts[-1].last
    lasts = _TABLE.lemmas(last)[:_MOST_READINGS]
    forms = (*lasts, last.removesuffix("ande") + "ende")  # nynorsk's participle
    known = [
        lemma for start in starts for form in forms for lemma in _TABLE.lemmas(start + form)[:1]
    ]
    whole = known or [starts[0] + lemma for lemma in lasts]
    whole_parts = (*(cut.first for cut in cuts), last)
    return Keys(word, tuple(dict.fromkeys(whole)), _telling(_all_parts(whole_parts, word)))


def _parts_of_lemmas(lemmas: tuple[str, ...]) -> tuple[str, ...]:
    return _telling(part for lemma in lemmas for part in _all_parts(_TABLE.parts(lemma), lemma))


def parts_of(word: str) -> tuple[str, ...]:
    """Returns the words that a compound is put together from. Of another word, none."""
    word = folded(word)
    for lemma in _TABLE.lemmas(word) if word.isalnum() else ():
        if parts := _TABLE.parts(lemma):
            return parts
    cuts = cut_deeper(word, _TABLE) if word.isalpha() and len(word) <= _LONGEST else ()
    return (*(cut.first for cut in cuts), cuts[-1].last) if cuts else ()


def _all_parts(parts: tuple[str, ...], whole: str) -> Iterator[str]:
    """Yields the lemmas of a compound's parts and of their own parts. Of "data-nett-verk", that is
    "nettverk" as well, however the word is cut."""
    for part in parts:
        yield from _of_part(part, whole)
    for one, other in pairwise(parts):
        yield from _noun_of(one)
        before = _TABLE.parts(one)
        after = [part for lemma in _TABLE.lemmas(other)[:1] for part in _TABLE.parts(lemma)]
        for joined in (before[-1] + other if before else "", one + after[0] if after else ""):
            yield from _TABLE.lemmas(joined)[:1]


def _noun_of(verb: str) -> tuple[str, ...]:
    """Returns the noun of a verb that begins a compound: "straff" of "straffe" in "straffesak"."""
    noun = verb[:-1]
    own, other = _TABLE.as_last(verb), _TABLE.as_last(noun)
    if not verb.endswith("e") or other < _KNOWN or (other <= own and own > _KNOWN):
        return ()
    return (noun,) if noun in _TABLE.lemmas(noun) else ()


def _of_part(part: str, whole: str) -> Iterator[str]:
    """Yields the lemmas of a compound's part, and of its own parts: "vann" is not "vinne" there."""
    lemmas = _TABLE.lemmas(part)[:_MOST_PARTS]
    if part in lemmas and part not in _OF_NYNORSK:
        lemmas = (part, *(lemma for lemma in lemmas[1:] if _TABLE.as_last(lemma) >= _COMMON))
    for lemma in lemmas:
        yield lemma
        if len(lemma) < len(whole):
            yield from _parts_of_lemmas((lemma,))


def _telling(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(part for part in dict.fromkeys(parts) if part not in _NO_PARTS)

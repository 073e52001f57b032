"""Turns a word into the keys under which it is indexed and searched for."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from search.words.compounds import Cut, cut_deeper
from search.words.lists import LISTS
from search.words.stems import stem
from search.words.table import Table
from search.words.tokens import folded

__all__ = ["STOP_WORDS", "VERSION", "Keys", "is_known", "keys_of"]

#: Words that say nothing of what a text is about. A search for nothing else still looks for them.
STOP_WORDS = LISTS["stop_words"]
_NO_PARTS = STOP_WORDS | LISTS["no_parts"]
_TABLE = Table()
#: Rises when this code gives a word other keys than before.
_CODE = 1
#: Changes when the keys of any word may have changed, so that an index knows that it is stale.
VERSION = f"{_CODE}-{_TABLE.digest}"
_LONGEST = 64


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
    firsts = [_TABLE.lemmas(cut.first)[0] for cut in cuts]
    start = "".join(first + cut.joint for first, cut in zip(firsts, cuts, strict=True))
    lasts = _TABLE.lemmas(cuts[-1].last)
    whole = [lemma for last in lasts for lemma in _TABLE.lemmas(start + last) or (start + last,)]
    parts = [part for last in (*firsts, *lasts) for part in (last, *_parts_of_lemmas((last,)))]
    return Keys(word, tuple(dict.fromkeys(whole)), _telling(parts))


def _parts_of_lemmas(lemmas: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(lemmas)
    while waiting:  # a part may be a compound itself, and in odd cases one of its own parts
        cut = _TABLE.cut(waiting.pop(0))
        for part in (cut[0], cut[2]) if cut else ():
            new = [own for own in _TABLE.lemmas(part)[:2] if own not in found]
            found |= dict.fromkeys(new)
            waiting += new
    return _telling(found)


def parts_of(word: str) -> tuple[str, ...]:
    """Returns the words that a compound is put together from, as they stand in it."""
    word = folded(word)
    if cut := _TABLE.cut(word):
        return (cut[0], cut[2])
    cuts = cut_deeper(word, _TABLE) if word.isalpha() and len(word) <= _LONGEST else ()
    return (*(cut.first for cut in cuts), cuts[-1].last) if cuts else ()


def _telling(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(part for part in dict.fromkeys(parts) if part not in _NO_PARTS)

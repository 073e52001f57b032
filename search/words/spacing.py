"""Mends words written apart, or together: "salgs leder" and "sosialemedier"."""

from collections.abc import Sequence
from itertools import pairwise

from search.words.keys import ends_compounds, is_known, keys_of
from search.words.tokens import folded

_SHORTEST = 3  # letters of each word


def joined(words: Sequence[str]) -> list[str]:
    """Returns the compounds that two neighbours may make, of which a text may hold some or none."""
    found = []
    for first, second in pairwise(map(folded, words)):
        if min(len(first), len(second)) >= _SHORTEST:
            found += [word for word in (first + second, f"{first}s{second}") if keys_of(word).parts]
    return found


def parted(word: str) -> tuple[str, str] | None:
    """Returns the two words that were written together, none if the word may be a compound.

    A compound begins with a word's bare form. So "sosialemedier" is two words, with an adjective
    that agrees with its noun.
    """
    word = folded(word)
    if is_known(word) or not word.isalpha():
        return None
    found = [
        (word[:end], word[end:])
        for end in range(_SHORTEST, len(word) - _SHORTEST + 1)
        if _agrees(word[:end]) and is_known(word[end:])
    ]
    return max(found, key=lambda pair: ends_compounds(pair[1]), default=None)


def _agrees(word: str) -> bool:
    lemmas = keys_of(word).lemmas
    return is_known(word) and (word not in lemmas or word[:-1] in lemmas)

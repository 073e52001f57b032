"""Finds the words of a text, and folds what readers spell in more than one way."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
#: Letters of their own in Norwegian: an accent that makes one is no accent.
_KEPT = frozenset("æøå")
_UNDECOMPOSED = {"đ": "d", "ð": "d", "ł": "l", "ß": "ss", "þ": "th", "œ": "oe"}


class Token(NamedTuple):
    """A word as it stands in the text: `text[start:end]`, in NFC."""

    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yields the runs of letters and digits. All else separates: "e-post" is two words."""
    for found in _WORD.finditer(text):
        word = found.group()
        yield Token(
            word if word.isascii() else unicodedata.normalize("NFC", word),
            found.start(),
            found.end(),
        )


def folded(word: str) -> str:
    """Returns the word in lower case, without accents: "Idé" is "ide", but "å" stays "å"."""
    if word.isascii():
        return word.lower()
    word = unicodedata.normalize("NFC", word).lower()
    return word.translate(_FOLDING) if _FOLDED.search(word) else word


#: What folding may change. To look for it is quicker than to fold a long text.
_FOLDED = re.compile("[^\0-\x7fæøå«»–—“”‘’§]")


class _Folding(dict[int, str]):
    """What becomes of each letter, found out the first time it is met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        return self.setdefault(code, letter if letter in _KEPT else _plain(letter))


def _plain(letter: str) -> str:
    """Returns the letter without its accents and its look: "é" is "e", and "ﬁ" is "fi".

    One that would become more than letters and digits, as "½" or "⑴", stays as it is: a space or a
    bracket within a word would make two words of it in the index.
    """
    parts = unicodedata.normalize("NFKD", letter).lower()
    kept = (part for part in parts if not unicodedata.combining(part))
    plain = "".join(_UNDECOMPOSED.get(part, part) for part in kept)
    return letter if letter.isalnum() and not plain.isalnum() else plain


_FOLDING = _Folding((ord(letter), plain) for letter, plain in _UNDECOMPOSED.items())

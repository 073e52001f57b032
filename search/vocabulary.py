"""What a document holds of words: how much each counts there, and the keys that it is found by.

Only the document itself decides what a word counts. There are no statistics over all documents, as
a search engine usually has: they would tell a visitor of texts that only members may read.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Self

from search.words.keys import STOP_WORDS, keys_of
from search.words.tokens import folded, tokens

#: What a word counts by where it stands. In the text below, it counts by how often.
TITLE, TERM, AUTHOR, SERIES, SUBJECT, HEADING, LEAD, TEXT = 40, 40, 20, 15, 15, 15, 12, 0
#: Of BM25 (Robertson and Zaragoza 2009, doi:10.1561/1500000019): how fast more of the same word
#: stops to count, and how much the length matters. The average length is a constant here.
MOST, SATURATION, BY_LENGTH, AVERAGE = 20, 1.2, 0.75, 800
GREATEST = 99
#: Letters. A longer run of them is a key or a code, and no query is longer (search/query.py).
#: PostgreSQL has no lexeme of 2,046 bytes or more.
LONGEST = 200
#: The share that a part of a compound counts of the whole word.
PART = 0.4
#: From which weight on a key has impact 3, 2 and 1. A search asks for the highest impact first.
IMPACTS = ((3, 40), (2, 13), (1, 0))


class Text(NamedTuple):
    """A piece of a document: its field, and the least level that may read it."""

    field: int
    access: int
    text: str


class Match(NamedTuple):
    """A word of a document that a key of a search meets."""

    surface: str
    weight: int
    #: Whether the key is only a part of the word.
    is_part: bool


class Vocabulary:
    """The words of one document, a line for each: the folded word, its weight, and its keys with
    their impacts in the whole document. Before the key of a part stands «~»."""

    def __init__(self, packed: bytes) -> None:
        self.packed = packed
        self._lines = zlib.decompress(packed)

    @classmethod
    def of(cls, weights: dict[str, int]) -> Self:
        """`weights` by folded word."""
        impacts, rows = Counter[str](), []
        for word, weight in sorted(weights.items()):
            keys = keys_of(word)
            whole = keys.lemmas or (word,)
            parts = [part for part in keys.parts if part not in whole]
            rows.append((word, weight, whole, parts))
            for key in whole:
                impacts[key] = max(impacts[key], _impact(weight))
            for key in parts:
                impacts[key] = max(impacts[key], _impact(weight * PART))
        lines = [""]
        for word, weight, whole, parts in rows:
            found_by = [token_of(key, impacts[key]) for key in whole]
            found_by += [f"~{token_of(key, impacts[key])}" for key in parts]
            lines.append(" ".join([word, str(weight), *found_by]))
        return cls(zlib.compress("\n".join([*lines, ""]).encode(), 9))

    def same_as(self, other: "Vocabulary") -> bool:
        return self._lines == other._lines

    @property
    def tokens(self) -> list[str]:
        listed = (line.decode().split(" ")[2:] for line in self._lines.split(b"\n"))
        return sorted({token.lstrip("~") for tokens in listed for token in tokens})

    @property
    def words(self) -> list[bytes]:
        """Folded, in UTF-8."""
        return [line.split(b" ", 1)[0] for line in self._lines.split(b"\n") if line]

    def matches(self, key: str) -> Iterator[Match]:
        """The document's words that `key` is a key of."""
        lines = self._lines
        for needle, is_part in ((f" {key}·".encode(), False), (f" ~{key}·".encode(), True)):
            at = lines.find(needle)
            while at >= 0:
                start, end = lines.rfind(b"\n", 0, at) + 1, lines.index(b"\n", at)
                surface, weight, _ = lines[start:end].split(b" ", 2)
                yield Match(surface.decode(), int(weight), is_part)
                at = lines.find(needle, end)


def token_of(key: str, impact: int) -> str:
    """What stands in the index for a key. No word has the sign between.

    SQLite's index forgets a document by its old tokens, made from its stored vocabulary again. So
    whoever changes this form, or `Span.__str__`, must have the index made anew after the update.
    """
    return f"{key}·{impact}"


def _impact(weight: float) -> int:
    return next(impact for impact, least in IMPACTS if weight >= least)


def weigh(texts: Iterable[Text], level: int) -> dict[str, int]:
    """The weights of the words in those of `texts` that readers at `level` may read."""
    placed: defaultdict[str, Counter[int]] = defaultdict(Counter)
    length = 0
    for field, access, text in texts:
        if access > level:
            continue
        for token in tokens(text):
            word = folded(token.text)
            length += 1
            if len(word) <= LONGEST:
                placed[word][field] += 1
    share = SATURATION * (1 - BY_LENGTH + BY_LENGTH * length / AVERAGE)
    weights = {}
    for word, fields in placed.items():
        if word in STOP_WORDS and not (fields[TITLE] or fields[TERM]):
            continue
        often = fields.total()
        weight = sum(set(fields)) + MOST * often / (often + share)
        weights[word] = max(1, min(GREATEST, round(weight)))
    return weights

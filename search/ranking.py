"""Puts candidates in order, by what each holds and nothing else."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from search.query import Query, Wanted
from search.vocabulary import PART, Vocabulary

#: What a word counts in another form than the one that was typed.
OTHER_FORM = 0.85


class Ranked(NamedTuple):
    """A document that answers a search."""

    page: int
    #: The page's path in the tree, and when it was first published, if that is known.
    path: str
    published_at: datetime | None
    score: float
    #: The words of the document that met each wanted word, in the order of the query's words.
    met: tuple[frozenset[str], ...]

    @property
    def words(self) -> frozenset[str]:
        return frozenset().union(*self.met)


def ranked(documents: Iterable[Any], query: Query) -> list[Ranked]:
    """The best first, and of equals the newest page. `documents` come from `candidates`."""
    return in_order(_rank(document, query.words) for document in documents)


def in_order(found: Iterable[Ranked]) -> list[Ranked]:
    return sorted(found, key=lambda each: (-each.score, -each.page))


def _rank(document: Any, wanted: Sequence[Wanted]) -> Ranked:
    vocabulary = Vocabulary(bytes(document.vocabulary))
    score, met = 0.0, []
    for each in wanted:
        best, words = 0.0, set()
        for key in each.keys:
            for surface, weight, is_part in vocabulary.matches(key):
                words.add(surface)
                form = 1.0 if surface == each.word else OTHER_FORM
                best = max(best, weight * (PART if is_part else form))
        score += best
        met.append(frozenset(words))
    return Ranked(document.page_id, document.path, document.published_at, score, tuple(met))

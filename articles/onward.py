"""What comes after an article: the next part of its series, or other series."""

from collections.abc import Sequence
from typing import NamedTuple

from articles.models import Article, Author, Series
from articles.parts import Part
from delivery.cache import cached_rows

#: How many other series the end of a series leads to.
OTHERS = 3


class Onward(NamedTuple):
    """The next part, as its card shows it."""

    title: str
    address: str
    lead: str
    minutes: int
    #: Its number in the series, from 1.
    number: int
    #: How many percent of it the reader has read; 0 for a part that isn't begun.
    share: int


def onward_to(part: Part, parts: Sequence[Part], share: int = 0) -> Onward | None:
    """The card of `part`. None if it has just been unpublished."""
    article = next(iter(cached_rows(("card", part.pk), lambda: cards(part.pk))), None)
    if article is None:
        return None
    address, number = article.get_absolute_url(), parts.index(part) + 1
    return Onward(article.title, address, article.lead, article.minutes, number, share)


def cards(pk: int) -> list[Article]:
    return list(Article.objects.for_readers().filter(pk=pk))


class Other(NamedTuple):
    """Another series, as the end of a series shows it."""

    title: str
    address: str
    part_count: int
    minutes: int


def other_series(article: Article, authors: Sequence[Author]) -> tuple[Other, ...]:
    """Series to go on with after the last part: those by its authors first, and then the newest."""
    own = article.path[: -article.steplen]

    def rows() -> list[Other]:
        newest = Series.objects.with_parts().exclude(path=own)
        newest = newest.order_by("-first_published_at", "-pk")
        found = list(newest.written_by(*authors)[:OTHERS]) if authors else []
        if len(found) < OTHERS:
            known = [each.pk for each in found]
            found += newest.exclude(pk__in=known)[: OTHERS - len(found)]
        return [
            Other(each.title, each.get_absolute_url(), each.part_count, each.minutes)
            for each in found
        ]

    keys = tuple(author.pk for author in authors)
    return tuple(cached_rows(("other series", own, keys), rows))

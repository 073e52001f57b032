"""What comes after an article: the next part of its series, or other series."""

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from articles.models import Article, Author, Series
from articles.parts import Part
from delivery.cache import cached_rows

#: How many other series the end of a series leads to.
OTHERS = 3
#: How many related articles a page shows.
RELATED = 3


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
    found = cached_rows(("card", part.pk), lambda: cards_of([part.pk]).values())
    return onward(found[0], part, parts, share) if found else None


def onward(article: Article, part: Part, parts: Sequence[Part], share: int = 0) -> Onward:
    address, number = article.get_absolute_url(), parts.index(part) + 1
    return Onward(article.title, address, article.lead, article.minutes, number, share)


def cards_of(keys: Sequence[int]) -> dict[int, Article]:
    """Those of the articles that readers may know of, by primary key, in one query."""
    return {article.pk: article for article in Article.objects.for_readers().filter(pk__in=keys)}


def related_among(cards: dict[int, Article], keys: Sequence[int]) -> list[Article]:
    """The related articles that a page shows, of those in `cards`, in the order of `keys`.

    The first of each series comes before the second of any.
    """
    seen: Counter[str] = Counter()
    ranked = []
    for place, pk in enumerate(keys):
        if card := cards.get(pk):
            ranked.append((seen[card.series_slug], place, card))
            seen[card.series_slug] += 1
    return [card for _before, _place, card in sorted(ranked, key=itemgetter(0, 1))[:RELATED]]


class Other(NamedTuple):
    """Another series, as the end of a series shows it."""

    title: str
    address: str
    part_count: int
    minutes: int


def other_series(article: Article, authors: Sequence[Author]) -> tuple[Other, ...]:
    """Series to go on with after the last part: those by its authors first, then those about its
    subjects, and then the newest."""
    own = article.path[: -article.steplen]
    subjects = tuple(subject["slug"] for subject in article.metadata.subjects)

    def rows() -> list[Other]:
        newest = Series.objects.with_parts().exclude(path=own)
        newest = newest.order_by("-first_published_at", "-pk")
        found: list[Series] = []
        for nearer in (newest.written_by(*authors), newest.about(*subjects), newest):
            if len(found) < OTHERS:
                known = [each.pk for each in found]
                found += nearer.exclude(pk__in=known)[: OTHERS - len(found)]
        return [
            Other(each.title, each.get_absolute_url(), each.part_count, each.minutes)
            for each in found
        ]

    keys = tuple(author.pk for author in authors)
    return tuple(cached_rows(("other series", own, keys, subjects), rows))

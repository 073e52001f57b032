"""What the pages of articles show of a member's own reading. A visitor's page shows nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from wagtail.models import Page

from accounts.models import User
from articles.models import Article, Passage
from reading.models import Reading, reading_of_series, with_articles

register = template.Library()


@dataclass
class SeriesReading:
    """What a member has read of the parts of a series, in their order."""

    parts: Sequence[Page]
    rows: dict[int, Reading]
    keeps_history: bool

    @property
    def finished(self) -> int:
        return sum(row.finished_at is not None for row in self.rows.values())

    @property
    def is_begun(self) -> bool:
        return any(row.read_at for row in self.rows.values())

    @property
    def next(self) -> Page | None:
        """The part they are in the middle of, the latest where there are several; or the first
        unread."""
        begun = [part for part in self.parts if part.reading and part.reading.is_begun]
        latest = max(begun, key=lambda part: part.reading.read_at, default=None)
        return latest or self.next_unread()

    def next_unread(self, after: Page | None = None) -> Page | None:
        """The first part not read to its end, if there is one beside `after`; what follows
        `after` goes first."""
        keys = [part.pk for part in self.parts]
        start = keys.index(after.pk) + 1 if after and after.pk in keys else 0
        order = [*self.parts[start:], *self.parts[:start]]
        others = [part for part in order if not after or part.pk != after.pk]
        return next((part for part in others if not self.is_read(part)), None)

    def is_read(self, part: Page) -> bool:
        row = self.rows.get(part.pk)
        return row is not None and row.finished_at is not None


def reader(context: Context) -> User | None:
    """Who looks, if that is somebody with a reading; nobody in a preview."""
    request = context.get("request")
    user = getattr(request, "user", None)
    is_member = isinstance(user, User) and not context.get("is_preview")
    return user if is_member and isinstance(user, User) else None


@register.simple_tag(takes_context=True)
def reading_of_parts(context: Context, parts: Sequence[Page]) -> SeriesReading | None:
    user = reader(context)
    if user is None:
        return None
    parts = list(parts)
    rows, keeps_history = reading_of_series(user, [part.pk for part in parts if part.pk])
    for part in parts:
        part.reading = rows.get(part.pk)
    return SeriesReading(parts, rows, keeps_history)


@register.inclusion_tag("reading/_begin.html", takes_context=True)
def begin_reading(
    context: Context, article: Article, passages: Sequence[Passage], series: SeriesReading | None
) -> dict[str, Any]:
    """At the top of an article: save it, or go on where one stopped."""
    row = series.rows.get(article.pk) if series else None
    place = row.resume_at(article, passages) if row else ""
    return {"series": series, "article": article, "row": row, "place": place}


@register.inclusion_tag("reading/_end.html", takes_context=True)
def end_reading(context: Context, article: Article, series: SeriesReading | None) -> dict[str, Any]:
    """At its end: read or not, saved or not, and what to read next."""
    row = series.rows.get(article.pk) if series else None
    return {
        "series": series,
        "article": article,
        "row": row,
        "next": series.next_unread(article) if series else None,
        "contents": context.get("contents"),
        "open": open_share(article) if context.get("is_cut") else 100,
    }


def open_share(article: Article) -> int:
    """How much of a cut article stands before the gate, in percent; never all of it."""
    return min(
        99,
        100
        * (article.imprint.words - article.imprint.locked_words)
        // max(1, article.imprint.words),
    )


@register.inclusion_tag("reading/_continue.html", takes_context=True)
def continue_reading(context: Context) -> dict[str, Any]:
    """On the front page: the articles a member is in the middle of."""
    user = reader(context)
    rows = Reading.objects.of(user).begun()[:3] if user else []
    return {"readings": with_articles(rows) if rows else []}

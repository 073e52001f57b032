"""What the pages of articles show of a member's own reading. A visitor's page shows nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

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
        begun = {row.article_id: row.read_at for row in self.rows.values() if not row.finished_at}
        read = [(at, part) for part in self.parts if (at := begun.get(part.pk))]
        latest = max(read, key=lambda each: each[0], default=None)
        return latest[1] if latest else self.next_unread()

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
    """Of the one series that a page shows, however many places on it ask. `parts` are everyone's,
    and nothing is written on them."""
    user = reader(context)
    if user is None:
        return None
    request = context["request"]
    if not hasattr(request, "series_reading"):
        request.series_reading = SeriesReading(parts, *reading_of_series(user, parts))
    found: SeriesReading = request.series_reading
    return found


@register.filter
def of(series: SeriesReading, part: Page) -> Reading | None:
    return series.rows.get(part.pk)


@register.filter
def next_unread(series: SeriesReading, article: Article) -> Page | None:
    return series.next_unread(article)


@register.simple_tag
def resume_at(row: Reading | None, article: Article, passages: Sequence[Passage]) -> str:
    return row.resume_at(article, passages) if row else ""


@register.filter
def open_share(article: Article) -> int:
    """How much of a cut article stands before the gate, in percent; never all of it."""
    imprint = article.imprint
    return min(99, 100 * (imprint.words - imprint.locked_words) // max(1, imprint.words))


@register.simple_tag(takes_context=True)
def begun_readings(context: Context) -> list[Reading]:
    """The articles a member is in the middle of."""
    user = reader(context)
    return with_articles(Reading.objects.of(user).begun()[:3]) if user else []

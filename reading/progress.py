"""How far a member has come in their series, and which part comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.db.models.functions import Left, Length
from django.http import HttpRequest
from wagtail.models import Page

from accounts.impersonation import is_impersonated
from accounts.models import User
from articles.models import Series
from articles.parts import Part, parts_below
from reading.models import Reading, SetAside, reading_of_series

#: How many series a member's lists look at, the one read last first.
SERIES = 12


def next_part(
    parts: Sequence[Part], rows: Mapping[int, Reading], finishing: int | None = None
) -> Part | None:
    """The part to read next, or None if all are finished.

    That is the half-read part that was read last; else the first unfinished part after the one that
    was finished last; else the first unfinished one. `parts` are in the order of the series, `rows`
    by article. The part `finishing` counts as finished just now: its end asks what comes next.
    """
    known = {part.pk: row for part in parts if (row := rows.get(part.pk)) and part.pk != finishing}
    begun = [row for row in known.values() if row.is_begun]
    if begun:
        latest = max(begun, key=lambda row: (row.read_at, row.pk)).article_id
        return next(part for part in parts if part.pk == latest)
    done = {pk: row for pk, row in known.items() if row.finished_at}
    last = finishing or max(done, key=lambda pk: (done[pk].finished_at, pk), default=None)
    keys = [part.pk for part in parts]
    start = keys.index(last) + 1 if last in keys else 0
    order = [*parts[start:], *parts[:start]]
    return next((part for part in order if part.pk not in done and part.pk != finishing), None)


@dataclass(frozen=True)
class SeriesReading:
    """What a member has read of a series. The parts are in the order of the series."""

    parts: Sequence[Part]
    rows: Mapping[int, Reading]

    @property
    def finished(self) -> int:
        return sum(row.finished_at is not None for row in self.rows.values())

    @property
    def is_begun(self) -> bool:
        return any(row.read_at for row in self.rows.values())

    def next(self, finishing: int | None = None) -> Part | None:
        return next_part(self.parts, self.rows, finishing)

    def number(self, part: Part) -> int:
        """The part's number in the series, from 1."""
        return self.parts.index(part) + 1


def reading_of(request: HttpRequest, series_path: str) -> SeriesReading | None:
    """The reading of the one series that a page shows; None for a visitor. However many fragments
    ask, a request looks it up once."""
    if not isinstance(request.user, User):
        return None
    if not hasattr(request, "series_reading"):
        parts = parts_below(series_path)
        rows = {} if is_impersonated(request) else reading_of_series(request.user, parts)
        request.series_reading = SeriesReading(parts, rows)  # type: ignore[attr-defined]
    found: SeriesReading = request.series_reading  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True)
class InProgress:
    """A series that a member has begun and not finished."""

    series: Series
    reading: SeriesReading
    next: Part

    @property
    def number(self) -> int:
        return self.reading.number(self.next)

    @property
    def row(self) -> Reading | None:
        """The reading of the next part, if it is half-read."""
        row = self.reading.rows.get(self.next.pk)
        return row if row and row.is_begun else None


def in_progress(user: User) -> list[InProgress]:
    """The series that `user` is in the middle of, the one read last first.

    Not those that are set aside. At most SERIES are looked at.
    """
    above = Left("article__path", Length("article__path") - Page.steplen)
    read = Reading.objects.of(user).filter(read_at__isnull=False).annotate(series=above)
    open_ = read.exclude(series__in=SetAside.objects.of(user).values("series__path"))
    latest = open_.values("series").annotate(latest=Max("read_at")).order_by("-latest")
    paths = list(latest.values_list("series", flat=True)[:SERIES])
    known = {series.path: series for series in Series.objects.for_readers().filter(path__in=paths)}
    parts = {path: parts_below(path) for path in paths if path in known}
    rows = reading_of_series(user, [part for each in parts.values() for part in each])
    found = []
    for path, own in parts.items():
        reading = SeriesReading(own, {part.pk: rows[part.pk] for part in own if part.pk in rows})
        if part := reading.next():
            found.append(InProgress(known[path], reading, part))
    return found

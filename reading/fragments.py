"""The fragments of a member's own reading on article pages. They show a visitor nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest

from accounts.models import User
from articles.models import Article
from articles.models.articles import Gate
from articles.models.base import address_of
from articles.parts import Part, parts_below
from delivery.fragments import Shared, fragment
from reading.models import Reading, reading_of_series, with_articles


@dataclass
class SeriesReading:
    """What a member has read of a series. The parts are in the order of the series."""

    parts: Sequence[Part]
    rows: dict[int, Reading]
    keeps_history: bool

    @property
    def finished(self) -> int:
        return sum(row.finished_at is not None for row in self.rows.values())

    @property
    def is_begun(self) -> bool:
        return any(row.read_at for row in self.rows.values())

    @property
    def next(self) -> Part | None:
        """The begun part that the member read last, or else the first unread part."""
        begun = {row.article_id: row.read_at for row in self.rows.values() if not row.finished_at}
        read = [(at, part) for part in self.parts if (at := begun.get(part.pk))]
        latest = max(read, key=lambda each: each[0], default=None)
        return latest[1] if latest else self.next_unread()

    def next_unread(self, after: Part | Article | None = None) -> Part | None:
        """Returns the first unfinished part other than `after`, or None. The parts that follow
        `after` come first."""
        keys = [part.pk for part in self.parts]
        start = keys.index(after.pk) + 1 if after and after.pk in keys else 0
        order = [*self.parts[start:], *self.parts[:start]]
        others = [part for part in order if not after or part.pk != after.pk]
        return next((part for part in others if not self.is_read(part)), None)

    def is_read(self, part: Part) -> bool:
        row = self.rows.get(part.pk)
        return row is not None and row.finished_at is not None


def reading_of(request: HttpRequest, series_path: str) -> SeriesReading | None:
    """Returns the reading of the one series that a page shows. However many fragments ask, a
    request looks it up once."""
    if not isinstance(request.user, User):
        return None
    if not hasattr(request, "series_reading"):
        parts = parts_below(series_path)
        rows = reading_of_series(request.user, parts)
        request.series_reading = SeriesReading(parts, rows, request.user.keeps_history)  # type: ignore[attr-defined]
    found: SeriesReading = request.series_reading  # type: ignore[attr-defined]
    return found


class Row(NamedTuple):
    """The fields of a reading that a page shows."""

    place: str
    share: int
    finished_at: bool
    saved_at: bool

    @classmethod
    def of(cls, row: Reading | None) -> "Row | None":
        if row is None:
            return None
        return cls(row.place, row.share, bool(row.finished_at), bool(row.saved_at))


class Link(NamedTuple):
    address: str
    title: str

    @classmethod
    def to(cls, page: Part | None) -> "Link | None":
        return cls(address_of(page), page.title) if page else None


class Styles(NamedTuple):
    """The stylesheet of the fragments. It is the same for every member."""


@fragment("styles", "reading/_styles.html")
def reading_styles(request: HttpRequest, shared: Shared) -> Styles | None:
    return Styles() if isinstance(request.user, User) else None


class Begin(NamedTuple):
    row: Row | None
    place: str


@fragment("article.start", "reading/_begin.html", takes=("article", "series_path", "passages"))
def reading_begin(request: HttpRequest, shared: Shared) -> Begin | None:
    series = reading_of(request, shared["series_path"])
    if series is None:
        return None
    article = shared["article"]
    row = series.rows.get(article.pk)
    return Begin(Row.of(row), row.resume_at(article, shared["passages"]) if row else "")


class End(NamedTuple):
    row: Row | None
    next: Link | None
    keeps_history: bool
    #: How much of a gated article comes before the gate, in percent.
    open_share: int


@fragment(
    "article.after", "reading/_end.html", takes=("article", "series_path", "contents", "gate")
)
def reading_end(request: HttpRequest, shared: Shared) -> End | None:
    series = reading_of(request, shared["series_path"])
    if series is None:
        return None
    article = shared["article"]
    return End(
        Row.of(series.rows.get(article.pk)),
        Link.to(series.next_unread(article)),
        series.keeps_history,
        open_share(article, shared["gate"]),
    )


def open_share(article: Article, gate: Gate | None) -> int:
    """Returns how much of a gated article comes before the gate, in percent: 99 at most."""
    words = article.metadata.words
    return min(99, 100 * (words - (gate.words if gate else 0)) // max(1, words))


class Marking(NamedTuple):
    row: Row


@fragment("series.part", "reading/_mark.html", takes=("series_path", "part"))
def reading_part(request: HttpRequest, shared: Shared) -> Marking | None:
    series = reading_of(request, shared["series_path"])
    row = Row.of(series.rows.get(shared["part"].pk)) if series else None
    return Marking(row) if row else None


class WholeSeries(NamedTuple):
    total: int
    finished: int
    next: Link | None
    row: Row | None


@fragment("series.start", "reading/_series.html", takes=("series_path",))
def reading_series(request: HttpRequest, shared: Shared) -> WholeSeries | None:
    series = reading_of(request, shared["series_path"])
    if series is None or not series.is_begun:
        return None
    row = series.rows.get(series.next.pk) if series.next else None
    return WholeSeries(len(series.parts), series.finished, Link.to(series.next), Row.of(row))


@fragment("home", "reading/_continue.html")
def reading_continue(request: HttpRequest, shared: Shared) -> dict[str, Any] | None:
    """The articles a member is in the middle of."""
    if not isinstance(request.user, User):
        return None
    readings = with_articles(Reading.objects.of(request.user).begun()[:3])
    return {"readings": readings} if readings else None


class Tab(NamedTuple):
    place: str


@fragment("account.tabs", "reading/_tab.html")
def reading_tab(request: HttpRequest, shared: Shared) -> Tab:
    match = request.resolver_match
    return Tab(match.view_name if match else "")


@fragment("account.overview", "reading/_way.html")
def reading_way(request: HttpRequest, shared: Shared) -> Tab:
    return Tab("")

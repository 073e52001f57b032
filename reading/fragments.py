"""The fragments of a member's own reading on article pages. They show a visitor nothing."""

from typing import Any, NamedTuple

from django.http import HttpRequest

from accounts.models import User
from articles.models.base import address_of
from articles.onward import Onward, Other, onward_to, other_series
from articles.parts import Part
from delivery.fragments import Shared, fragment
from reading.models import Reading
from reading.progress import SeriesReading, in_progress, reading_of


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
    article = shared["article"]
    if series is None or article.pk is None:  # a preview of one that was never saved
        return None
    row = series.rows.get(article.pk)
    return Begin(Row.of(row), row.resume_at(article, shared["passages"]) if row else "")


class Bar(NamedTuple):
    is_saved: bool


@fragment("article.bar", "reading/_bar.html", takes=("article", "series_path"))
def reading_bar(request: HttpRequest, shared: Shared) -> Bar | None:
    """A member's button in the reading bar."""
    series = reading_of(request, shared["series_path"])
    if series is None or shared["article"].pk is None:
        return None
    row = series.rows.get(shared["article"].pk)
    return Bar(bool(row and row.saved_at))


class Next(NamedTuple):
    next: Onward | None
    #: The finished parts of the series, this one among them.
    done: int
    others: tuple[Other, ...]
    #: Whether this part is finished already.
    is_finished: bool
    is_member: bool = True


@fragment(
    "article.next",
    "articles/_next.html",
    takes=("article", "series_path", "parts", "authors"),
)
def reading_next(request: HttpRequest, shared: Shared) -> Next | None:
    """The part to read when this one is finished."""
    series = reading_of(request, shared["series_path"])
    if series is None:
        return None
    article = shared["article"]
    part = series.next(finishing=article.pk)
    found = onward_to(part, series.parts, share_of(series, part)) if part else None
    finished = {row.article_id for row in series.rows.values() if row.finished_at}
    others = () if found else other_series(article, shared["authors"])
    return Next(found, len(finished | {article.pk}), others, article.pk in finished)


def share_of(series: SeriesReading, part: Part) -> int:
    """How many percent of a half-read part are read."""
    row = series.rows.get(part.pk)
    return row.share if row and row.is_begun else 0


class End(NamedTuple):
    row: Row | None
    keeps_history: bool


@fragment(
    "article.after",
    "reading/_end.html",
    takes=("article", "series_path", "contents", "gate", "open_share"),
)
def reading_end(request: HttpRequest, shared: Shared) -> End | None:
    series = reading_of(request, shared["series_path"])
    if series is None or shared["article"].pk is None or not isinstance(request.user, User):
        return None
    row = Row.of(series.rows.get(shared["article"].pk))
    return End(row, request.user.keeps_history)


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
    is_begun: bool
    #: The next part: its number, address and title, and how many percent of it are read.
    number: int = 0
    address: str = ""
    title: str = ""
    share: int = 0


@fragment("series.start", "reading/_series.html", takes=("series_path",))
def reading_series(request: HttpRequest, shared: Shared) -> WholeSeries | None:
    """How far the member has come, and the part to begin or go on with."""
    series = reading_of(request, shared["series_path"])
    if series is None or not series.parts:
        return None
    facts = WholeSeries(len(series.parts), series.finished, series.is_begun)
    part = series.next()
    if part is None:
        return facts
    return facts._replace(
        number=series.number(part),
        address=address_of(part),
        title=part.title,
        share=share_of(series, part),
    )


@fragment("home", "reading/_continue.html")
def reading_continue(request: HttpRequest, shared: Shared) -> dict[str, Any] | None:
    """The series that a member is in the middle of."""
    if not isinstance(request.user, User):
        return None
    found = in_progress(request.user)[:3]
    return {"found": found} if found else None


class Tab(NamedTuple):
    place: str


@fragment("account.tabs", "reading/_tab.html")
def reading_tab(request: HttpRequest, shared: Shared) -> Tab:
    match = request.resolver_match
    return Tab(match.view_name if match else "")


@fragment("header", "reading/_way_in.html")
def reading_way_in(request: HttpRequest, shared: Shared) -> Tab | None:
    """«Min lesing», one tap away on every page."""
    if not request.user.is_authenticated:
        return None
    match = request.resolver_match
    return Tab(match.view_name if match else "")


@fragment("account.overview", "reading/_way.html")
def reading_way(request: HttpRequest, shared: Shared) -> Tab:
    return Tab("")

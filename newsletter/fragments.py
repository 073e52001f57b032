"""The follow button on pages, and the newsletter's links on account pages."""

from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.impersonation import is_impersonated
from accounts.models import User
from articles.models import Series
from delivery.cache import cached_rows
from delivery.fragments import Shared, fragment
from newsletter.following import letters_words, wish_of
from newsletter.models import FOLLOWS, Letter, Pace
from newsletter.offers import offer_at
from newsletter.things import Thing


class Button(NamedTuple):
    """The follow button for one thing."""

    key: str
    title: str
    kind: str
    #: Where the reader comes back to.
    next: str
    is_member: bool
    #: The pace in words, if the member follows it.
    pace: str = ""


def button(request: HttpRequest, thing: Thing, title: str) -> Button | None:
    """None for a member who gets no mail now. `title` is that of the page that shows it."""
    user = request.user
    found = Button(thing.key, title, thing.kind, request.path, isinstance(user, User))
    if not isinstance(user, User):
        return found
    if not user.is_active_member:
        return None
    if not hasattr(request, "follows"):
        rows = [] if is_impersonated(request) else FOLLOWS(user.pk)
        request.follows = {row.thing: row for row in rows}  # type: ignore[attr-defined]
    row = request.follows.get(thing)  # type: ignore[attr-defined]
    return found._replace(pace=str(Pace(row.pace).label)) if row else found


@fragment("series.start", "newsletter/_follow.html", takes=("series",), order=200)
def follow_series(request: HttpRequest, shared: Shared) -> Button | None:
    series = shared["series"]
    return button(request, Thing("serie", series.pk), series.title) if series.pk else None


@fragment("series.follow", "newsletter/_follow.html", takes=("article", "series_path", "gate"))
def follow_series_at_end(request: HttpRequest, shared: Shared) -> Button | None:
    """At an article's end. A visitor who meets the gate is offered to join first."""
    path = shared["series_path"]
    keys = cached_rows(
        ("series at", path), lambda: Series.objects.filter(path=path).values_list("pk", flat=True)
    )
    meets_gate = shared["gate"] is not None and not isinstance(request.user, User)
    if not keys or meets_gate:
        return None
    return button(request, Thing("serie", keys[0]), shared["article"].series_title)


@fragment("author.after", "newsletter/_follow.html", takes=("author",))
def follow_author(request: HttpRequest, shared: Shared) -> Button | None:
    author = shared["author"]
    return button(request, Thing("forfatter", author.pk), author.title) if author.pk else None


@fragment("subject.after", "newsletter/_follow.html", takes=("subject",))
def follow_subject(request: HttpRequest, shared: Shared) -> Button | None:
    subject = shared["subject"]
    return button(request, Thing("tema", subject.pk), subject.title)


class Offers(NamedTuple):
    key: str
    words: str
    letters: str


@fragment(
    "terms.offers", "newsletter/_offers.html", takes=("redirect_field_value", "is_new", "email")
)
def offers_beside_terms(request: HttpRequest, shared: Shared) -> Offers | None:
    """Two unticked boxes, for a new member."""
    if not shared.get("is_new"):
        return None
    offered = offer_at(shared.get("redirect_field_value") or "")
    wanted = wish_of(request, shared["email"])
    if offered is None or (wanted and wanted["thing"] == offered.thing.key):  # they have said yes
        return Offers("", "", letters_words())
    return Offers(offered.thing.key, offered.words, letters_words())


class Tab(NamedTuple):
    place: str


@fragment("account.tabs", "newsletter/_tab.html", order=110)
def notices_tab(request: HttpRequest, shared: Shared) -> Tab:
    match = request.resolver_match
    return Tab(match.view_name if match else "")


@fragment("account.overview", "newsletter/_way.html", order=110)
@fragment("account.consents", "newsletter/_way_from_consents.html")
def notices_way(request: HttpRequest, shared: Shared) -> Tab:
    return Tab("")


@fragment("footer", "newsletter/_archive_link.html", order=110, is_for_all=True)
def archive_link(request: HttpRequest, shared: Shared) -> dict[str, Any] | None:
    """Once there is a letter."""

    def letters() -> QuerySet[Letter, int]:  # takes 0.6 ms, so not where the answer is known
        return Letter.objects.for_readers().values_list("pk", flat=True)[:1]

    return {} if cached_rows("any letter", letters) else None

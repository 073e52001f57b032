"""The articles' fragments: the gate and the welcome, which depend on the reader, and the parts that
every page has."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from accounts.access import GateState, gate_state
from articles import sharing
from articles.models.base import address_of
from articles.onward import Onward, Other, onward, other_series
from articles.parts import menu
from delivery.fragments import Shared, fragment


class Gate(NamedTuple):
    state: GateState
    #: The address that a code was sent to, "" if none was.
    email: str


@fragment("article.gate", "articles/_gate.html", takes=("article", "gate"))
def gate(request: HttpRequest, shared: Shared) -> Gate:
    state = gate_state(request)
    pending = request.session.get("account_login") or {}
    return Gate(state, (pending.get("email") or "") if state == GateState.CODE else "")


class NextForVisitors(NamedTuple):
    next: Onward | None
    #: How many parts the line counts as done.
    done: int
    others: tuple[Other, ...]


@fragment(
    "article.next",
    "articles/_next.html",
    takes=("article", "part", "parts", "authors", "next_card"),
)
def next_for_visitors(request: HttpRequest, shared: Shared) -> NextForVisitors | None:
    """The part after this one. A member's depends on what they have read."""
    if request.user.is_authenticated:
        return None
    parts, number = shared["parts"], shared["part"]
    card = shared["next_card"]
    found = onward(card, parts[number], parts) if card else None
    others = () if found else other_series(shared["article"], shared["authors"])
    return NextForVisitors(found, number, others)


class Beginning(NamedTuple):
    address: str


@fragment("series.start", "articles/_begin_series.html", takes=("parts",))
def begin_series(request: HttpRequest, shared: Shared) -> Beginning | None:
    parts = shared["parts"]
    if request.user.is_authenticated or not parts:
        return None
    return Beginning(address_of(parts[0]))


class TermGate(NamedTuple):
    state: GateState
    path: str


@fragment("term.gate", "articles/_term_gate.html", takes=("article",))
def term_gate(request: HttpRequest, shared: Shared) -> TermGate:
    return TermGate(gate_state(request), request.path)


class Empty(NamedTuple):
    """The context of a fragment that is shown and needs no values."""


@fragment("home.welcome", "articles/_welcome.html")
def welcome(request: HttpRequest, shared: Shared) -> Empty | None:
    return None if request.user.is_authenticated else Empty()


@fragment("head", "articles/_feed_link.html", is_for_all=True)
def feed_link(request: HttpRequest, shared: Shared) -> dict[str, Any]:
    return {"title": settings.SITE_NAME}


@fragment("share", "articles/_share_picture.html", is_for_all=True)
def site_card(request: HttpRequest, shared: Shared) -> dict[str, Any] | None:
    found = sharing.for_site(settings.SITE_NAME)
    return {"share": found, "SITE_URL": settings.SITE_URL} if found else None


@fragment("footer", "articles/_menu.html", is_for_all=True)
def footer_menu(request: HttpRequest, shared: Shared) -> dict[str, Any]:
    return {"pages": menu()}

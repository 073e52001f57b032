"""The articles' fragments: the gate and the welcome, which depend on the reader, and the parts that
every page has."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from accounts.access import GateState, gate_state
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


@fragment("footer", "articles/_menu.html", is_for_all=True)
def footer_menu(request: HttpRequest, shared: Shared) -> dict[str, Any]:
    return {"pages": menu()}

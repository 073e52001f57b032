"""What pages say of who reads them: the links to the account, and what the gate asks for."""

from typing import NamedTuple

from django import template
from django.http import HttpRequest

from accounts.access import Face, face_of
from articles.personal import Shared, personal

register = template.Library()


class Who(NamedTuple):
    is_authenticated: bool
    may_enter_panel: bool


class AccountLinks(NamedTuple):
    user: Who
    next: str


@personal(register, "_account_links.html")
def account_links(request: HttpRequest, shared: Shared) -> AccountLinks:
    user = request.user
    rights = bool(getattr(user, "may_enter_panel", False))
    return AccountLinks(Who(user.is_authenticated, rights), request.path)


class Gate(NamedTuple):
    face: Face
    #: Where a code was sent.
    email: str


@personal(register, "articles/_gate.html", takes=("article",))
def gate(request: HttpRequest, shared: Shared) -> Gate:
    face = face_of(request)
    pending = request.session.get("account_login") or {}
    return Gate(face, (pending.get("email") or "") if face == Face.CODE else "")


class TermGate(NamedTuple):
    face: Face
    path: str


@personal(register, "articles/_term_gate.html", takes=("article",))
def term_gate(request: HttpRequest, shared: Shared) -> TermGate:
    return TermGate(face_of(request), request.path)


class Nothing(NamedTuple):
    """All that is to be known is that the place is shown."""


@personal(register, "articles/_welcome.html")
def welcome(request: HttpRequest, shared: Shared) -> Nothing | None:
    return None if request.user.is_authenticated else Nothing()


class Offer(NamedTuple):
    can_refuse: bool = True


@personal(register, "accounts/_passkey.html")
def passkey_offer(request: HttpRequest, shared: Shared) -> Offer | None:
    return Offer() if request.session.get("offers_passkey") else None


@personal(register, "accounts/_passkey_script.html")
def passkey_script(request: HttpRequest, shared: Shared) -> Nothing | None:
    return Nothing() if request.session.get("offers_passkey") else None

"""The account's fragments on pages: the links in the masthead, and the offer of a passkey."""

from typing import NamedTuple

from django.http import HttpRequest

from delivery.fragments import Shared, fragment


class Who(NamedTuple):
    is_authenticated: bool
    may_enter_panel: bool


class AccountLinks(NamedTuple):
    user: Who
    next: str


@fragment("menu", "_account_links.html")
def account_links(request: HttpRequest, shared: Shared) -> AccountLinks:
    user = request.user
    may_enter_panel = bool(getattr(user, "may_enter_panel", False))
    return AccountLinks(Who(user.is_authenticated, may_enter_panel), request.path)


class Joining(NamedTuple):
    next: str


@fragment("header", "_join_link.html")
def join_link(request: HttpRequest, shared: Shared) -> Joining | None:
    return None if request.user.is_authenticated else Joining(request.path)


class Offer(NamedTuple):
    can_refuse: bool = True


@fragment("article.last", "accounts/_passkey.html", order=10)
def passkey_offer(request: HttpRequest, shared: Shared) -> Offer | None:
    return Offer() if request.session.get("offers_passkey") else None


@fragment("article.scripts", "accounts/_passkey_script.html")
def passkey_script(request: HttpRequest, shared: Shared) -> Offer | None:
    return Offer() if request.session.get("offers_passkey") else None

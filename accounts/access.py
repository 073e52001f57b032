"""Who may read what: the levels of text, and what a reader brings to the gate."""

from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.grants import Grant

AnyUser = User | AnonymousUser


class Access(models.IntegerChoices):
    """How far in a text lies. A reader reads every level up to their own.

    Stored and compared as numbers, so that a level can lie between two of these, or above them.
    """

    PUBLIC = 0, _("Open to everyone")
    MEMBERS = 10, _("Members only")


class Opened(NamedTuple):
    """What one grant opens: a level at the page with this path and below it, "" for every page."""

    level: int
    path: str


@dataclass(frozen=True, slots=True)
class Reader:
    """What a request brings to the gate. Readers that are equal may read the same."""

    level: int = Access.PUBLIC
    #: The grants that hold now, sorted.
    opened: tuple[Opened, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> "Reader":
        return cls._of(request.user, request.session.get(Grant.SESSION_KEY, ""))

    @classmethod
    def of_user(cls, user: AnyUser) -> "Reader":
        """Without a request: for a mail, or for what somebody's own page tells."""
        return cls._of(user)

    @classmethod
    def _of(cls, user: AnyUser, token: str = "") -> "Reader":
        """PUBLIC where in doubt: an account that isn't an active member's opens nothing."""
        if not user.is_authenticated:
            return cls(Access.PUBLIC, opened(user, token)) if token else VISITOR
        if not user.is_active_member:
            return VISITOR
        # Known from the query that found the user (accounts/backends.py).
        has_grants = token or getattr(user, "has_grants", True)
        return cls(Access.MEMBERS, opened(user, token)) if has_grants else MEMBER

    def level_at(self, path: str) -> int:
        """The level at the page with this path in the tree."""
        levels = (grant.level for grant in self.opened if path.startswith(grant.path))
        return max([int(self.level), *levels])

    def may_read(self, access: int, path: str) -> bool:
        return access <= self.level_at(path)


VISITOR, MEMBER = Reader(Access.PUBLIC), Reader(Access.MEMBERS)


def opened(user: AnyUser, token: str = "") -> tuple[Opened, ...]:
    rows = Grant.objects.of(user, token).held_now().values_list("level", "page__path")
    return tuple(sorted(Opened(level, path or "") for level, path in rows))


class GateState(models.TextChoices):
    """What the gate says to somebody who may not read on."""

    VISITOR = "visitor"
    CODE = "code"  # has asked for a code, and not typed it yet
    TERMS = "terms"  # has typed it, and not accepted the terms yet
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    LEAVING = "leaving"
    #: A member, at a gate of a higher level than theirs.
    MEMBER = "member"


def gate_state(request: HttpRequest) -> GateState:
    user = request.user
    if user.is_authenticated:
        if user.is_active_member:
            return GateState.MEMBER
        return GateState(user.state) if user.state in GateState.values else GateState.UNCONFIRMED
    # Between the address and the log-in nobody is logged in yet; allauth remembers them.
    if "account_login" not in request.session:
        return GateState.VISITOR
    # allauth's models can't be loaded yet when the articles' models ask for this module.
    from accounts.sign_in.stages import pending_stage

    return {"login_by_code": GateState.CODE, "terms": GateState.TERMS}.get(
        pending_stage(request), GateState.VISITOR
    )

"""Who may read what: the access levels of text, and the access that a reader has."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.grants import Grant

AnyUser = User | AnonymousUser


class Access(models.IntegerChoices):
    """The access level of a text. A reader may read every level up to their own.

    Levels are stored and compared as numbers, so that others can lie between these or above them.
    """

    PUBLIC = 0, _("Open to everyone")
    MEMBERS = 10, _("Members only")


class Opened(NamedTuple):
    """What one grant opens: `level`, on the page at `path` and all pages below it.

    The path "" means every page.
    """

    level: int
    path: str
    #: The number of the page; 0 for every page. Pages change places, and so their paths: without it
    #: readers of two different pages could be equal, and share one.
    page: int


@dataclass(frozen=True, slots=True)
class Reader:
    """What one request may read. Two equal readers may read the same texts."""

    #: Where a request's environment has its reader, for those that count answers.
    ENVIRON_KEY: ClassVar[str] = "portal.reader"

    level: int = Access.PUBLIC
    #: What the current grants open, sorted.
    opened: tuple[Opened, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> "Reader":
        reader = cls._of(request.user, request.session.get(Grant.SESSION_KEY, ""))
        request.META[cls.ENVIRON_KEY] = reader
        return reader

    @classmethod
    def of_user(cls, user: AnyUser) -> "Reader":
        """The reader that `user` is without a request, and so without a session's grants."""
        return cls._of(user)

    @classmethod
    def _of(cls, user: AnyUser, token: str = "") -> "Reader":
        """PUBLIC where in doubt: only an active member's account opens anything."""
        if not user.is_authenticated:
            return cls(Access.PUBLIC, opened(user, token)) if token else VISITOR
        if not user.is_active_member:
            return VISITOR
        # The query that loads the user sets `has_grants` (accounts/backends.py).
        has_grants = token or getattr(user, "has_grants", True)
        return cls(Access.MEMBERS, opened(user, token)) if has_grants else MEMBER

    def level_at(self, path: str) -> int:
        """The reader's level on the page at `path`, a path in Wagtail's page tree."""
        levels = (grant.level for grant in self.opened if path.startswith(grant.path))
        return max([int(self.level), *levels])

    def may_read(self, access: int, path: str) -> bool:
        return access <= self.level_at(path)


VISITOR, MEMBER = Reader(Access.PUBLIC), Reader(Access.MEMBERS)


def opened(user: AnyUser, token: str) -> tuple[Opened, ...]:
    held = Grant.objects.of(user, token).held_now()
    rows = held.values_list("level", "page__path", "page_id")
    return tuple(sorted(Opened(level, path or "", page or 0) for level, path, page in rows))


class GateState(models.TextChoices):
    """Why a reader may not read on, which decides what the gate says."""

    VISITOR = "visitor"
    CODE = "code"  # has asked for a code but not typed it yet
    TERMS = "terms"  # has typed it but not accepted the terms yet
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    LEAVING = "leaving"
    #: A member at a gate whose level is above their own.
    MEMBER = "member"


def gate_state(request: HttpRequest) -> GateState:
    user = request.user
    if user.is_authenticated:
        if user.is_active_member:
            return GateState.MEMBER
        return GateState(user.state) if user.state in GateState.values else GateState.UNCONFIRMED
    # allauth keeps a log-in that isn't complete yet in the session.
    if "account_login" not in request.session:
        return GateState.VISITOR
    # Not imported at the top: the articles' models import this module before allauth's can load.
    from accounts.sign_in.stages import pending_stage

    return {"login_by_code": GateState.CODE, "terms": GateState.TERMS}.get(
        pending_stage(request), GateState.VISITOR
    )

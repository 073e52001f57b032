"""Who may read what: the levels of text, and the level of a reader."""

from typing import TYPE_CHECKING, Union

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

AnyUser = Union["User", AnonymousUser]


class Access(models.IntegerChoices):
    """How far in a text lies. Ordered: a reader reads every level up to their own."""

    PUBLIC = 0, _("Open to everyone")
    MEMBERS = 10, _("Members only")


def access_of(user: AnyUser) -> Access:
    """The level `user` may read; PUBLIC where in doubt."""
    return Access.MEMBERS if user.is_authenticated and user.is_active_member else Access.PUBLIC


class GateState(models.TextChoices):
    """What the gate says to somebody who may not read on."""

    VISITOR = "visitor"
    CODE = "code"  # has asked for a code, and not typed it yet
    TERMS = "terms"  # has typed it, and not accepted the terms yet
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    LEAVING = "leaving"


def gate_state(request: HttpRequest) -> GateState:
    user = request.user
    if user.is_authenticated:
        return GateState(user.state) if user.state in GateState.values else GateState.UNCONFIRMED
    # Between the address and the log-in nobody is logged in yet; allauth remembers them.
    if "account_login" not in request.session:
        return GateState.VISITOR
    # allauth's models can't be loaded yet when the articles' models ask for this module.
    from accounts.sign_in.stages import pending_stage

    return {"login_by_code": GateState.CODE, "terms": GateState.TERMS}.get(
        pending_stage(request), GateState.VISITOR
    )

"""Who may read what: the levels of text, and the level of a reader."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User


class Access(models.IntegerChoices):
    """How far in a text lies. Ordered: a reader reads every level up to their own."""

    PUBLIC = 0, _("Open to everyone")
    MEMBERS = 10, _("Members only")


def access_of(user: "User | AnonymousUser") -> Access:
    """The level `user` may read; PUBLIC where in doubt."""
    return Access.MEMBERS if user.is_authenticated and user.is_active_member else Access.PUBLIC


class Face(models.TextChoices):
    """What the gate says to somebody who may not read on."""

    VISITOR = "visitor"
    CODE = "code"  # has asked for a code, and not typed it yet
    TERMS = "terms"  # has typed it, and not accepted the terms yet
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    LEAVING = "leaving"


def face_of(request: HttpRequest) -> Face:
    user = request.user
    if user.is_authenticated:
        return Face(user.state) if user.state in Face.values else Face.UNCONFIRMED
    # Between the address and the log-in nobody is logged in yet; allauth remembers them.
    if "account_login" not in request.session:
        return Face.VISITOR
    # allauth's models can't be loaded yet when the articles' models ask for this module.
    from accounts.stages import pending_stage

    return {"login_by_code": Face.CODE, "terms": Face.TERMS}.get(
        pending_stage(request), Face.VISITOR
    )

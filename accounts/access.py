"""Who may read what: the levels of text, and the level of a reader."""

from typing import TYPE_CHECKING

from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
)
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
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"


def face_of(request: HttpRequest) -> Face:
    user = request.user
    if not user.is_authenticated:
        # Between sign-up and the typed code nobody is logged in yet; allauth remembers them.
        awaits_code = EMAIL_VERIFICATION_CODE_SESSION_KEY in request.session
        return Face.UNCONFIRMED if awaits_code else Face.VISITOR
    return Face.SUSPENDED if user.state == "suspended" else Face.UNCONFIRMED

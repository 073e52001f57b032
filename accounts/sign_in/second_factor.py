"""Who needs a second factor: the staff, and members who have chosen one-time codes."""

from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User

TOTP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN
#: The session's key for the user who has shown a second factor.
SHOWN = "second_factor"


def has(user: User, *types: Authenticator.Type) -> bool:
    return Authenticator.objects.filter(user=user, type__in=types).exists()


def wants_second_factor(user: User) -> bool:
    """Whether a code or a password must be followed by one. A passkey alone is both factors."""
    return has(user, TOTP) or user.may_enter_panel


def mark(user: User, request: HttpRequest) -> None:
    """Set on `user` whether the session of `request` has shown their second factor."""
    user.has_second_factor = request.session.get(SHOWN) == user.pk


def user_of(request: HttpRequest) -> User:
    """The user of the session of `request`, which must be logged in."""
    user = cast(User, get_user(request))
    mark(user, request)
    return user


def way_to_second_factor(user: User) -> str:
    """The page where `user` shows their second factor; "" if they have none."""
    if has(user, PASSKEY):
        return reverse("mfa_reauthenticate_webauthn")
    return reverse("mfa_reauthenticate") if has(user, TOTP) else ""


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether only the missing second factor closes the panel to the user."""
    user = cast(User, request.user)
    return user.may_enter_panel and not user.is_staff

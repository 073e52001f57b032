"""Who needs a second factor: the staff, and whoever has chosen one-time codes."""

from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User

TOTP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN
#: Where a session keeps that its user has shown one.
SHOWN = "second_factor"


def has(user: User, *types: Authenticator.Type) -> bool:
    return Authenticator.objects.filter(user=user, type__in=types).exists()


def wants_second_factor(user: User) -> bool:
    """Whether it is asked for after a code or a password. A passkey alone is both at once."""
    return has(user, TOTP) or user.may_enter_panel


def mark(user: User, request: HttpRequest) -> None:
    """Let `user` know whether the session of `request` has shown theirs."""
    user.has_second_factor = request.session.get(SHOWN) == user.pk


def user_of(request: HttpRequest) -> User:
    """The member that the session of `request` belongs to, who must be logged in."""
    user = cast(User, get_user(request))
    mark(user, request)
    return user


def way_to_second_factor(user: User) -> str:
    """The page where somebody shows the one they have; "" if they have none."""
    if has(user, PASSKEY):
        return reverse("mfa_reauthenticate_webauthn")
    return reverse("mfa_reauthenticate") if has(user, TOTP) else ""


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether the panel would be open but for the second factor."""
    user = cast(User, request.user)
    return user.may_enter_panel and not user.is_staff

"""Gives a session a new key whenever its member reauthenticates."""

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.usersessions.models import UserSession
from django.dispatch import receiver
from django.http import HttpRequest


@receiver(authentication_step_completed)
def renew_session_key(request: HttpRequest, reauthenticated: bool = False, **kwargs: Any) -> None:
    """Django renews the key at log-in, but allauth doesn't at a reauthentication.

    A cookie that was copied before must not gain from it (ASVS 7.2.4).
    """
    if not reauthenticated:
        return
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)

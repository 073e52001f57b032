"""Devices that a member has logged in on.

A stranger who knows a member's address could use up the limits that guard it. A device that the
member has logged in on has its own counts, so that a stranger can't shut them out there. A signed
cookie identifies the device. It opens nothing.
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User

SALT = "accounts.devices"
#: Seconds. A device without a log-in for a year is a stranger's again.
AGE = 365 * 24 * 60 * 60
#: How many members a device remembers, the latest first. A family or a library may share it.
MEMBERS = 5


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Note in the device's cookie that `user` has logged in on it."""
    known = _told(request)
    others = [pk for pk in known["members"] if pk != user.pk]
    told = {"device": known["device"], "members": [user.pk, *others][:MEMBERS]}
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(told, salt=SALT),
        max_age=AGE,
        path=reverse("accounts:overview"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def of_member(request: HttpRequest, member: int | None) -> str:
    """The key that counts this member on the device; "" if they haven't logged in on it."""
    known = _told(request)
    return f"{known['device']} {member}" if member in known["members"] else ""


def named(request: HttpRequest) -> str:
    """The key that counts the device, whoever uses it; "" if nobody has logged in on it."""
    known = _told(request)
    return known["device"] if known["members"] else ""


def _told(request: HttpRequest) -> dict[str, Any]:
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        told: dict[str, Any] = signing.loads(cookie, salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return {"device": secrets.token_urlsafe(16), "members": []}
    return told

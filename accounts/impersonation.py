"""Requests as some reader would send them, for what the panel shows of the readers' pages.

Such a request carries no cookie, and its session is stored nowhere: saving it raises
NotImplementedError. The views get it, and answer as they answer that reader.

It shows what the reader may read. What they have read, saved and follow is theirs alone: a room
that keeps such things leaves them out where `is_impersonated(request)`.
"""

from io import BytesIO

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from accounts.access import AnyUser
from accounts.models import Grant, State, User


def someone(state: State = State.ACTIVE) -> User:
    """A member who is nobody in particular. No row in the database belongs to them."""
    user = User(pk=0, state=state)
    user.may_enter_panel = False
    return user


def request_as(user: AnyUser, path: str, *, query: str = "", grant_token: str = "") -> HttpRequest:
    """A GET of `path`, as `user` sends it, or a session without an account that holds a grant."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": settings.SITE_HOST,
        "SERVER_PORT": str(settings.SITE.port or (443 if settings.IS_HTTPS else 80)),
        "HTTP_HOST": settings.SITE.netloc,
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": settings.SITE.scheme,
    }
    request = WSGIRequest(environ)
    request.user = user
    request.session = SessionBase()
    request._is_impersonated = True  # type: ignore[attr-defined]
    if grant_token:
        request.session[Grant.SESSION_KEY] = grant_token
    try:
        request.resolver_match = resolve(path)
    except Resolver404:
        request.resolver_match = None
    return request


def is_impersonated(request: HttpRequest) -> bool:
    return getattr(request, "_is_impersonated", False)


def visitor_at(path: str, query: str = "") -> HttpRequest:
    return request_as(AnonymousUser(), path, query=query)

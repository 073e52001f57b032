"""Decorators for public views. They set the headers and tell the page cache about each view."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import conditional_page, require_safe

View = Callable[..., HttpResponse]


def reading_page(view: View) -> View:
    """A page that is open to everyone. Every visitor gets the same bytes, with an ETag.

    It sends `no-cache`, because with any max-age a new member's browser would show the gate again.
    A response to a reader with a session is private. The page's query parameters are those in the
    view's `parameters`. Each is a whole number, and the page cache drops all others.
    """

    @wraps(view)
    def with_headers(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        is_visitor = request.session.is_empty() and not request.user.is_authenticated
        response["Cache-Control"] = "no-cache" if is_visitor else "private, no-store"
        patch_vary_headers(response, ["Cookie"])
        return response

    page = login_not_required(require_safe(conditional_page(with_headers)))
    page.parameters = getattr(view, "parameters", frozenset())  # type: ignore[attr-defined]
    return page


def paginated(view: View) -> View:
    """A view that shows a long list in pages, by the parameter `side`."""
    view.parameters = frozenset({"side"})  # type: ignore[attr-defined]
    return view


def parameters_of(view: View) -> frozenset[str] | None:
    """The parameters of a reading page or a public file. None for any other view."""
    return getattr(view, "parameters", None)


def is_reading_page(view: View) -> bool:
    return parameters_of(view) is not None and not is_for_all(view)


def is_for_all(view: View) -> bool:
    """Whether members get the same response as visitors."""
    return getattr(view, "is_for_all", False)


def public_file(view: View, parameters: frozenset[str] = frozenset()) -> View:
    """A file for programs, which is the same for everyone and never depends on the reader. As on a
    reading page, each of its `parameters` is a whole number."""

    @wraps(view, updated=())
    def with_headers(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "public, no-cache"
        return response

    file = login_not_required(require_safe(conditional_page(with_headers)))
    file.parameters, file.is_for_all = parameters, True  # type: ignore[attr-defined]
    return file

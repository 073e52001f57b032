"""Decorators of the public views: their headers, and what the page cache needs to know of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import conditional_page, require_safe

View = Callable[..., HttpResponse]


def reading_page(view: View) -> View:
    """Open to everyone; the same bytes, with an ETag, for every visitor.

    `no-cache`, because with any max-age the browser would show a new member the gate again.
    What somebody with a session gets is theirs alone. The parameters that the page knows are
    the view's own `parameters`; each is a whole number, and the page cache drops all others.
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
    """Shows a long list a page at a time, by `side`."""
    view.parameters = frozenset({"side"})  # type: ignore[attr-defined]
    return view


def parameters_of(view: View) -> frozenset[str] | None:
    """Those a reading page or a public file knows; None for any other view."""
    return getattr(view, "parameters", None)


def is_for_all(view: View) -> bool:
    """Whether members get the same as visitors."""
    return getattr(view, "is_for_all", False)


def public_file(view: View, parameters: frozenset[str] = frozenset()) -> View:
    """A file for programs, the same for everyone: it never asks who is asking. Of its `parameters`,
    as of a reading page's, each is a whole number."""

    @wraps(view, updated=())
    def with_headers(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "public, no-cache"
        return response

    file = login_not_required(require_safe(conditional_page(with_headers)))
    file.parameters, file.is_for_all = parameters, True  # type: ignore[attr-defined]
    return file

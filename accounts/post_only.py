"""Addresses of forms."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

View = Callable[..., HttpResponse]


def post_only(page: str | Callable[..., str]) -> Callable[[View], View]:
    """For a form's address. Who is sent there by a log-in in between, or opens it again, meets the
    page that the form stands on: its name, or what gives its address."""

    def made(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **kwargs)
            return redirect(page if isinstance(page, str) else page(**kwargs))

        return guarded

    return made

"""URLs that take only a form's POST."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

View = Callable[..., HttpResponse]


def post_only(page: str | Callable[..., str]) -> Callable[[View], View]:
    """Redirect every request but a POST to the page that holds the form.

    A browser sends a GET after a log-in in between, or when the reader opens the URL again. `page`
    is the URL name of the page, or a function that returns its URL.
    """

    def made(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **kwargs)
            return redirect(page if isinstance(page, str) else page(**kwargs))

        return guarded

    return made

"""The panel's previews of a page from its form. The page may never have been saved.

The reading views know how to show each kind of page, and register a function for it here.
"""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from wagtail.models import Page

#: Takes a page, the request and the name of the mode. Returns a template and its context, or what
#: the frame is to show.
Preview = Callable[[Any, HttpRequest, str], tuple[str, dict[str, Any]] | HttpResponse]
previews: dict[type[Page], Preview] = {}


def preview_of(model: type[Page]) -> Callable[[Preview], Preview]:
    """Register the decorated function for pages of `model`."""

    def register(made: Preview) -> Preview:
        previews[model] = made
        return made

    return register


def preview(page: Page, request: HttpRequest, mode: str) -> HttpResponse:
    """Rendered in the readers' language, not the editor's. The panel shows it in a frame."""
    made = previews[type(page)](page, request, mode)
    if isinstance(made, HttpResponse):
        response = made
    else:
        template, context = made
        with translation.override(settings.LANGUAGE_CODE):
            response = render(request, template, {**context, "is_preview": True})
    response.xframe_options_exempt = True  # type: ignore[attr-defined]
    own = getattr(response, "_csp_replace", {})
    response._csp_replace = {**own, "frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response

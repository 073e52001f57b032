"""The panel's previews of a page from its form. The page may never have been saved.

The reading views know how to show each kind of page, and register a function for it here.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from csp.constants import HEADER, NONE, SELF
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from wagtail.models import Page

from accounts.access import AnyUser, Reader
from accounts.impersonation import request_as, someone


class Viewing(NamedTuple):
    """For whom a preview is made."""

    #: As the reader would send it. The page's fragments are made for its user.
    request: HttpRequest
    #: Whose text it shows.
    reader: Reader
    #: Who looks at it. The preview names no page that they may not know of.
    editor: AnyUser
    mode: str = ""


NOTHING_SENT = {
    "connect-src": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "img-src": [SELF, "data:"],  # a share card that is drawn for the preview
}

#: Takes a page, and for whom it is shown. Returns a template and its context, or what the frame is
#: to show.
Preview = Callable[[Any, Viewing], tuple[str, dict[str, Any]] | HttpResponse]
previews: dict[type[Page], Preview] = {}


def preview_of(model: type[Page]) -> Callable[[Preview], Preview]:
    """Register the decorated function for pages of `model`."""

    def register(made: Preview) -> Preview:
        previews[model] = made
        return made

    return register


def preview(page: Page, request: HttpRequest, mode: str) -> HttpResponse:
    """One of the modes that the panel offers, in a frame of it."""
    user = someone() if mode.endswith("member") else AnonymousUser()
    as_reader = request_as(user, page.get_absolute_url() if page.url_path else request.path)
    editor = getattr(request, "user", AnonymousUser())
    response = shown(page, Viewing(as_reader, Reader.of(as_reader), editor, mode))
    return framed(response)


def framed(response: HttpResponse) -> HttpResponse:
    """`response`, for a frame of the panel. It sends nothing: what is pressed or read in it must
    not count as the editor's own."""
    response.xframe_options_exempt = True  # type: ignore[attr-defined]
    own = getattr(response, "_csp_replace", {})
    policy = {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], **NOTHING_SENT, **own}
    # A header that is there stays: the panel's own policy would replace any other.
    response[HEADER] = "; ".join(f"{name} {' '.join(values)}" for name, values in policy.items())
    response["Cache-Control"] = "private, no-store"
    return response


def shown(page: Page, viewing: Viewing, **context: Any) -> HttpResponse:
    """Rendered in the readers' language, not the editor's."""
    made = previews[type(page)](page, viewing)
    if isinstance(made, HttpResponse):
        return made
    template, own = made
    with translation.override(settings.LANGUAGE_CODE):
        return render(viewing.request, template, {**own, **context})

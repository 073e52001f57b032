"""The ways in which a text reaches a reader, for the panel's «See as».

Each room registers its own in a module `ways`. A way calls the code that serves that reader, and
never a copy of it: what the editor sees is what the reader gets.
"""

from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from wagtail.models import Page

from accounts.access import AnyUser, Reader
from accounts.impersonation import request_as
from accounts.models import Grant


@dataclass(frozen=True)
class Sight:
    """What an editor wants to see: a page, in one of its editions, as one reader."""

    #: As it is published, or the newest draft.
    page: Any
    is_draft: bool
    #: For the published page's address, as the reader would send it.
    request: HttpRequest
    editor: AnyUser

    @property
    def reader(self) -> Reader:
        return Reader.of(self.request)

    def request_for(self, path: str, query: str = "") -> HttpRequest:
        """The same reader's request for another address."""
        token = self.request.session.get(Grant.SESSION_KEY, "")
        return request_as(self.request.user, path, query=query, grant_token=token)


Show = Callable[[Sight], HttpResponse]


@dataclass(order=True, frozen=True)
class Way:
    order: int
    #: In the panel's address.
    key: str
    label: Any = field(compare=False)
    models: tuple[type[Page], ...] = field(compare=False)
    show: Show = field(compare=False)
    #: What it is the same for: every reader. There is nobody to choose then.
    is_for_all: bool = field(compare=False)


ways: list[Way] = []


def way(
    key: str,
    label: Any,
    *,
    models: tuple[type[Page], ...] = (Page,),
    order: int = 50,
    is_for_all: bool = False,
) -> Callable[[Show], Show]:
    """Register the decorated function. Raises Http404 where the reader would get one."""

    def register(show: Show) -> Show:
        insort(ways, Way(order, key, label, models, show, is_for_all))
        return show

    return register


def ways_of(page: Page) -> list[Way]:
    return [each for each in ways if isinstance(page, each.models)]


def told(template: str, context: dict[str, Any]) -> HttpResponse:
    """What is no page of its own, such as a hit in a search, on a page around it."""
    with translation.override(settings.LANGUAGE_CODE):
        return HttpResponse(render_to_string(template, context))

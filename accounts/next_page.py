"""The page that a reader goes on to after the log-in, if everyone may know of it.

Rooms above this one add finders for their own pages. A mail repeats the address, so it must be
one of ours.
"""

from collections.abc import Callable
from typing import NamedTuple

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.http import HttpRequest


class NextPage(NamedTuple):
    title: str
    url: str


Finder = Callable[[str], NextPage | None]
#: Each takes a path and returns the published page there, or None.
finders: list[Finder] = []


def next_page_of(request: HttpRequest) -> NextPage | None:
    """The page that `next` names. None if it is unpublished, or not a page at all."""
    asked = (get_next_redirect_url(request) or "").partition("#")[0]
    path = asked.removeprefix(settings.SITE_URL)
    return next((page for find in finders if (page := find(path))), None)

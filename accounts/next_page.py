"""The page that somebody goes on to after the log-in, if it is a page that everyone may know.

The rooms above add what they have, for an address that a mail repeats must be one of ours.
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
#: Each is given a path, and answers with the published page there, if it has one.
finders: list[Finder] = []


def next_page_of(request: HttpRequest) -> NextPage | None:
    """The page that `next` names; None for an unpublished one, and for what isn't a page."""
    asked = (get_next_redirect_url(request) or "").partition("#")[0]
    path = asked.removeprefix(settings.SITE_URL)
    return next((page for find in finders if (page := find(path))), None)

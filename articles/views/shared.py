"""Pages that are the same for all who may read equally much, but for a few personal places.

The page is rendered once for each access level, as a visitor without a session would meet what is
not text; `{% personal "…" %}` marks the places that are rendered anew for each reader.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.template.loader import get_template

from accounts.access import access_of
from articles.memory import Memory
from articles.templatetags.personal import PLACES, Place

#: For each worker process, in bytes.
memory = Memory(24 * 1024 * 1024)
MARK = re.compile("\0(\\d+)\0")

Context = dict[str, Any]


@dataclass
class SharedPage:
    template: Template
    texts: list[bytes]
    places: list[Place]

    @classmethod
    def of(cls, name: str, context: Context, request: HttpRequest) -> "SharedPage":
        places: list[Place] = []
        template = get_template(name)
        html = template.render({**context, PLACES: places}, impersonal(request))
        found = MARK.split(html)
        # No text can hold a mark: NUL is taken out of all that editors write.
        assert found[1::2] == [str(number) for number in range(len(places))]  # noqa: S101
        texts = [text.encode() for text in found[::2]]
        return cls(template.template, texts, places)  # type: ignore[attr-defined]

    @property
    def size(self) -> int:
        """About, with the objects that the places hold on to."""
        return 3 * sum(map(len, self.texts))

    def for_reader(self, request: HttpRequest) -> HttpResponse:
        context = RequestContext(request)
        with context.render_context.push_state(self.template), context.bind_template(self.template):
            own = [place.render(context).encode() for place in self.places]
        return HttpResponse(b"".join(chain(*zip_longest(self.texts, own, fillvalue=b""))))


def shared_page(request: HttpRequest, made: Callable[[], tuple[str, Context]]) -> HttpResponse:
    """`made` gives the page's template and context, which depend on the address, on `side` and, of
    the reader, on nothing but their access level.

    What visitors without a session ask for is kept at the door, and not here as well.
    """

    def make() -> tuple[SharedPage, int]:
        page = SharedPage.of(*made(), request)
        return page, page.size

    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return make()[0].for_reader(request)
    key = (request.path, side_of(request), access_of(request.user))
    page: SharedPage = memory.get_or_make(key, make)
    return page.for_reader(request)


def side_of(request: HttpRequest) -> int:
    """Which page of a long list is asked for, from 1."""
    asked = request.GET.get("side", "")[:6]
    return int(asked) if asked.isdecimal() else 1


def impersonal(request: HttpRequest) -> HttpRequest:
    """The same address, asked for by nobody in particular."""
    nobody = HttpRequest()
    nobody.method, nobody.path, nobody.path_info = "GET", request.path, request.path_info
    nobody.resolver_match = request.resolver_match
    nobody.user, nobody.session = AnonymousUser(), {}  # type: ignore[assignment]
    return nobody

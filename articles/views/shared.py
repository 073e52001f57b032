"""Pages that are the same for all who may read equally much, but for a few personal places.

The page is rendered once for each access level, as a visitor without a session would meet what is
not text; at the personal places stands what the reader's own facts give (articles/personal.py).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template

from accounts.access import access_of
from articles.memory import Memory
from articles.personal import PLACES, Place, nobody_at
from articles.views.readers import parameters_of

#: For each worker process, in bytes.
memory = Memory(12 * 1024 * 1024)
#: The size in memory of what a page and a place hold on to, and of a text at a place with its
#: facts, in bytes, about.
OF_PAGE, OF_PLACE, OF_TEXT = 40_000, 1_000, 1_000
MARK = re.compile("\0(\\d+)\0")

Context = dict[str, Any]


@dataclass
class SharedPage:
    texts: list[bytes]
    places: list[Place]
    #: What stands at the places, by the number of the place and the reader's facts.
    rendered: dict[tuple[int, tuple[Any, ...]], bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, context: Context, request: HttpRequest) -> "SharedPage":
        places: list[Place] = []
        html = get_template(name).render({**context, PLACES: places}, nobody_at(request))
        found = MARK.split(html)
        # No text can hold a mark: NUL is taken out of all that editors write.
        assert found[1::2] == [str(number) for number in range(len(places))]  # noqa: S101
        return cls([text.encode() for text in found[::2]], places)

    @property
    def room(self) -> int:
        """For how many texts at its places a page has room."""
        return 32 + 2 * len(self.places)

    @property
    def size(self) -> int:
        own = OF_PAGE + OF_PLACE * len(self.places) + OF_TEXT * self.room
        held = [p for place in self.places for p in place.shared.get("passages", ())]
        passages = sum(2 * (len(passage.html) + len(passage.text)) for passage in held)
        return own + passages + sum(map(len, self.texts))

    def for_reader(self, request: HttpRequest) -> HttpResponse:
        own = [self.at(number, request) for number in range(len(self.places))]
        return HttpResponse(b"".join(chain(*zip_longest(self.texts, own, fillvalue=b""))))

    def at(self, number: int, request: HttpRequest) -> bytes:
        place = self.places[number]
        facts = place.facts(request)
        if facts is None or isinstance(facts, dict):
            return place.render(facts).encode()
        found = self.rendered.get((number, facts))
        if found is None:
            found = place.render(facts).encode()
            if len(self.rendered) >= self.room:
                self.rendered.clear()
            self.rendered[number, facts] = found
        return found


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
    """Which page of a long list is asked for, from 1; 1 on a reading page that knows none."""
    match = request.resolver_match
    known = parameters_of(match.func) if match else None
    asked = request.GET.get("side", "")[:6]
    is_known = known is None or "side" in known
    return (is_known and asked.isdecimal() and int(asked)) or 1


@dataclass(frozen=True)
class Side:
    """One page of a long list. How long it is nobody knows: that would be to go through it all."""

    rows: list[Any]
    number: int
    has_next: bool

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.has_next else None

    @property
    def before(self) -> str:
        """The address of the page before, as its links have it."""
        return f"?side={self.previous}" if self.previous else ""

    @property
    def after(self) -> str:
        return f"?side={self.next}" if self.next else ""


def page_of(rows: "QuerySet[Any, Any] | list[Any]", size: int, number: int) -> Side:
    """Page `number` of a long list, from 1. Raises Http404 for one that there isn't."""
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    if number > 1 and not found:
        raise Http404
    return Side(found[:size], number, len(found) > size)

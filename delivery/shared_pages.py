"""Pages that differ only in their fragments between readers with the same access.

A page is rendered once for each audience, with an anonymous request. Its slots are then filled with
the reader's fragments (delivery/fragments.py).
"""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from delivery.cache import LRUCache
from delivery.fragments import Fragment, anonymous
from delivery.pagination import page_number
from delivery.templatetags.slots import FRAGMENTS

#: Bytes, for each worker process.
cache = LRUCache(12 * 1024 * 1024)
#: Estimated sizes in memory, in bytes: a page's context, a fragment, and a fragment's text with its
#: context.
PAGE_SIZE, FRAGMENT_SIZE, TEXT_SIZE = 40_000, 1_000, 1_000
MARK = re.compile("\0(\\d+)\0")

Context = dict[str, Any]


@dataclass
class SharedPage:
    texts: list[bytes]
    fragments: list[Fragment]
    #: The fragments' texts, by the fragment's number and context.
    rendered: dict[tuple[int, tuple[Any, ...]], bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, context: Context, request: HttpRequest) -> "SharedPage":
        fragments: list[Fragment] = []
        html = get_template(name).render({**context, FRAGMENTS: fragments}, anonymous(request))
        found = MARK.split(html)
        # No text can contain a mark, because NUL is removed from everything that editors write.
        assert found[1::2] == [str(number) for number in range(len(fragments))]  # noqa: S101
        return cls([text.encode() for text in found[::2]], fragments)

    @property
    def max_rendered(self) -> int:
        """How many fragment texts a page keeps."""
        return 32 + 2 * len(self.fragments)

    @property
    def size(self) -> int:
        own = PAGE_SIZE + FRAGMENT_SIZE * len(self.fragments) + TEXT_SIZE * self.max_rendered
        held = [p for fragment in self.fragments for p in fragment.shared.get("passages", ())]
        passages = sum(2 * (len(passage.html) + len(passage.text)) for passage in held)
        return own + passages + sum(map(len, self.texts))

    def for_reader(self, request: HttpRequest) -> HttpResponse:
        own = [self.render(number, request) for number in range(len(self.fragments))]
        return HttpResponse(b"".join(chain(*zip_longest(self.texts, own, fillvalue=b""))))

    def render(self, number: int, request: HttpRequest) -> bytes:
        fragment = self.fragments[number]
        context = fragment.context(request)
        if context is None or isinstance(context, dict):
            return fragment.render(context).encode()
        found = self.rendered.get((number, context))
        if found is None:
            found = fragment.render(context).encode()
            if len(self.rendered) >= self.max_rendered:
                self.rendered.clear()
            self.rendered[number, context] = found
        return found


def shared_page(
    request: HttpRequest, audience: Hashable, make: Callable[[], tuple[str, Context]]
) -> HttpResponse:
    """`make` returns the page's template and context. They depend on the address, on `side` and on
    the `audience`, but on nothing else about the reader. An audience is readers with equal access.
    The template knows it as «audience».

    Pages for visitors without a session are not cached here: the page cache holds them.
    """

    def make_page() -> tuple[SharedPage, int]:
        name, context = make()
        page = SharedPage.of(name, {"audience": audience, **context}, request)
        return page, page.size

    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return make_page()[0].for_reader(request)
    key = (request.path, page_number(request), audience)
    page: SharedPage = cache.get_or_make(key, make_page)
    return page.for_reader(request)

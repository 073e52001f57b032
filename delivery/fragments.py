"""Fragments are the parts of a page that depend on the reader. Slots are their positions in it.

A template names a slot, «{% slot "article.top" %}», and any room may register fragments for it. A
fragment has a resolver and a template. The resolver reads the request and returns the fragment's
context. The template is rendered from that context and the page's shared values. It has no access
to the reader, so equal contexts give equal text for every reader, and that text can be cached with
the page.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, Union

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template

Shared = Mapping[str, Any]
#: A NamedTuple's text is cached. A dictionary's is not: use it for a context that varies too much.
#: None shows nothing.
FragmentContext = Union[NamedTuple, dict[str, Any], None]
Resolve = Callable[[HttpRequest, Shared], FragmentContext]


@dataclass(slots=True)
class Fragment:
    """A fragment on one page."""

    template: Template
    resolve: Resolve
    #: The page's values that the resolver and the template use.
    shared: Shared

    def context(self, request: HttpRequest) -> FragmentContext:
        return self.resolve(request, self.shared)

    def render(self, context: FragmentContext) -> str:
        if context is None:
            return ""
        own = context if isinstance(context, dict) else context._asdict()
        return str(self.template.render(Context({**self.shared, **own})))


def compiled(name: str) -> Template:
    """The template, which every page with a fragment asks for. Read anew while it is worked on."""
    return find_template(name) if settings.DEBUG else kept_template(name)


def find_template(name: str) -> Template:
    found: Template = get_template(name).template  # type: ignore[attr-defined]
    return found


kept_template = cache(find_template)


@dataclass(order=True, frozen=True)
class Registration:
    order: int
    template: str
    resolve: Resolve = field(compare=False)
    takes: tuple[str, ...] = field(compare=False)
    is_for_all: bool = field(compare=False)

    def on_page(self, context: Context) -> Fragment:
        template = compiled(self.template)
        shared = {name: context[name] for name in self.takes if name in context}
        return Fragment(template, self.resolve, shared)


#: The fragments of each slot, in order, by the slot's name.
slots: dict[str, list[Registration]] = defaultdict(list)


def fragment(
    slot: str,
    template: str,
    takes: tuple[str, ...] = (),
    *,
    order: int = 100,
    is_for_all: bool = False,
) -> Callable[[Resolve], Resolve]:
    """Register the decorated resolver for a slot, in the `fragments` module of an app.

    The resolver gets the request and the page's values named in `takes`. In a slot, the lowest
    `order` comes first. A fragment that `is_for_all` is the same for every reader. It is resolved
    once for the whole page, as for a visitor.
    """

    def register(resolve: Resolve) -> Resolve:
        insort(slots[slot], Registration(order, template, resolve, takes, is_for_all))
        return resolve

    return register


def anonymous(request: HttpRequest) -> HttpRequest:
    """A request for the same address by an anonymous user without a session."""
    made = HttpRequest()
    made.method, made.path, made.path_info = "GET", request.path, request.path_info
    made.resolver_match = request.resolver_match
    made.user, made.session = AnonymousUser(), {}  # type: ignore[assignment]
    return made

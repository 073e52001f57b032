"""Fragments: the parts of a page that are each reader's own, and the slots that they stand in.

A template names a slot, «{% slot "article.top" %}», and any room may register fragments for it. A
fragment has a resolver and a template. The resolver looks at the request and returns the context
that the fragment shows. The template is rendered from that context and from what the page shares,
and knows no reader. Equal contexts so give equal text, whoever reads, and that text can be kept
with the page.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Union

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template

Shared = Mapping[str, Any]
#: A dictionary where there are too many different ones to keep their texts; None shows nothing.
FragmentContext = Union[NamedTuple, dict[str, Any], None]
Resolve = Callable[[HttpRequest, Shared], FragmentContext]


@dataclass(slots=True)
class Fragment:
    """A fragment on one page."""

    template: Template
    resolve: Resolve
    #: Of the page, what the resolver and the template take.
    shared: Shared

    def context(self, request: HttpRequest) -> FragmentContext:
        return self.resolve(request, self.shared)

    def render(self, context: FragmentContext) -> str:
        if context is None:
            return ""
        own = context if isinstance(context, dict) else context._asdict()
        return str(self.template.render(Context({**self.shared, **own})))


@dataclass(order=True, frozen=True)
class Registration:
    order: int
    template: str
    resolve: Resolve = field(compare=False)
    takes: tuple[str, ...] = field(compare=False)
    is_for_all: bool = field(compare=False)

    def on_page(self, context: Context) -> Fragment:
        template: Template = get_template(self.template).template  # type: ignore[attr-defined]
        shared = {name: context[name] for name in self.takes if name in context}
        return Fragment(template, self.resolve, shared)


#: What stands in each slot, by its name, in order.
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

    It is given the request and, of the page, the names that it `takes`. In a slot the lowest
    `order` comes first. A fragment that `is_for_all` shows every reader the same: it is resolved
    once for the whole page, as for a visitor.
    """

    def register(resolve: Resolve) -> Resolve:
        insort(slots[slot], Registration(order, template, resolve, takes, is_for_all))
        return resolve

    return register


def anonymous(request: HttpRequest) -> HttpRequest:
    """The same address, asked for by nobody in particular."""
    made = HttpRequest()
    made.method, made.path, made.path_info = "GET", request.path, request.path_info
    made.resolver_match = request.resolver_match
    made.user, made.session = AnonymousUser(), {}  # type: ignore[assignment]
    return made

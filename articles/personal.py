"""Places on a shared page that are each reader's own.

A place has a function, which looks at the reader and gives the facts it shows, and a template,
which is rendered from those facts and from what the page shares, and knows of nobody. Equal facts
so give equal text, whoever reads, and the text for them can be kept with the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Union

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Library, Template, TemplateSyntaxError
from django.template.base import Node, Parser, Token
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

#: The name under which a shared page gathers its places while it is rendered.
PLACES = "personal_places"

Shared = Mapping[str, Any]
#: A dictionary where they are too many to be kept; None where the place shows nothing.
Facts = Union[NamedTuple, dict[str, Any], None]
Look = Callable[[HttpRequest, Shared], Facts]


@dataclass(slots=True)
class Place:
    template: Template
    look: Look
    #: Of the page, what the place's function and template take.
    shared: Shared

    def facts(self, request: HttpRequest) -> Facts:
        return self.look(request, self.shared)

    def render(self, facts: Facts) -> str:
        if facts is None:
            return ""
        own = facts if isinstance(facts, dict) else facts._asdict()
        return str(self.template.render(Context({**self.shared, **own})))


@dataclass
class PersonalNode(Node):
    name: str
    look: Look
    takes: tuple[str, ...]

    def render(self, context: Context) -> SafeString:
        template: Template = get_template(self.name).template  # type: ignore[attr-defined]
        shared = {name: context[name] for name in self.takes if name in context}
        place = Place(template, self.look, shared)
        places = context.get(PLACES)
        if places is None:  # a page of its own
            request = context["request"]
            looking = nobody_at(request) if context.get("is_preview") else request
            return mark_safe(place.render(place.facts(looking)))
        places.append(place)
        return mark_safe(f"\0{len(places) - 1}\0")


def personal(
    register: Library, template: str, takes: tuple[str, ...] = ()
) -> Callable[[Look], Look]:
    """Makes a tag of a function that looks at a reader, and is given of the page what it `takes`:
    «{% gate %}»."""

    def made(look: Look) -> Look:
        def compiled(parser: Parser, token: Token) -> PersonalNode:
            if token.split_contents()[1:]:
                raise TemplateSyntaxError(f"«{token.contents}» takes no arguments")
            return PersonalNode(template, look, takes)

        register.tag(look.__name__, compiled)
        return look

    return made


def nobody_at(request: HttpRequest) -> HttpRequest:
    """The same address, asked for by nobody in particular."""
    nobody = HttpRequest()
    nobody.method, nobody.path, nobody.path_info = "GET", request.path, request.path_info
    nobody.resolver_match = request.resolver_match
    nobody.user, nobody.session = AnonymousUser(), {}  # type: ignore[assignment]
    return nobody

"""`{% personal "x.html" %}`: a place on a shared page that is each reader's own."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.loader_tags import IncludeNode, do_include
from django.utils.safestring import SafeString, mark_safe

from accounts.access import Face, face_of

register = template.Library()

#: The name under which a shared page gathers its places while it is rendered.
PLACES = "personal_places"
#: What the reader's own context has, and nobody else's may stand for.
OWN = frozenset({"request", "user", "perms", "messages", "csrf_token", PLACES})


class PersonalNode(IncludeNode):
    def render(self, context: Context) -> SafeString:
        places = context.get(PLACES)
        if places is None:  # a page of its own, such as a preview
            return self.render_own(context)
        values: dict[str, Any] = context.flatten()  # type: ignore[assignment]
        places.append(Place(self, {k: v for k, v in values.items() if k not in OWN}))
        return mark_safe(f"\0{len(places) - 1}\0")

    def render_own(self, context: Context) -> SafeString:
        return super().render(context)


@dataclass
class Place:
    node: PersonalNode
    context: dict[str, Any]

    def render(self, context: Context) -> str:
        with context.push(**self.context):
            return self.node.render_own(context)


@register.tag
def personal(parser: Parser, token: Token) -> PersonalNode:
    """As `include`. What it is given is the same for every reader; `request` and `user` are of the
    one who reads."""
    include = do_include(parser, token)
    return PersonalNode(
        include.template,
        extra_context=include.extra_context,
        isolated_context=include.isolated_context,
    )


@register.simple_tag(takes_context=True)
def face(context: Context) -> Face:
    """What the gate says to who reads; a preview is a visitor's."""
    request = context.get("request")
    return Face.VISITOR if context.get("is_preview") or request is None else face_of(request)

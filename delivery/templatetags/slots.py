from dataclasses import dataclass

from django.template import Context, Library, TemplateSyntaxError
from django.template.base import Node, Parser, Token
from django.utils.safestring import SafeString, mark_safe

from delivery.fragments import anonymous, slots

register = Library()

#: The context variable in which a shared page collects its fragments during rendering.
FRAGMENTS = "page_fragments"


@dataclass
class SlotNode(Node):
    name: str

    def render(self, context: Context) -> SafeString:
        """The slot's fragments. On a shared page, a mark for each fragment."""
        fragments, parts = context.get(FRAGMENTS), []
        for registration in slots[self.name]:
            made = registration.on_page(context)
            if fragments is not None and not registration.is_for_all:
                fragments.append(made)
                parts.append(f"\0{len(fragments) - 1}\0")
                continue
            request = context["request"]
            asks = anonymous(request) if registration.is_for_all else request
            parts.append(made.render(made.context(asks)))
        return mark_safe("".join(parts))


@register.tag
def slot(parser: Parser, token: Token) -> SlotNode:
    """«{% slot "article.top" %}»"""
    match token.split_contents():
        case [_, name] if name[0] == name[-1] == '"':
            return SlotNode(name[1:-1])
    raise TemplateSyntaxError(f'«{token.contents}»: write {{% slot "name" %}}')

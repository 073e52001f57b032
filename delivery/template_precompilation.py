"""Renders the fixed parts of templates once, when the templates load.

A page has about fifty fixed words, each with a look-up among the translations, and links to a dozen
fixed addresses and files. Readers' pages are in one language, so all of these can become plain text
at loading.
"""

from collections.abc import Iterator

from django.conf import settings
from django.template import Context, NodeList, Origin, Template
from django.template.base import FilterExpression, Node, TextNode
from django.template.defaulttags import IfNode, URLNode
from django.template.loaders import cached
from django.template.loaders.base import Loader as BaseLoader
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils import translation

OURS = settings.BASE_DIR / "templates"
#: The panel uses each user's own language, so its templates are left alone.
PANEL = OURS / "wagtailadmin"


class PrecompilingLoader(BaseLoader):
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        origin = str(template.origin.name)
        if origin.startswith(f"{OURS}/") and not origin.startswith(f"{PANEL}/"):
            context = Context()
            with context.bind_template(template), translation.override(settings.LANGUAGE_CODE):
                precompile(template.nodelist, context)
        return template


class Loader(cached.Loader, PrecompilingLoader):
    """Django's cached loader, with precompiled templates."""


def precompile(nodes: NodeList, context: Context) -> None:
    """Replaces fixed nodes in place. `context` must be empty."""
    merged = NodeList()
    for node in nodes:
        for inner in lists_in(node):
            precompile(inner, context)
        if is_fixed(node):
            text = TextNode(str(node.render(context)))
            text.token, text.origin = node.token, node.origin  # type: ignore[attr-defined]
            node = text  # noqa: PLW2901
        if isinstance(node, TextNode) and merged and isinstance(merged[-1], TextNode):
            merged[-1].s += node.s
        else:
            merged.append(node)
    nodes[:] = merged


def lists_in(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):  # its own `nodelist` is a copy
        yield from (nodes for _, nodes in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        if isinstance(nodes := getattr(node, name, None), NodeList):
            yield nodes


def is_fixed(node: Node) -> bool:
    """Whether `node` renders the same in every context, and sets nothing in the context."""
    match node:
        case TranslateNode():
            said = node.filter_expression
            is_plain = not (said.filters or node.asvar) and is_known(node.message_context)
            return said.var.literal is not None and is_plain
        case BlockTranslateNode():
            _, variables = node.render_token_list([*node.singular, *(node.plural or [])])
            is_plain = not (variables or node.extra_context or node.countervar or node.asvar)
            return is_plain and is_known(node.message_context)
        case URLNode():
            return is_literal(node.view_name) and not (node.args or node.kwargs or node.asvar)
        case StaticNode():
            return is_literal(node.path) and not node.varname
    return False


def is_known(message_context: FilterExpression | None) -> bool:
    return message_context is None or is_literal(message_context)


def is_literal(expression: FilterExpression) -> bool:
    return not (expression.is_var or expression.filters)

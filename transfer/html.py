"""Rich text as Wagtail's editor stores it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from bs4 import BeautifulSoup, NavigableString, Tag
from django.utils.html import escape

from transfer.richtext import HEADINGS, Item, Line, List, Node, Rule, Run, Runs, normal

BOLD, ITALIC = ("b", "strong"), ("i", "em")
CONTAINERS = {"p", *HEADINGS, "blockquote", "ul", "ol", "li", "hr"}


def read_html(html: str, address_of: Callable[[str], str]) -> tuple[Node, ...]:
    """`address_of` returns the address of a page by its id, or "" if the page is gone."""
    reader = _Reader(address_of)
    return normal(reader.nodes(BeautifulSoup(html, "html.parser"), "p"))


class _Reader:
    def __init__(self, address_of: Callable[[str], str]) -> None:
        self.address_of = address_of

    def nodes(self, parent: Tag, kind: str) -> Iterator[Node]:
        """Yields the blocks. Text outside every block becomes a paragraph of its own."""
        loose: list[Run] = []
        for child in parent.children:
            if not isinstance(child, Tag) or child.name not in CONTAINERS:
                loose += self.runs(child, Run(""))
                continue
            if loose:
                yield Line(kind, tuple(loose))
                loose = []
            if child.name == "hr":
                yield Rule()
            elif child.name in ("ul", "ol"):
                yield self.list_node(child)
            elif child.name in HEADINGS:
                yield Line(child.name, tuple(self.runs(child, Run(""))))
            else:
                yield from self.nodes(child, "blockquote" if child.name == "blockquote" else kind)
        if loose:
            yield Line(kind, tuple(loose))

    def list_node(self, tag: Tag) -> List:
        items = []
        for li in tag.find_all("li", recursive=False):
            runs: list[Run] = []
            lists = []
            for child in li.children:
                if isinstance(child, Tag) and child.name in ("ul", "ol"):
                    lists.append(self.list_node(child))
                else:
                    runs += self.runs(child, Run(""))
            items.append(Item(tuple(runs), tuple(lists)))
        return List(tag.name == "ol", tuple(items))

    def runs(self, element: object, style: Run) -> Iterator[Run]:
        if type(element) is NavigableString:
            yield replace(style, text=re.sub(r"[ \t\n\f\r]+", " ", element))
        elif isinstance(element, Tag) and element.name == "br":
            yield replace(style, text="\n")
        elif isinstance(element, Tag):
            if element.name in BOLD:
                style = replace(style, bold=True)
            elif element.name in ITALIC:
                style = replace(style, italic=True)
            elif element.name == "a" and element.get("linktype") == "page":
                style = replace(style, href=self.address_of(str(element.get("id", ""))))
            elif element.name == "a":
                style = replace(style, href=str(element.get("href", "")))
            for child in element.children:
                yield from self.runs(child, style)


def write_html(nodes: Iterable[Node], pages: Mapping[str, str] | None = None) -> str:
    """`pages` holds the ids of pages by address. Links to them are stored by id, so that they
    follow the page."""
    return "".join(_html(node, pages or {}) for node in nodes)


def _html(node: Node, pages: Mapping[str, str]) -> str:
    if isinstance(node, Rule):
        return "<hr/>"
    if isinstance(node, Line):
        return f"<{node.kind}>{_inline_html(node.runs, pages)}</{node.kind}>"
    items = (
        f"<li>{_inline_html(i.runs, pages)}{write_html(i.lists, pages)}</li>" for i in node.items
    )
    name = "ol" if node.is_ordered else "ul"
    return f"<{name}>{''.join(items)}</{name}>"


def _inline_html(runs: Runs, pages: Mapping[str, str]) -> str:
    html = ""
    for href, part in groupby(runs, key=lambda run: run.href):
        text = "".join(_styled_html(run) for run in part)
        if href in pages:
            text = f'<a linktype="page" id="{escape(pages[href])}">{text}</a>'
        elif href:
            text = f'<a href="{escape(href)}">{text}</a>'
        html += text
    return html


def _styled_html(run: Run) -> str:
    # As Wagtail does, this writes no entities for quotes within text.
    text = run.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("\n", "<br/>")
    if run.italic:
        text = f"<i>{text}</i>"
    return f"<b>{text}</b>" if run.bold else text

"""The editors' guide: docs/editors.md as a page of the panel."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import nh3
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

GUIDE = Path(settings.BASE_DIR) / "docs" / "editors.md"
PICTURES = GUIDE.parent / "screenshots"
PICTURE = re.compile(r"screenshots/([\w-]+\.webp)")
TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "hr", "img", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "h2": {"id"},
    "h3": {"id"},
    "img": {"src", "alt", "loading", "width", "height"},
}


class Entry(NamedTuple):
    """A line of the table of contents."""

    anchor: str
    title: str
    below: "list[Entry]"


class Guide(NamedTuple):
    contents: list[Entry]
    html: SafeString


def anchor_of(title: str) -> str:
    """As GitHub makes it, so that a link within the file works in both places."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def guide() -> Guide:
    return _rendered(GUIDE.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _rendered(changed: int) -> Guide:
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse(GUIDE.read_text())
    contents: list[Entry] = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.tag in ("h2", "h3"):
            title = _words(inline.children or [])
            entry = Entry(anchor_of(title), title, [])
            token.attrSet("id", entry.anchor)
            (contents if token.tag == "h2" else contents[-1].below).append(entry)
        elif token.type == "inline":
            _show_pictures(token.children or [])
    html = markdown.renderer.render(_without_title(tokens), markdown.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, link_rel=None)
    return Guide(contents, mark_safe(clean))  # sanitised


def _words(children: Sequence[Token]) -> str:
    return "".join(child.content for child in children if child.type in ("text", "code_inline"))


def _show_pictures(children: Sequence[Token]) -> None:
    for child in children:
        if child.type == "image" and (found := PICTURE.fullmatch(str(child.attrs["src"]))):
            child.attrSet("src", reverse("guide_picture", args=[found[1]]))
            child.attrSet("loading", "lazy")
            # Without its size, a picture that loads late moves the heading that a link led to.
            with Image.open(PICTURES / found[1]) as picture:
                child.attrSet("width", str(picture.width))
                child.attrSet("height", str(picture.height))


def _without_title(tokens: list[Token]) -> list[Token]:
    """The panel's page has a title of its own."""
    has_title = bool(tokens) and tokens[0].tag == "h1"
    return tokens[3:] if has_title else tokens

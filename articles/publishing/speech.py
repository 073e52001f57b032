"""What a reading voice says of a text, and where on the page it stands."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.utils import translation

from articles.publishing.rendering import runs, without_marks

HEADINGS = {"h1", "h2", "h3", "h4"}
#: The elements whose text is one stretch of speech.
STRETCHES = [*HEADINGS, "p", "li", "blockquote", "figcaption", "caption", "td", "th", "dd", "dt"]


class Utterance(NamedTuple):
    """A stretch of text between two pauses."""

    #: The id of the element on the page that shows it, `b-<block id>` or `b-<block id>-<n>`.
    address: str
    text: str
    #: Where `text` begins in the element's text, in UTF-16 units, as scripts count them. None if
    #: the voice says other words than the element shows.
    start: int | None = None
    is_heading: bool = False


def utterances(html: str, address: str) -> Iterator[Utterance]:
    """What a voice says of a block's HTML, without footnote marks and drawings.

    `address` stands in for the ids of elements that have none.
    """
    soup = BeautifulSoup(without_marks(html), "html.parser")
    for silent in soup.find_all(["svg", "math", "hr"]):
        silent.decompose()
    for element in soup.find_all(True, recursive=False):
        found_at = str(element.get("id") or address)
        yield from _stretches(element, found_at)


def _stretches(element: Tag, address: str) -> Iterator[Utterance]:
    offset = 0
    for holder, strings in groupby(_strings(element), key=lambda found: found[0]):
        text = "".join(string for _holder, string in strings)
        if text.strip():
            lead = len(text) - len(text.lstrip())
            is_heading = holder.name in HEADINGS
            yield Utterance(address, text.strip(), offset + lead, is_heading)
        offset += utf16_length(text)


class _Holder(NamedTuple):
    """The element that a string is said with. A line break divides it."""

    name: str
    number: int
    breaks: int


def _strings(element: Tag) -> Iterator[tuple[_Holder, str]]:
    breaks = 0
    for node in element.descendants:
        if isinstance(node, Tag):
            breaks += node.name == "br"
        elif isinstance(node, NavigableString):
            around = node if node.parent is element else node.find_parent(STRETCHES)
            holder = around if isinstance(around, Tag) else element
            yield _Holder(holder.name, id(holder), breaks), str(node)


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def said(address: str, *parts: str) -> list[Utterance]:
    """Words that stand nowhere on the page as they are said, each part with a full stop."""
    text = " ".join(p if p[-1] in ".!?…:" else f"{p}." for p in parts if p)
    return [Utterance(address, text)] if text else []


def spoken(blocks: Iterable[Any], access: int) -> list[list[Utterance]]:
    """What a voice says of each passage that `render` makes of the same blocks, in order."""
    with translation.override(settings.LANGUAGE_CODE):
        return [
            [said for b in run for said in b.block.spoken(b.value, str(b.id))]
            for _level, _teaser, run in runs(list(blocks), access)
        ]

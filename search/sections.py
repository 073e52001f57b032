"""Divides the HTML of a passage into sections, which searches show and lead to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bs4 import BeautifulSoup, Tag

from articles.models import Passage

#: The elements within a paragraph of its own that end a line.
LINES = ["br", "p", "li", "td", "th", "dt", "dd", "caption", "figcaption", "h2", "h3", "h4", "div"]


@dataclass
class Cut:
    """A heading and the paragraphs below it."""

    heading: str = ""
    #: (the id of its element, its words)
    paragraphs: list[tuple[str, str]] = field(default_factory=list)

    def values(self, position: int) -> tuple[Any, ...]:
        """The values of its row, in the order of `Section.values`."""
        anchors = [anchor for anchor, _text in self.paragraphs]
        return (position, self.heading, anchors, "\n".join(text for _id, text in self.paragraphs))


def cut(passage: Passage) -> Iterator[Cut]:
    """The sections of `passage`, in order.

    A paragraph without an id has that of the element before it.
    """
    section, anchor = Cut(), ""
    for element in BeautifulSoup(passage.html, "html.parser").find_all(recursive=False):
        anchor = _anchor(element) or anchor
        text = _words_of(element)
        if element.name in ("h2", "h3"):
            if section.paragraphs:
                yield section
            section = Cut(heading=text[:500])
            if text:  # a search for a heading leads to the heading
                section.paragraphs.append((anchor, text))
        elif text:
            section.paragraphs.append((anchor, text))
    if section.paragraphs:
        yield section


def _words_of(element: Tag) -> str:
    """Its words, with a space where a line ends, and none where only the type changes.

    The labels of a drawing and of a definition aren't words.
    """
    for label in [*element.find_all("svg"), *element.find_all(class_="definition-label")]:
        label.decompose()
    for term in element.find_all("dfn"):
        term.append(":")
    for inner in element.find_all(LINES):
        inner.append(" ")
    return " ".join(element.get_text().split())


def _anchor(element: Tag) -> str:
    found = element if element.get("id") else element.find(id=True)
    return str(found["id"]) if isinstance(found, Tag) else ""


def values_of(passage: Passage) -> list[tuple[Any, ...]]:
    positions = count()
    return [each.values(next(positions)) for each in cut(passage)]

"""The elements of Markdown that a body is made of.

A block says which of them it is, and what it puts where; `transfer` writes and reads them. To a
block rich text is HTML as a stream stores it. While `transfer` works on it, it is a tree.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

#: HTML or a tree: see above.
Rich = Any


@dataclass(frozen=True, kw_only=True)
class Element:
    def with_rich(self, change: Callable[[Rich], Rich]) -> Self:
        """With each of its rich texts put through `change`."""
        return self


@dataclass(frozen=True, kw_only=True)
class RichElement(Element):
    text: Rich

    def with_rich(self, change: Callable[[Rich], Rich]) -> Self:
        return replace(self, text=change(self.text))


@dataclass(frozen=True, kw_only=True)
class Text(RichElement):
    """Running text. Texts that follow each other are one."""


@dataclass(frozen=True, kw_only=True)
class Image(Element):
    """A paragraph of one image, ![alt](picture "title")."""

    #: Its id, None for one that is gone; where it is not stored yet, its path in the folder.
    picture: Any
    alt: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Box(RichElement):
    """:::name title, the text, and ::: on a line of its own."""

    #: What the kind of block is called in its stream.
    name: str
    title: str


class Column(NamedTuple):
    heading: str
    is_number: bool


@dataclass(frozen=True, kw_only=True)
class Table(Element):
    """A table, and «: caption» in a paragraph below it."""

    columns: list[Column]
    rows: list[list[Rich]]
    caption: str

    def with_rich(self, change: Callable[[Rich], Rich]) -> Self:
        return replace(self, rows=[[change(cell) for cell in row] for row in self.rows])


@dataclass(frozen=True, kw_only=True)
class Footnote(RichElement):
    """[^label]: the text."""

    label: str


@dataclass(frozen=True, kw_only=True)
class More(Element):
    """<!--more teaser-->, or <!--more level=20 teaser-->"""

    teaser: str
    #: None for that of the article.
    level: int | None = None

"""The Markdown elements that a body consists of.

A block converts its value to one of them and back. `transfer` writes and reads them. In a block,
rich text is HTML as a stream stores it. Within `transfer` it is a tree.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

#: HTML or a tree, see above.
Rich = Any


@dataclass(frozen=True, kw_only=True)
class Element:
    def with_rich(self, change: Callable[[Rich], Rich]) -> Self:
        """A copy with `change` applied to each of its rich texts."""
        return self


@dataclass(frozen=True, kw_only=True)
class RichElement(Element):
    text: Rich

    def with_rich(self, change: Callable[[Rich], Rich]) -> Self:
        return replace(self, text=change(self.text))


@dataclass(frozen=True, kw_only=True)
class Text(RichElement):
    """Running text. Adjacent texts count as one."""


@dataclass(frozen=True, kw_only=True)
class Image(Element):
    """A paragraph with only an image, ![alt](picture "title"). {decoration} may follow it."""

    #: The picture's id, or None if it is deleted. Before it is stored, its path in the folder.
    picture: Any
    alt: str
    title: str
    is_decoration: bool = False


@dataclass(frozen=True, kw_only=True)
class Drawing(Element):
    """The same, with an image whose name ends in «.svg»."""

    #: The drawing itself. Before it is read, its path in the folder.
    svg: str
    alt: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Box(RichElement):
    """:::name title, the text, and ::: on a line of its own."""

    #: The block's name in its stream.
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
class Formula(Element):
    """$$, LaTeX and $$ on lines of their own, and «: caption» below: what a voice says."""

    latex: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Code(Element):
    """Between ``` on lines of their own, the first with the language; and «: caption» below."""

    code: str
    language: str
    caption: str


class FileId(int):
    """A file's id. Pictures have ids of their own."""


@dataclass(frozen=True, kw_only=True)
class File(Element):
    """A paragraph with only a link, [title](file), whose address lies in the folder."""

    #: A FileId, or None if it is deleted. Before it is stored, its path in the folder.
    file: Any
    title: str


@dataclass(frozen=True, kw_only=True)
class Footnote(RichElement):
    """[^label]: the text."""

    label: str


@dataclass(frozen=True, kw_only=True)
class More(Element):
    """<!--more teaser-->, or <!--more level=20 teaser-->"""

    teaser: str
    #: None for the article's own level.
    level: int | None = None

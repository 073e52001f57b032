"""Columns that other rooms add to the series board and to the list of articles."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from django.utils.functional import Promise


class Cell(NamedTuple):
    text: str
    #: Where it leads, in the panel.
    url: str = ""
    #: A word for its colour: "good", "waits", "bad" or "".
    tone: str = ""


#: Takes the primary keys of the articles of one page of a list. Answers for those it knows of.
Cells = Callable[[Collection[int]], dict[int, Cell]]


class ArticleColumn(NamedTuple):
    label: "str | Promise"
    cells: Cells
    #: The lowest comes first.
    order: int


columns: list[ArticleColumn] = []


def column(label: "str | Promise", order: int = 50) -> Callable[[Cells], Cells]:
    """Register the decorated function. It makes the same few queries for one row and for fifty."""

    def register(cells: Cells) -> Cells:
        columns.append(ArticleColumn(label, cells, order))
        columns.sort(key=lambda each: each.order)
        return cells

    return register

"""The parts of a series, as each of its pages lists them."""

from collections.abc import Iterator
from typing import NamedTuple

from wagtail.models import Page

from articles.memory import rows_in_common
from articles.models.tree import below


class Part(NamedTuple):
    pk: int
    title: str
    url_path: str
    path: str


def parts_below(path: str) -> list[Part]:
    """The published parts of the series at `path`, in their order. Not to be held on to: there may
    be thousands, and the list is kept for all."""

    def rows() -> Iterator[Part]:
        parts = Page.objects.live().filter(below(path), depth=len(path) // Page.steplen + 1)
        facts = parts.order_by("path").values_list("pk", "title", "url_path", "path")
        return map(Part._make, facts)

    return rows_in_common(("parts", path), rows, row_size=400)

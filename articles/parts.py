"""Lists that many pages show: the parts of a series, and the footer's menu."""

from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

from wagtail.models import Page

from articles.models import SimplePage
from articles.models.tree import below
from delivery.cache import cached_rows


class Part(NamedTuple):
    pk: int
    title: str
    url_path: str
    path: str


def parts_below(path: str) -> list[Part]:
    """The published parts of the series at `path`, in order. Don't keep or change the list: there
    may be thousands of parts, and all pages share it."""

    def rows() -> Iterator[Part]:
        parts = Page.objects.live().filter(below(path), depth=len(path) // Page.steplen + 1)
        facts = parts.order_by("path").values_list("pk", "title", "url_path", "path")
        return map(Part._make, facts)

    return cached_rows(("parts", path), rows, row_size=400)


def menu() -> list[SimplePage]:
    """The simple pages of the footer."""

    def rows() -> list[SimplePage]:
        pages = SimplePage.objects.live().filter(show_in_menus=True).order_by()
        # Sorted in Python: the database would go through all pages to sort them.
        return sorted(pages.only("title", "url_path", "path"), key=attrgetter("path"))

    return cached_rows("menu", rows)

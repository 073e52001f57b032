"""Splits long lists into pages, by the parameter `side`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from delivery.decorators import parameters_of


def page_number(request: HttpRequest) -> int:
    """The requested page of a long list, from 1. It is 1 on a reading page without pagination."""
    match = request.resolver_match
    known = parameters_of(match.func) if match else None
    asked = request.GET.get("side", "")[:6]
    is_known = known is None or "side" in known
    return (is_known and asked.isdecimal() and int(asked)) or 1


@dataclass(frozen=True)
class Page:
    """One page of a long list. Its length is not known, because counting would read all of it."""

    rows: list[Any]
    number: int
    has_next: bool

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.has_next else None

    @property
    def before(self) -> str:
        """The link to the page before, "" for none."""
        return f"?side={self.previous}" if self.previous else ""

    @property
    def after(self) -> str:
        return f"?side={self.next}" if self.next else ""


def paginate(rows: "QuerySet[Any, Any] | list[Any]", size: int, number: int) -> Page:
    """Page `number` of a long list, from 1. Raises Http404 for a page after the last."""
    page = stretch(rows, size, number)
    if number > 1 and not page:
        raise Http404
    return page


def stretch(rows: "QuerySet[Any, Any] | list[Any]", size: int, number: int) -> Page:
    """Page `number` of a long list, from 1. It is empty after the last."""
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(found[:size], number, len(found) > size)

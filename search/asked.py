"""What the address of a search says, and the addresses of other searches."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from search.candidates import Filters

#: The longest query that is looked at, in characters. `find` cuts it further.
LONGEST = 1_000
#: The parameters of the filters, in the order of `Filters`.
FILTERS = dict(zip(("tema", "serie", "forfatter", "lengde"), Filters._fields, strict=True))


class Asked(NamedTuple):
    """A search as its address has it. Each value is "" or 1 if the address doesn't say."""

    q: str = ""
    filters: Filters = Filters()
    is_by_date: bool = False
    page: int = 1
    #: Whether the words are to be searched for just as they are typed.
    is_literal: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        given = request.GET
        slugs = {field: given.get(name, "")[:100] for name, field in FILTERS.items()}
        page = given.get("side", "")[:3]
        return cls(
            q=plain(given.get("q", ""))[:LONGEST].strip(),
            filters=Filters(**{field: plain(slug) for field, slug in slugs.items()}),
            is_by_date=given.get("sorter") == "dato",
            page=max(1, int(page)) if page.isascii() and page.isdecimal() else 1,
            is_literal=given.get("ordrett") == "1",
        )

    @property
    def order(self) -> str:
        return "date" if self.is_by_date else "relevance"

    @property
    def is_filtered(self) -> bool:
        return any(self.filters)

    @property
    def address(self) -> str:
        """Its own address. Equal searches have equal addresses."""
        values = {
            "q": self.q,
            **{name: getattr(self.filters, field) for name, field in FILTERS.items()},
            "sorter": "dato" if self.is_by_date else "",
            "ordrett": "1" if self.is_literal else "",
            "side": str(self.page) if self.page > 1 else "",
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return reverse("search:results") + (f"?{query}" if query else "")

    def at_page(self, number: int) -> str:
        return self._replace(page=number).address

    def by(self, *, is_date: bool) -> str:
        return self._replace(is_by_date=is_date, page=1).address

    def narrowed(self, **filters: str) -> str:
        """The same search with other filters. "" takes one away."""
        return self._replace(filters=self.filters._replace(**filters), page=1).address

    def freed(self) -> str:
        """The same search without filters."""
        return self._replace(filters=Filters(), page=1).address

    def literal(self) -> str:
        """The search for the words as they were typed."""
        return self._replace(is_literal=True, page=1).address


def plain(text: str) -> str:
    """`text` without NUL, which no page can hold (delivery/shared_pages.py)."""
    return text.replace("\0", "")

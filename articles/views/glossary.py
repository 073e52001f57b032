"""The glossary's list of terms, a stretch of the alphabet at a time.

A stretch is found by its first term, not by how many come before it: the last of 60,000 costs what
the first does, and keeps its address when terms come and go before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.access import Reader
from articles.models import Definition
from delivery.decorators import reading_page
from delivery.shared_pages import shared_page

SIZE = 200


@dataclass(frozen=True)
class Stretch:
    rows: list[Definition]
    #: The addresses of its neighbours, "" where there is none.
    before: str
    after: str

    def __iter__(self) -> Iterator[Definition]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@reading_page
def glossary(request: HttpRequest) -> HttpResponse:
    def made() -> tuple[str, dict[str, Stretch]]:
        rows = list(Definition.objects.terms()[: SIZE + 1])
        return "articles/glossary.html", {"page": Stretch(rows[:SIZE], "", after(rows))}

    return shared_page(request, Reader.of(request), made)


@reading_page
def glossary_from(request: HttpRequest, slug: str) -> HttpResponse:
    """The terms from this one on."""

    def made() -> tuple[str, dict[str, Stretch]]:
        first = Definition.objects.terms().filter(slug=slug).first()
        if first is None:
            raise Http404
        rows = list(Definition.objects.terms().from_term(first)[: SIZE + 1])
        earlier = Definition.objects.terms().before_term(first).values_list("slug", flat=True)
        stretch = Stretch(rows[:SIZE], before(list(earlier[: SIZE + 1])), after(rows))
        return "articles/glossary.html", {"page": stretch}

    return shared_page(request, Reader.of(request), made)


def before(slugs: list[str]) -> str:
    """Of those before a stretch, the nearest first. Where no whole stretch is left of them, the
    glossary's first is as good."""
    if len(slugs) > SIZE:
        return reverse("articles:glossary_from", args=[slugs[SIZE - 1]])
    return reverse("articles:glossary") if slugs else ""


def after(rows: list[Definition]) -> str:
    if len(rows) <= SIZE:
        return ""
    return reverse("articles:glossary_from", args=[rows[SIZE].slug])

"""The glossary's list of terms, one stretch of the alphabet on each page.

The query finds a stretch by its first term, not by an offset. So the last of 60,000 terms costs no
more than the first, and a stretch keeps its address when terms before it are added or removed.
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
    #: The addresses of the neighbouring stretches, "" for none.
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
    """The terms from `slug` on."""

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
    """The address of the stretch before. `slugs` are the terms before this one, the nearest first.

    If they don't fill a whole stretch, it is the glossary's first page.
    """
    if len(slugs) > SIZE:
        return reverse("articles:glossary_from", args=[slugs[SIZE - 1]])
    return reverse("articles:glossary") if slugs else ""


def after(rows: list[Definition]) -> str:
    if len(rows) <= SIZE:
        return ""
    return reverse("articles:glossary_from", args=[rows[SIZE].slug])

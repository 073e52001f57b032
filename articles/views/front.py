"""The front page, and the list of all series."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Max, Q, Subquery
from django.http import HttpRequest, HttpResponse
from wagtail.models import Page

from accounts.access import Reader
from articles import structured_data
from articles.models import Article, Author, Home, Series, Subject
from articles.models.by_lines import ArticleAuthor
from articles.models.tree import children_of_outer
from articles.slugs import sort_key
from delivery.cache import cached_rows
from delivery.decorators import paginated, reading_page
from delivery.pagination import page_number, paginate
from delivery.shared_pages import Context, shared_page

#: How many the front page shows: dated articles, series and authors.
NEWEST, SHELF, WRITERS = 3, 6, 6
#: How many of the newest articles are looked at for their authors.
RECENT = 24
#: Series on one page of the list of all.
PAGE = 24


class Entry(NamedTuple):
    """What a list of all series is ordered by."""

    pk: int
    title: str
    #: When a part of it was last published, anew or changed.
    changed_at: datetime


def entries() -> list[Entry]:
    """All series that have a published part, the one changed last first.

    Every page of the lists shares these. Only the series that a page shows are read.
    """

    def rows() -> Iterator[Entry]:
        parts = Page.objects.filter(children_of_outer(), live=True).order_by().values("live")
        latest = Subquery(parts.annotate(n=Max("last_published_at")).values("n"))
        series = Series.objects.with_parts().annotate(changed_at=latest)
        facts = series.order_by().values_list("pk", "title", "changed_at", "first_published_at")
        for pk, title, changed_at, first in facts:
            yield Entry(pk, title, changed_at or first)

    def ordered() -> list[Entry]:
        return sorted(rows(), key=attrgetter("changed_at", "pk"), reverse=True)

    return cached_rows("series", ordered, row_size=300)


def entries_by_title() -> list[Entry]:
    """The same, in the order of a Norwegian dictionary."""

    def ordered() -> list[Entry]:
        return sorted(entries(), key=lambda entry: (sort_key(entry.title), entry.pk))

    return cached_rows("series by title", ordered, row_size=50)


@reading_page
def home(request: HttpRequest) -> HttpResponse:
    return shared_page(request, Reader.of(request), lambda: ("articles/home.html", home_page()))


def home_page() -> Context:
    home = Home.objects.live().first()
    readable = Article.objects.for_readers()
    recent = list(readable.order_by("-first_published_at", "-pk")[:RECENT])
    chosen = readable.filter(pk=(home and home.lead_story_id) or 0).first()
    lead = chosen or next(iter(recent), None)
    shelf = [entry.pk for entry in entries()[:SHELF]]
    above = lead.path[: -Page.steplen] if lead else ""
    found = Series.objects.with_parts().filter(Q(pk__in=shelf) | Q(path=above))
    known = {series.pk: series for series in found.select_related("picture")}
    return {
        "home": home,
        "lead": lead,
        "lead_series": next((each for each in known.values() if each.path == above), None),
        "newest": [article for article in recent if lead and article.pk != lead.pk][:NEWEST],
        "series_list": [known[pk] for pk in shelf if pk in known],
        "authors": wrote_last(recent)[:WRITERS],
        "subjects": Subject.objects.for_readers(),
        "structured_data": structured_data.for_site(),
    }


def wrote_last(recent: Sequence[Article]) -> list[Author]:
    """The authors of `recent`, in its order, and in the order of each by-line."""
    order = {article.pk: number for number, article in enumerate(recent)}
    by_lines = ArticleAuthor.objects.filter(article__in=order)
    rows = by_lines.values_list("article", "sort_order", "pk", "author")
    keys = list(dict.fromkeys(row[-1] for row in sorted(rows, key=lambda r: (order[r[0]], *r[1:]))))
    known = Author.objects.for_readers().select_related("portrait").in_bulk(keys)
    return [known[key] for key in keys if key in known]


@reading_page
@paginated
def all_series(request: HttpRequest, is_by_title: bool = False) -> HttpResponse:
    def made() -> tuple[str, Context]:
        return "articles/all_series.html", series_page(page_number(request), is_by_title)

    return shared_page(request, Reader.of(request), made)


def series_page(number: int, is_by_title: bool) -> Context:
    page = paginate(entries_by_title() if is_by_title else entries(), PAGE, number)
    series = Series.objects.with_parts().select_related("picture").in_bulk([e.pk for e in page])
    return {
        "page": page,
        "is_by_title": is_by_title,
        "series_list": [series[entry.pk] for entry in page if entry.pk in series],
    }

"""The reading pages."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from wagtail.models import Page

from accounts.access import Reader
from articles import sharing, structured_data
from articles.citations import Work
from articles.models import (
    Article,
    Author,
    Definition,
    Passage,
    Series,
    SimplePage,
    Subject,
)
from articles.models.articles import Gate
from articles.models.by_lines import ArticleAuthor
from articles.models.passages import PassageQuerySet
from articles.models.series import minutes_of
from articles.onward import cards_of, related_among
from articles.parts import Part, parts_below
from articles.publishing.rendering import Heading, RenderedPassage
from delivery.decorators import paginated, reading_page
from delivery.pagination import page_number, paginate
from delivery.prepared_sql import Prepared
from delivery.shared_pages import Context, shared_page

Passages = Sequence[Passage] | Sequence[RenderedPassage] | PassageQuerySet

#: How many neighbours an article lists on each side, or fewer at the ends of the series.
NEIGHBOURS = 30


@reading_page
@paginated
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """A series, or a simple page beside the series."""

    reader = Reader.of(request)

    def made() -> tuple[str, Context]:
        found = Series.objects.for_readers().filter(slug=slug)
        if series := found.select_related("picture", "share_picture", "share_card").first():
            return "articles/series.html", series_page(series, request)
        pages = SimplePage.objects.for_readers().select_related("share_picture", "share_card")
        page = get_object_or_404(pages, slug=slug)
        if page_number(request) > 1:
            raise Http404
        passages = Passage.objects.of_page(page, reader)
        return "articles/page.html", simple_page(page, passages)

    return shared_page(request, reader, made)


def simple_page(page: SimplePage, passages: Passages) -> Context:
    return {"page": page, "passages": passages, "share": sharing.for_page(page, passages)}


def series_page(series: Series, request: HttpRequest) -> Context:
    page = paginate(Article.objects.parts_of(series), 100, page_number(request))
    start = 100 * (page.number - 1) + 1
    # With a join to the authors, PostgreSQL would scan all by-lines.
    by_line = ArticleAuthor.objects.filter(article__in=[part.pk for part in page])
    named = Author.objects.named().filter(pk__in=by_line.values("author"))
    authors = list(named.select_related("portrait").order_by("sort_key", "pk"))
    parts = parts_below(series.path) if page.rows else []
    # Readers know of a subject once something about it is published.
    subjects = Subject.objects.filter(series=series.pk).named() if page.rows else []
    is_whole = page.number == 1 and not page.has_next
    minutes = (
        sum(part.minutes for part in page)
        if is_whole
        else Article.objects.parts_of(series).aggregate(n=minutes_of("metadata__words"))["n"] or 0
    )
    share = sharing.for_series(series)
    return {
        "series": series,
        "share": share,
        "page": page,
        "is_whole": is_whole,
        "parts": parts,
        "series_path": series.path,
        "start": start,
        "subjects": subjects,
        "coming": [] if page.has_next else series.coming(),
        "minutes": minutes,
        "authors": authors,
        "people": [author for author in authors if author.live],
        "structured_data": structured_data.for_series(series, page.rows, start, subjects, share),
    }


ARTICLES: Prepared[Article] = Prepared(
    lambda series, slug: Article.objects.at(series, slug).select_related(
        "share_picture", "share_card"
    )
)
AUTHORS: Prepared[Author] = Prepared(
    lambda article: Author.objects.of(article).with_bio().select_related("portrait")
)


@reading_page
def article(request: HttpRequest, series: str, slug: str) -> HttpResponse:
    reader = Reader.of(request)

    def made() -> tuple[str, Context]:
        found = ARTICLES.first(series, slug)
        if found is None:
            raise Http404
        passages = Passage.objects.of_page(found, reader)
        return "articles/article.html", article_page(found, reader, passages, AUTHORS(found.pk))

    return shared_page(request, reader, made)


def article_page(
    article: Article, reader: Reader, passages: Passages, authors: Sequence[Author]
) -> Context:
    """The article with the `passages` that `reader` may read, and a gate if they aren't all of
    it."""
    gate = article.metadata.gate_for(reader, article.path)
    series_path = article.path[: -Page.steplen]
    parts = parts_below(series_path)
    if all(part.pk != article.pk for part in parts):  # a preview of an unpublished part
        parts = [*parts, Part(article.pk, article.title, article.url_path, article.path)]
    place = next(i for i, part in enumerate(parts) if part.pk == article.pk)
    first = max(0, place - NEIGHBOURS)
    next_part = parts[place + 1].pk if place + 1 < len(parts) else 0
    share = sharing.for_article(article, passages)
    cards = cards_of([next_part, *article.metadata.related])
    return {
        "article": article,
        "passages": passages,
        "gate": gate,
        "contents": contents_of(article, gate, passages),
        "work": Work.of(article, authors),
        "authors": authors,
        "part": place + 1,
        "parts": parts,
        "series_path": series_path,
        "next_card": cards.pop(next_part, None),
        "related": related_among(cards, article.metadata.related),
        "near": parts[first : place + NEIGHBOURS + 1],
        "near_start": first + 1,
        "open_share": article.metadata.share_before(gate),
        "has_terms": any('class="term"' in passage.html for passage in passages),
        "share": share,
        "structured_data": structured_data.for_article(article, authors, place + 1, share),
    }


def contents_of(article: Article, gate: Gate | None, passages: Passages) -> list[Heading]:
    """The table of contents: the headings that the reader may read, or all if the editor says so.

    A heading that is not on the page is behind the gate, so its link leads to the gate.
    """
    here = [heading for passage in passages for heading in passage.contents]
    known = {heading["id"] for heading in here}
    shown = article.metadata.contents or here
    rest = gate.anchor if gate else ""
    return [h if h["id"] in known else {**h, "id": rest} for h in shown]


def all_authors() -> "QuerySet[Author]":
    authors = Author.objects.for_readers().select_related("portrait")
    return authors.order_by("sort_key", "pk")


@reading_page
@paginated
def authors(request: HttpRequest) -> HttpResponse:
    return shared_page(
        request,
        Reader.of(request),
        lambda: (
            "articles/authors.html",
            {"page": paginate(all_authors(), 48, page_number(request))},
        ),
    )


@reading_page
@paginated
def author(request: HttpRequest, slug: str) -> HttpResponse:
    reader = Reader.of(request)

    def made() -> tuple[str, Context]:
        authors = Author.objects.for_readers().select_related(
            "portrait", "share_picture", "share_card"
        )
        found = get_object_or_404(authors, slug=slug)
        passages = Passage.objects.of_page(found, reader)
        return "articles/author.html", author_page(found, passages, request)

    return shared_page(request, reader, made)


def author_page(author: Author, passages: Passages, request: HttpRequest) -> Context:
    written = Article.objects.for_readers().filter(by_line__author=author.pk or 0)
    return {
        "author": author,
        "share": sharing.for_author(author),
        "passages": passages,
        "links": author.links.all(),
        "page": paginate(written.order_by("-first_published_at", "-pk"), 24, page_number(request)),
        "series_page": paginate(Series.objects.with_parts().written_by(author), 12, 1),
        "structured_data": structured_data.for_author(author),
    }


@reading_page
@paginated
def author_series(request: HttpRequest, slug: str) -> HttpResponse:
    """All of an author's series. The author's own page shows only the first 12."""

    def made() -> tuple[str, Context]:
        found = get_object_or_404(Author.objects.for_readers(), slug=slug)
        page = paginate(Series.objects.with_parts().written_by(found), 48, page_number(request))
        if not page:
            raise Http404
        return "articles/author_series.html", {"author": found, "page": page}

    return shared_page(request, Reader.of(request), made)


@reading_page
@paginated
def term(request: HttpRequest, slug: str) -> HttpResponse:
    """A term, which is public, with its definitions, which are as locked as their articles."""
    reader = Reader.of(request)

    def made() -> tuple[str, Context]:
        found = Definition.objects.live().filter(slug=slug).select_related("passage")
        page = paginate(found, 50, page_number(request))
        if not page:
            raise Http404
        shown = [definition.pk for definition in page]
        readable = Definition.objects.readable_by(reader).filter(pk__in=shown)
        texts = dict(readable.values_list("pk", "html"))
        articles = Article.objects.for_readers().in_bulk([d.passage.page_id for d in page])
        entries = [
            (articles.get(definition.passage.page_id), definition, texts.get(definition.pk))
            for definition in page
        ]
        return "articles/term.html", {"term": page.rows[0].term, "entries": entries, "page": page}

    return shared_page(request, reader, made)

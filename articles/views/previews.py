"""The panel's previews: the reading pages and their templates, with texts not yet stored."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from accounts.access import MEMBER, VISITOR
from articles.models import Article, Author, PublishedMetadata, Series, SimplePage, Subject
from articles.models.passages import readable_among
from articles.models.rights import pages_known_to
from articles.models.tree import below
from articles.publishing.previews import preview_of
from articles.views.reading import article_page, author_page, series_page, simple_page

Rendering = tuple[str, dict[str, Any]]


@preview_of(Article)
def article(article: Article, request: HttpRequest, mode: str) -> Rendering:
    """The article as a visitor or a member sees it, whatever the editor may read."""
    reader = MEMBER if mode == "member" else VISITOR
    rendered = article.rendered()
    series = article.get_parent()
    article.metadata = PublishedMetadata.of(article, rendered)
    chosen = {subject.pk for subject in article.subjects.all()}
    above = Subject.objects.filter(series=series.pk).values("pk")
    article.metadata.subjects = Subject.objects.filter(Q(pk__in=chosen) | Q(pk__in=above)).named()
    article.series_title, article.series_slug = series.title, series.slug
    by_line = [row.author_id for row in article.by_line.all()]
    known = Author.objects.for_readers().with_bio().select_related("portrait").in_bulk(by_line)
    authors = [known[pk] for pk in by_line if pk in known]
    passages = readable_among(rendered, article, reader)
    return "articles/article.html", article_page(article, reader, passages, authors)


@preview_of(Series)
def series(series: Series, request: HttpRequest, mode: str) -> Rendering:
    page = series_page(series, request)
    # An editor of the series may show its coming parts without being allowed to know of them all.
    known = pages_known_to(request.user).filter(below(series.path))
    keys = set(known.values_list("pk", flat=True))
    page["coming"] = [part for part in page["coming"] if int(part.object_id) in keys]
    return "articles/series.html", page


@preview_of(Author)
def author(author: Author, request: HttpRequest, mode: str) -> Rendering:
    return "articles/author.html", author_page(author, author.rendered(), request)


@preview_of(SimplePage)
def page(page: SimplePage, request: HttpRequest, mode: str) -> Rendering:
    return "articles/page.html", simple_page(page, page.rendered())

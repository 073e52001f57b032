"""The panel's previews: the reading pages and their templates, with texts not yet stored."""

from base64 import b64encode
from typing import Any

from django.db.models import Q

from articles.models import Article, Author, PublishedMetadata, Series, SimplePage, Subject
from articles.models.passages import readable_among
from articles.models.rights import pages_known_to
from articles.models.tree import below
from articles.publishing.previews import Viewing, preview_of
from articles.share_cards import CardTexts, draw
from articles.views.reading import article_page, author_page, series_page, simple_page

Rendering = tuple[str, dict[str, Any]]


@preview_of(Article)
def article(article: Article, viewing: Viewing) -> Rendering:
    """The article as its reader sees it, whatever the editor may read."""
    reader = viewing.reader
    rendered = article.rendered()
    series = article.get_parent()
    article.metadata = PublishedMetadata.of(article, rendered)
    chosen = {subject.pk for subject in article.subjects.all()}
    above = Subject.objects.filter(series=series.pk).values("pk")
    article.metadata.subjects = Subject.objects.filter(Q(pk__in=chosen) | Q(pk__in=above)).named()
    article.series_title, article.series_slug = series.title, series.slug
    by_line = {row.author_id: row.role for row in article.by_line.all()}
    known = Author.objects.named().with_bio().select_related("portrait").in_bulk(list(by_line))
    authors = [known[pk] for pk in by_line if pk in known]
    for author in authors:
        author.credit = by_line[author.pk]
    passages = readable_among(rendered, article, reader)
    page = article_page(article, reader, passages, authors)
    if viewing.mode == "card":
        # The worker draws a card once the article is published.
        texts = CardTexts(series.title, article.title, "", series.pk)
        drawn = "" if page["share"] else b64encode(draw(texts)).decode()
        return "articles/share_preview.html", {**page, "drawn": drawn}
    return "articles/article.html", page


@preview_of(Series)
def series(series: Series, viewing: Viewing) -> Rendering:
    page = series_page(series, viewing.request)
    # An editor of the series may show its coming parts without being allowed to know of them all.
    known = pages_known_to(viewing.editor).filter(below(series.path))
    keys = set(known.values_list("pk", flat=True))
    page["coming"] = [part for part in page["coming"] if part.page_id in keys]
    return "articles/series.html", page


@preview_of(Author)
def author(author: Author, viewing: Viewing) -> Rendering:
    return "articles/author.html", author_page(author, author.rendered(), viewing.request)


@preview_of(SimplePage)
def page(page: SimplePage, viewing: Viewing) -> Rendering:
    return "articles/page.html", simple_page(page, page.rendered())

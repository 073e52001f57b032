"""Answers a search, from what this reader may read and from nothing else."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import DatabaseError
from django.db.models import F
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from accounts.access import Reader
from articles.models import Article, ArticleSubject, Definition
from articles.models.by_lines import ArticleAuthor
from articles.parts import parts_below
from articles.slugs import norwegian_slug
from delivery.prepared_sql import Prepared
from search.candidates import MOST, Filters, candidates
from search.mending import mended
from search.models import Section
from search.phrases import SECTIONS, Ranking, holding_phrases
from search.prepared import ForReader, among
from search.query import Query, cleaned
from search.ranking import Ranked, ranked
from search.snippets import excerpt, marked
from search.suggesting import Suggestion, suggestions
from search.words.tokens import folded, tokens

logger = logging.getLogger(__name__)

ON_A_PAGE = 10
#: Of names that match, and of each kind of facet.
OTHERS, FACETS = 4, 8
#: Where an article stands among the others that has no date of publishing.
UNDATED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Hit:
    """An article that answers, and the place in it that answers best."""

    article: Article
    #: Its number in the series, from 1. None in a series with one part.
    part: int | None
    #: The heading above that place. "" if there is none.
    heading: str
    url: str
    snippet: SafeString
    date: datetime | None


@dataclass(frozen=True)
class Answer:
    """A definition of what was searched for. `html` is "" where only the term is public."""

    term: str
    url: str
    html: SafeString


class Facet(NamedTuple):
    slug: str
    title: str
    #: How many of the hits have it.
    hits: int


@dataclass(frozen=True)
class Facets:
    """What the hits have in common, the most frequent first."""

    subjects: Sequence[Facet] = ()
    series: Sequence[Facet] = ()
    authors: Sequence[Facet] = ()


@dataclass(frozen=True)
class Found:
    #: What was typed, cleaned.
    asked: str
    #: What was searched for. It differs from `asked` if a slip was mended.
    searched: str
    is_mended: bool = False
    hits: Sequence[Hit] = ()
    #: Up to MOST.
    count: int = 0
    #: Whether there are more, or may be.
    is_capped: bool = False
    page: int = 1
    pages: int = 1
    answer: Answer | None = None
    #: Series, authors, subjects and pages whose names match.
    others: Sequence[Suggestion] = ()
    facets: Facets = field(default_factory=Facets)
    #: The index is away, and only titles were searched.
    is_fallback: bool = False


NO_FILTERS = Filters()

ARTICLES: Prepared[Article] = Prepared(
    lambda pages: Article.objects.for_readers().filter(page_ptr__among=pages)
)
TERM: Prepared[Definition] = Prepared(
    lambda slug: Definition.objects.live().filter(slug=slug).order_by("pk")[:1]
)
DEFINITION: ForReader[Definition] = ForReader(
    lambda reader, slug: Definition.objects.readable_by(reader).filter(slug=slug).order_by("pk")[:1]
)
SUBJECTS: Prepared[Any] = Prepared(
    lambda pages: ArticleSubject.objects.filter(article__among=pages).annotate(
        slug=F("subject__slug"), title=F("subject__title")
    )
)
AUTHORS: Prepared[Any] = Prepared(
    lambda pages: (
        ArticleAuthor.objects.filter(article__among=pages, author__live=True)
        .annotate(slug=F("author__slug"), title=F("author__title"))
        .order_by("pk")
    )
)


def find(
    asked: str,
    reader: Reader,
    *,
    filters: Filters = NO_FILTERS,
    order: str = "relevance",
    page: int = 1,
    mend: bool = True,
) -> Found:
    """Search for `asked`. `order` is "relevance" or "date". Whatever is asked has an answer."""
    is_partial = asked[-1:].isalnum()
    asked = cleaned(asked)
    query = Query.of(asked)
    if not query:
        return Found(asked, asked)
    found = Found(asked, asked, page=page)
    try:
        ranking = _ranking(query, reader, filters)
        can_mend = mend and not ranking.hits
        other = mended(query, reader, is_partial=is_partial) if can_mend else None
        if other and (ranking := _ranking(other, reader, filters)).hits:
            searched = replaced(asked, query, other)
            found = replace(found, searched=searched, is_mended=searched != asked)
        return _answered(
            replace(found, is_capped=ranking.is_capped), _in_order(ranking.hits, order), reader
        )
    except DatabaseError as error:
        # The error's own text may hold what was typed.
        logger.error("The search index doesn't answer (%s): only titles", type(error).__name__)
        return _by_titles(found, query)


def pages_about(asked: str, reader: Reader) -> list[int]:
    """The primary keys of the articles that are found, the best first, and nothing of what a reader
    is shown of each. `asked` is not mended."""
    query = Query.of(cleaned(asked))
    try:
        return [each.page for each in _ranking(query, reader, NO_FILTERS).hits] if query else []
    except DatabaseError as error:
        logger.error("The search index doesn't answer (%s)", type(error).__name__)
        return []


def _ranking(query: Query, reader: Reader, filters: Filters) -> Ranking:
    if query.phrases or query.excluded_phrases:
        return holding_phrases(query, reader, filters)
    documents = candidates(query, reader, filters)
    return Ranking(ranked(documents[:MOST], query), is_capped=len(documents) > MOST)


def replaced(asked: str, query: Query, other: Query) -> str:
    """`asked`, with the words that `other` has in place of those of `query`."""
    old = {each.word for each in query.words}
    new = [each.word for each in other.words]
    kept = old.intersection(new)
    pieces, at = [], 0
    for token in tokens(asked):
        word = folded(token.text)
        if word in kept and word in new:
            place = new.index(word)  # more words may stand before it now
            pieces += [asked[at : token.start], *(f"{each} " for each in new[:place])]
            new, at = new[place + 1 :], token.start
        elif word in old - kept:
            pieces += [asked[at : token.start], new.pop(0) if new and new[0] not in kept else ""]
            at = token.end
    return " ".join([*"".join([*pieces, asked[at:]]).split(), *new])


def _in_order(ranking: list[Ranked], order: str) -> list[Ranked]:
    if order != "date":
        return ranking
    return sorted(ranking, key=lambda each: (each.published_at or UNDATED, each.page), reverse=True)


def _answered(found: Found, ranking: list[Ranked], reader: Reader) -> Found:
    found = _counted_in(found, len(ranking))
    start = (found.page - 1) * ON_A_PAGE
    is_first = found.page == 1
    return replace(
        found,
        hits=_hits(ranking[start : start + ON_A_PAGE], reader),
        answer=_answer(found.searched, reader) if is_first else None,
        others=_others(found.searched) if is_first else (),
        facets=_facets(ranking),
    )


def _counted_in(found: Found, count: int) -> Found:
    pages = max(1, -(-count // ON_A_PAGE))
    page = min(max(1, found.page), pages)
    return replace(found, count=count, page=page, pages=pages)


def _hits(shown: list[Ranked], reader: Reader) -> list[Hit]:
    pages = among([each.page for each in shown])
    articles = {article.pk: article for article in ARTICLES(pages)}
    sections: dict[int, list[Any]] = {}
    for section in SECTIONS(reader, pages):
        sections.setdefault(section.of_page, []).append(section)  # type: ignore[attr-defined]
    return [
        _hit(articles[each.page], each, sections.get(each.page, []))
        for each in shown
        if each.page in articles
    ]


def _hit(article: Article, rank: Ranked, sections: Sequence[Section]) -> Hit:
    best = excerpt(sections, rank.met)
    url = article.get_absolute_url()
    if best is None:  # found by its title, lead or author: they stand above the text
        lead = [token for token in tokens(article.lead) if folded(token.text) in rank.words]
        heading, snippet = "", marked(article.lead, lead)
    else:
        heading, snippet = best.heading, best.snippet
        url = f"{url}#{best.anchor}" if best.anchor else url
    return Hit(article, part_of(article), heading, url, snippet, article.first_published_at)


def part_of(article: Article) -> int | None:
    parts = parts_below(article.path[: -article.steplen])
    numbers = {part.pk: number for number, part in enumerate(parts, 1)}
    return numbers.get(article.pk) if len(parts) > 1 else None


def _answer(searched: str, reader: Reader) -> Answer | None:
    """The definition of a term that is just what was searched for, in any form."""
    words = [folded(token.text) for token in tokens(searched)]
    slugs = [norwegian_slug(" ".join(words))]
    if len(words) == 1:
        slugs += [norwegian_slug(key) for each in Query.of(searched).words for key in each.keys]
    for slug in filter(None, dict.fromkeys(slugs)):
        if term := TERM.first(slug):
            readable = DEFINITION(reader, slug)
            html = mark_safe(readable[0].html if readable else "")  # stored, sanitised HTML
            return Answer(term.term, term.get_absolute_url(), html)
    return None


def _others(searched: str) -> list[Suggestion]:
    named = [each for each in suggestions(searched) if each.kind not in ("article", "term")]
    return named[:OTHERS]


def _facets(ranking: list[Ranked]) -> Facets:
    pages = among([each.page for each in ranking])
    above = Counter(each.path[: -Page.steplen] for each in ranking)
    named = Page.objects.filter(path__in=above).values_list("slug", "title", "path")
    return Facets(
        _counted(Counter((row.slug, row.title) for row in SUBJECTS(pages))),
        _counted(Counter({(slug, title): above[path] for slug, title, path in named})),
        _counted(Counter((row.slug, row.title) for row in AUTHORS(pages))),
    )


def _counted(names: Counter[tuple[str, str]]) -> list[Facet]:
    ordered = sorted(names.items(), key=lambda item: (-item[1], item[0][1]))
    return [Facet(slug, title, count) for (slug, title), count in ordered[:FACETS]]


def _by_titles(found: Found, query: Query) -> Found:
    """Without the index: the articles whose title holds all the words as they were typed."""
    rows = Article.objects.for_readers()
    for each in query.words:
        rows = rows.filter(title__icontains=each.word)
    articles = list(rows.order_by("-first_published_at", "-pk")[: MOST + 1])
    found = replace(found, is_capped=len(articles) > MOST)
    found = _counted_in(found, len(articles[:MOST]))
    start = (found.page - 1) * ON_A_PAGE
    hits = [
        Hit(a, part_of(a), "", a.get_absolute_url(), marked(a.lead, []), a.first_published_at)
        for a in articles[:MOST][start : start + ON_A_PAGE]
    ]
    return replace(found, hits=hits, is_fallback=True)

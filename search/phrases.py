"""Finds the texts that hold a phrase. The index knows only that they hold its words."""

from typing import NamedTuple

from django.db.models import F

from accounts.access import Reader
from articles.models import Article
from search.candidates import LOOKED_AT, MOST, Filters, batches
from search.models import Document, Section
from search.prepared import ForReader, among
from search.query import Phrase, Query
from search.ranking import Ranked, in_order, ranked
from search.snippets import holds_phrase
from search.words.tokens import folded

SECTIONS: ForReader[Section] = ForReader(
    lambda reader, pages: (
        Section.objects.readable_by(reader)
        .filter(passage__page__among=pages)
        .annotate(of_page=F("passage__page"))
        .order_by("passage__position", "position")
    )
)


class Ranking(NamedTuple):
    #: The best first, at most MOST.
    hits: list[Ranked]
    #: Whether there are more, or may be.
    is_capped: bool


def holding_phrases(query: Query, reader: Reader, filters: Filters) -> Ranking:
    """Those that hold each phrase word by word, and no excluded one."""
    found: list[Ranked] = []
    looked_at = 0
    for documents in batches(query, reader, filters):
        looked_at += len(documents)
        found += ranked(_with_phrases(documents, query, reader), query)
        if len(found) > MOST:
            break
    is_capped = len(found) > MOST or looked_at >= LOOKED_AT
    return Ranking(in_order(found)[:MOST], is_capped)


def _with_phrases(documents: list[Document], query: Query, reader: Reader) -> list[Document]:
    pages = [each.page_id for each in documents]
    texts: dict[int, list[str]] = {}
    facts = Article.objects.for_readers().filter(pk__in=pages).values_list("pk", "title", "lead")
    for pk, *public in facts:
        texts[pk] = [folded(text) for text in public]
    for section in SECTIONS(reader, among(pages)):
        texts.setdefault(section.of_page, []).append(folded(section.text))  # type: ignore[attr-defined]

    def holds(page: int, phrase: Phrase) -> bool:
        return any(holds_phrase(text, phrase) for text in texts.get(page, ()))

    return [
        each
        for each in documents
        if all(holds(each.page_id, phrase) for phrase in query.phrases)
        and not any(holds(each.page_id, phrase) for phrase in query.excluded_phrases)
    ]

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


#: The most text that a search for a phrase looks through, in characters. It takes 0.3 s.
LOOKED_THROUGH = 2_000_000


def holding_phrases(query: Query, reader: Reader, filters: Filters) -> Ranking:
    """Those that hold each phrase word by word, and no excluded one."""
    found: list[Ranked] = []
    looked_at = looked_through = 0
    for documents in batches(query, reader, filters):
        texts = _texts(documents, reader)
        held = [each for each in documents if _holds(texts.get(each.page_id, []), query)]
        found += ranked(held, query)
        looked_at += len(documents)
        looked_through += sum(len(text) for each in texts.values() for text in each)
        if len(found) > MOST or looked_through > LOOKED_THROUGH:
            break
    is_cut = looked_at >= LOOKED_AT or looked_through > LOOKED_THROUGH
    return Ranking(in_order(found)[:MOST], is_capped=len(found) > MOST or is_cut)


def _texts(documents: list[Document], reader: Reader) -> dict[int, list[str]]:
    """What the reader may read of each, by page."""
    pages = [each.page_id for each in documents]
    texts: dict[int, list[str]] = {}
    facts = Article.objects.for_readers().filter(pk__in=pages).values_list("pk", "title", "lead")
    for pk, *public in facts:
        texts[pk] = [folded(text) for text in public]
    for section in SECTIONS(reader, among(pages)):
        texts.setdefault(section.of_page, []).append(folded(section.text))  # type: ignore[attr-defined]
    return texts


def _holds(texts: list[str], query: Query) -> bool:
    def holds(phrase: Phrase) -> bool:
        return any(holds_phrase(text, phrase) for text in texts)

    return all(map(holds, query.phrases)) and not any(map(holds, query.excluded_phrases))

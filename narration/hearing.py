"""Who may hear what. The gate decides: a stream is heard by whoever may read its passages."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import F, QuerySet
from wagtail.models import Page

from accounts.access import VISITOR, Reader
from articles.models import Article, Passage
from delivery.prepared_sql import Prepared
from narration.models import SpokenText, Stream


def readable_hashes(articles: Sequence[Article], reader: Reader) -> dict[int, list[str]]:
    """For each article, by its primary key, the spoken texts that `reader` may read, by hash.

    They begin with the first passage, and end where the worker has not made one yet.
    """
    readable = Passage.objects.readable_by(reader).filter(page__in=[each.pk for each in articles])
    rows = SpokenText.objects.filter(passage__in=readable).order_by("passage__position")
    found: dict[int, list[str]] = defaultdict(list)
    for page, position, key in rows.values_list("passage__page_id", "passage__position", "hash"):
        if position == len(found[page]):
            found[page].append(key)
    return found


def streams_for(articles: Sequence[Article], reader: Reader) -> dict[int, Stream]:
    """What `reader` hears of each of `articles`, by its primary key, where there is something."""
    hashes = readable_hashes(articles, reader)
    cut = {each.pk: each.metadata.gate_for(reader, each.path) is not None for each in articles}
    rows = Stream.objects.filter(page__in=list(cut)).order_by("pk")
    return {
        row.page_id: row
        for row in rows
        if row.is_cut == cut[row.page_id] and row.hashes == hashes.get(row.page_id, [])
    }


def _readable(page: int, reader: Reader) -> "QuerySet[SpokenText]":
    readable = Passage.objects.readable_by(reader).filter(page=page)
    rows = SpokenText.objects.filter(passage__in=readable).defer("sentences")
    return rows.annotate(position=F("passage__position")).order_by("passage__position")


# Each piece of sound that a player fetches asks.
READABLE: "Prepared[SpokenText]" = Prepared(lambda level, page: _readable(page, Reader(level)))


def may_hear(stream: Stream, reader: Reader) -> bool:
    """Whether `reader` may read all that is said in `stream`, as it stands now."""
    if not stream.hashes:  # it says the title and the lead
        return Article.objects.for_readers().filter(pk=stream.page_id).exists()
    page = stream.page_id
    rows = _readable(page, reader) if reader.opened else READABLE(int(reader.level), page)
    first = [
        row.hash
        for number, row in zip(range(len(stream.hashes)), rows, strict=False)
        if row.position == number  # type: ignore[attr-defined]
    ]
    return first == stream.hashes


def is_public(stream: Stream) -> bool:
    return may_hear(stream, VISITOR)


def recorded_series() -> list[int]:
    """The primary keys of the series of which something can be heard."""
    pages = Page.objects.live().filter(pk__in=Stream.objects.values("page"))
    above = {path[: -Page.steplen] for path in pages.values_list("path", flat=True)}
    return list(Page.objects.filter(path__in=above).values_list("pk", flat=True))

"""Asks the index for the documents that may answer a search."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.access import Reader
from articles.models import ArticleSubject, Author, PublishedMetadata, Series
from articles.models.by_lines import ArticleAuthor
from articles.models.series import WORDS_A_MINUTE
from articles.models.tree import below
from search.models import Document, IndexRow
from search.models.documents import Span, spans_at
from search.prepared import ForReader, among
from search.query import Query

#: The most documents that a search ranks and counts. Thousands of texts can hold a common word, and
#: nobody reads ten pages of results.
MOST = 100
#: The most documents whose texts a search for a phrase looks through, MOST at a time. The index
#: can't say which words stand side by side.
LOOKED_AT = 1_000
#: From so many documents on, a word is as common as any.
COMMON = 50
#: The most words of an article that takes five minutes, and fifteen.
FIVE, FIFTEEN = 5 * WORDS_A_MINUTE, 15 * WORDS_A_MINUTE
#: How long, by minutes of reading: the least and the greatest number of words.
WORDS_BY_LENGTH = {"kort": (0, FIVE), "middels": (FIVE + 1, FIFTEEN), "lang": (FIFTEEN + 1, 10**9)}


class Filters(NamedTuple):
    """Slugs, and a key of WORDS_BY_LENGTH. Those that are empty don't filter."""

    subject: str = ""
    series: str = ""
    author: str = ""
    minutes: str = ""


def _documents(reader: Reader) -> "QuerySet[Document]":
    """`Document.objects.for_reader` decides what may be searched. The tokens hold the levels too.

    The order is that of the index itself, so that nothing has to be sorted.
    """
    rows = Document.objects.for_reader(reader)
    rows = rows.annotate(path=F("page__path"), published_at=F("page__first_published_at"))
    return rows.order_by("-index_row__document_id")


def _holding(reader: Reader, formula: str) -> "QuerySet[Document]":
    return _documents(reader).filter(index_row__tokens__holds=formula)


def _among(reader: Reader, keys: str) -> "QuerySet[Document]":
    return _documents(reader).filter(pk__among=keys).order_by("-pk")


HOLDING: ForReader[Document] = ForReader(lambda *asked: _holding(*asked)[: MOST + 1])
AMONG: ForReader[Document] = ForReader(lambda *asked: _among(*asked)[: MOST + 1])
# Without an order: nothing has to be found beyond the first.
COUNTED: ForReader[Document] = ForReader(
    lambda *asked: _holding(*asked).order_by().only("pk")[:COMMON]
)
ANY: ForReader[Document] = ForReader(lambda *asked: _holding(*asked).order_by().only("pk")[:1])


def candidates(query: Query, reader: Reader, filters: Filters) -> list[Document]:
    """The documents that hold what `query` asks for, the best first, roughly. At most MOST, and one
    that says that there are more."""
    if not is_found(query, reader):
        return []
    conditions = list(_conditions(filters))
    found: dict[int, Document] = {}
    for formula in query.formulas(_spans(reader)):
        for document in _found(reader, str(formula), conditions):
            found.setdefault(document.pk, document)
        if len(found) > MOST:
            break
    return list(found.values())[: MOST + 1]


def batches(query: Query, reader: Reader, filters: Filters) -> Iterator[list[Document]]:
    """The candidates, and then what else holds the words, the newest first. MOST at a time, and
    LOOKED_AT in all."""
    first = candidates(query, reader, filters)
    yield first[:MOST]
    if len(first) <= MOST:
        return
    seen = {document.pk for document in first[:MOST]}
    formula = _widest(query, reader)
    rows = _rows(reader, formula, IndexRow.rare(formula), list(_conditions(filters)))
    keys = [pk for pk in rows.values_list("pk", flat=True)[:LOOKED_AT] if pk not in seen]
    for at in range(0, len(keys), MOST):
        yield AMONG(reader, among(keys[at : at + MOST]))


def _found(reader: Reader, formula: str, conditions: list[Q | Exists]) -> list[Document]:
    keys = IndexRow.rare(formula)
    if keys == []:
        return []
    if not conditions:
        return HOLDING(reader, formula) if keys is None else AMONG(reader, among(keys))
    return list(_rows(reader, formula, keys, conditions)[: MOST + 1])


def _rows(
    reader: Reader, formula: str, keys: list[int] | None, conditions: list[Q | Exists]
) -> "QuerySet[Document]":
    rows = _holding(reader, formula) if keys is None else _among(reader, among(keys))
    for condition in conditions:
        rows = rows.filter(condition)
    return rows


def is_found(query: Query, reader: Reader) -> bool:
    formula = _widest(query, reader)
    keys = IndexRow.rare(formula)
    return bool(ANY(reader, formula) if keys is None else keys and AMONG(reader, among(keys)))


def count_of(query: Query, reader: Reader) -> int:
    """How many documents hold what `query` asks for, counted up to COMMON."""
    formula = _widest(query, reader)
    keys = IndexRow.rare(formula)
    if keys == []:
        return 0
    rows = COUNTED(reader, formula) if keys is None else AMONG(reader, among(keys))
    return min(len(rows), COMMON)


def _widest(query: Query, reader: Reader) -> str:
    *_, widest = query.formulas(_spans(reader))
    return str(widest)


def _spans(reader: Reader) -> list[Span]:
    levels = {int(reader.level), *(grant.level for grant in reader.opened)}
    return sorted({span for level in levels for span in spans_at(level)})


def _conditions(filters: Filters) -> Iterator[Q | Exists]:
    if filters.subject:
        about = ArticleSubject.objects.filter(subject__slug=filters.subject)
        yield Exists(about.filter(article=OuterRef("page")))
    if filters.author:
        author = Author.objects.for_readers().filter(slug=filters.author)
        by = ArticleAuthor.objects.filter(author__in=author)
        yield Exists(by.filter(article=OuterRef("page")))
    if filters.series:
        series = Series.objects.for_readers().filter(slug=filters.series)
        path = series.values_list("path", flat=True).first()
        yield below(path, "page__") if path else Q(pk__in=[])
    if filters.minutes in WORDS_BY_LENGTH:
        least, most = WORDS_BY_LENGTH[filters.minutes]
        sized = PublishedMetadata.objects.filter(words__range=(least, most))
        yield Exists(sized.filter(article=OuterRef("page")))

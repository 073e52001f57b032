"""The searchable form of an article, for one span of access levels, and its sections and words."""

import zlib
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from wagtail.models import Page

from accounts.access import Access, Reader
from articles.models import Passage
from articles.models.tree import at_or_below, parent_is_live
from search.words.keys import VERSION

#: The most documents of one page: one for each level that its passages have.
MOST_OF_A_PAGE = 8
#: Above all levels.
TOP = 1_000_000


class Span(NamedTuple):
    """The access levels that a document answers for: from `low`, to just below `high`."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}·" if self.high == TOP else f"{self.low}·{self.high}"


def spans_at(level: int) -> list[Span]:
    """Every span that holds `level`. The documents in them are what a reader at it may search."""
    levels = sorted({int(access) for access in Access} | {int(level)})
    return [
        Span(low, high)
        for low in levels
        for high in (*levels, TOP)
        if low <= level < high
    ]  # fmt: skip


class DocumentQuerySet(models.QuerySet["Document"]):
    def outdated(self) -> bool:
        """Whether some were made with another list of words."""
        return self.exclude(version=VERSION).exists()

    def live(self) -> "DocumentQuerySet":
        """The documents of published pages below a published page."""
        return self.filter(parent_is_live("page__path"), page__live=True, is_stale=False)

    def for_reader(self, reader: Reader) -> "DocumentQuerySet":
        """One document of each published page: with the text that `reader` may read there."""
        chosen = Q(low__lte=reader.level, high__gt=reader.level)
        for level, path, _page in sorted(reader.opened):
            if level > reader.level:  # the last one, and so the highest, decides
                within = at_or_below(path, "page__")
                chosen = (within & Q(low__lte=level, high__gt=level)) | (~within & chosen)
        return self.live().filter(chosen)


class Document(models.Model):
    """What an index entry is made from: a page's title, lead, terms and authors, and the text that
    readers at the levels of its span may read. No document holds a word beyond its span.

    Its primary key follows from the page, so that every database lists documents in one order, and
    a new edition keeps its place.
    """

    id = models.BigIntegerField(primary_key=True)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="search_documents")
    low = models.IntegerField()
    high = models.IntegerField()
    #: The packed vocabulary (search/vocabulary.py).
    vocabulary = models.BinaryField()
    #: Whether the page has a newer edition. Then nobody finds it until it is indexed again.
    is_stale = models.BooleanField(default=False)
    #: The version of the words that its keys were made with.
    version = models.CharField(max_length=32)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["page", "low"], name="one_document_a_level")]

    def __str__(self) -> str:
        return f"{self.page_id} [{self.low}]"

    @property
    def span(self) -> Span:
        return Span(self.low, self.high)

    @staticmethod
    def key_of(page: int, number: int) -> int:
        return page * MOST_OF_A_PAGE + number


class SectionQuerySet(models.QuerySet["Section"]):
    def readable_by(self, reader: Reader) -> "SectionQuerySet":
        """The sections of passages that `reader` may read."""
        readable = Passage.objects.readable_by(reader).filter(pk=OuterRef("passage"))
        return self.filter(Exists(readable))


class Section(models.Model):
    """A heading of a passage and the text below it, as searches show it."""

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="search_sections")
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=500, blank=True)
    #: The ids of its paragraphs, one for each line of its text.
    anchors: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    #: The text, packed: a third copy of it in the database is half as large so.
    packed = models.BinaryField()

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["passage", "position"]

    def __str__(self) -> str:
        return f"{self.passage_id}: {self.heading}"

    @classmethod
    def of(
        cls, passage: Passage, position: int, heading: str, anchors: list[str], text: str
    ) -> "Section":
        packed = zlib.compress(text.encode(), 9)
        return cls(
            passage=passage, position=position, heading=heading, anchors=anchors, packed=packed
        )

    @cached_property
    def text(self) -> str:
        """Its paragraphs, one on each line."""
        return zlib.decompress(bytes(self.packed)).decode()

    def values(self) -> tuple[Any, ...]:
        """What `of` was given, apart from the passage."""
        return (self.position, self.heading, self.anchors, self.text)


class Word(models.Model):
    """A word that stands in a document of a span. The speller knows no others.

    Stored as bytes, because databases sort text by collations of their own.
    """

    span = models.CharField(max_length=24)
    #: Folded, in UTF-8; and the same backwards, to find words by their endings.
    word = models.BinaryField()
    backwards = models.BinaryField()
    letters = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["span", "word"], name="one_word_a_span")]
        indexes = [models.Index(fields=["span", "backwards"], name="word_backwards")]

    def __str__(self) -> str:
        return bytes(self.word).decode()

    @classmethod
    def of(cls, span: Span, word: str) -> "Word":
        backwards = word[::-1].encode()
        return cls(span=str(span), word=word.encode(), backwards=backwards, letters=len(word))

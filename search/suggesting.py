"""What a reader may be looking for, from the first letters on. All of it is public."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Left, Length
from wagtail.models import Page

from articles.models import Subject
from articles.models.base import address_of
from delivery.cache import cached_rows
from delivery.prepared_sql import Prepared
from search.models import Entry
from search.words.tokens import folded, tokens

#: How many are shown, and how many entries are looked at for them.
MOST, LOOKED_AT = 8, 40
#: Letters. One letter begins too much.
SHORTEST = 2
#: A byte above those of all text in UTF-8.
LAST = b"\xff"


class Suggestion(NamedTuple):
    """`kind` is "article", "series", "author", "page", "term" or "subject"."""

    kind: str
    title: str
    url: str
    #: The series of an article. Otherwise "".
    hint: str


def suggestions(typed: str) -> list[Suggestion]:
    """At most MOST: names that begin with what was typed, and then those with a word that does."""
    start = " ".join(folded(token.text) for token in tokens(typed[:100]))
    if len(start) < SHORTEST:
        return []
    found: dict[str, Suggestion] = {}
    for suggestion in chain(_subjects(start), _entries(start)):
        found.setdefault(suggestion.url, suggestion)
        if len(found) == MOST:
            break
    return list(found.values())


def _subjects(start: str) -> Iterator[Suggestion]:
    for subject in cached_rows("subjects", Subject.objects.for_readers):  # a short list
        words = [folded(token.text) for token in tokens(subject.title)]
        if any(" ".join(words[n:]).startswith(start) for n in range(len(words))):
            yield Suggestion("subject", subject.title, subject.get_absolute_url(), "")


def _named(is_whole: bool) -> "Prepared[Any]":
    """The entries between two byte strings, with the title of what stands above their page."""
    above = Page.objects.filter(
        path=Left(OuterRef("page__path"), Length(OuterRef("page__path")) - 4)
    )
    return Prepared(
        lambda start, end: (
            Entry.objects.live()
            .filter(start__gte=start, start__lt=end, is_whole=is_whole)
            .select_related("page", "definition")
            .annotate(above=Subquery(above.values("title")), model=F("page__content_type__model"))
            .order_by("start", "pk")[:LOOKED_AT]
        )
    )


WHOLE, INNER = _named(True), _named(False)


def _entries(start: str) -> Iterator[Suggestion]:
    first = start.encode()
    for named in (WHOLE, INNER):
        for entry in named(first, first + LAST):
            if page := entry.page:
                kind = entry.model if entry.model in ("article", "series", "author") else "page"
                hint = entry.above if kind == "article" else ""
                yield Suggestion(kind, page.title, address_of(page), hint)
            else:
                term = entry.definition
                yield Suggestion("term", term.term, term.get_absolute_url(), "")

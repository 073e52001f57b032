"""Finds what a reader meant, when what was typed stands in no text that the reader may search.

The speller knows the words of the reader's own spans and no others, so it can't tell a visitor
which words stand in a locked text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.db.models import Q

from accounts.access import Reader
from search.candidates import COMMON, count_of, is_found
from search.models import Word
from search.models.documents import spans_at
from search.query import SHORTEST_START, Query, Wanted
from search.words.keys import is_known, parts_of
from search.words.slips import lookups, nearest
from search.words.spacing import joined, parted

#: How many words a beginning may stand for.
BEGINNINGS = 30
#: The most rows of each lookup.
LOOKED_AT = 2_000
LAST = b"\xff"


def mended(query: Query, reader: Reader, *, is_partial: bool) -> Query | None:
    """`query` with other words in place of those that no text holds. None if nothing helps.

    `is_partial` says that the last word may only be begun.
    """
    unknown = [each for each in query.words if not is_found(Query((each,)), reader)]
    if not unknown:
        return None
    words: list[Wanted] = []
    is_joined = False
    for each, after in zip(query.words, [*query.words[1:], None], strict=True):
        if is_joined:  # with the word before
            is_joined = False
        elif each not in unknown:
            words.append(each)
        elif after and (compound := _joined(each, after, reader)):
            words.append(compound)
            is_joined = True
        else:
            words += _instead(each, reader, is_begun=is_partial and after is None)
    if tuple(words) == query.words:
        return None
    gone = {each.word for each in query.words}.difference(each.word for each in words)
    phrases = tuple(phrase for phrase in query.phrases if gone.isdisjoint(phrase))
    return replace(query, words=tuple(words), phrases=phrases)


def _instead(wanted: Wanted, reader: Reader, *, is_begun: bool) -> list[Wanted]:
    if is_begun and (begun := _begun(wanted, reader)):
        return [begun]
    # A compound of the word list stays whole: «nettverk» is neither «nett» nor «verk».
    apart = parted(wanted.word) or (() if is_known(wanted.word) else parts_of(wanted.word))
    parts = [Wanted.of(part) for part in apart]
    if parts and is_found(Query(tuple(parts)), reader):
        return parts
    if found := corrections(wanted.word, reader):
        return [Wanted.of(found[0])]
    return [wanted]


def _joined(first: Wanted, second: Wanted, reader: Reader) -> Wanted | None:
    """A compound that was written as two words."""
    together = (first.word + second.word, *joined((first.word, second.word)))
    for wanted in map(Wanted.of, together):
        if is_found(Query((wanted,)), reader):
            return wanted
    return None


def _begun(wanted: Wanted, reader: Reader) -> Wanted | None:
    """The words that begin as `wanted` does, as one choice."""
    if len(wanted.word) < SHORTEST_START:
        return None
    begins = Q(word__gte=wanted.word.encode(), word__lt=wanted.word.encode() + LAST)
    keys: dict[str, None] = {}
    for word in _known(begins, reader, BEGINNINGS):
        keys |= dict.fromkeys(Wanted.of(word).keys)
    found = Wanted(wanted.word, tuple(keys))
    return found if keys and is_found(Query((found,)), reader) else None


def corrections(word: str, reader: Reader) -> list[str]:
    """The words that `word` is likeliest a slip of, at most three, the likeliest first."""
    known = set(_looked_up(word, reader))
    likely = nearest(word, [(each, COMMON) for each in known])
    counted = [(each, count_of(Query((Wanted.of(each),)), reader)) for each in likely]
    return nearest(word, [(each, count) for each, count in counted if count])


def _looked_up(word: str, reader: Reader) -> Iterator[str]:
    for lookup in lookups(word):
        start = lookup.prefix.encode()
        column = "backwards" if lookup.column == "reversed" else "word"
        within = {f"{column}__gte": start, f"{column}__lt": start + LAST}
        sized = Q(letters__range=(lookup.shortest, lookup.longest))
        yield from _known(Q(**within) & sized, reader, LOOKED_AT)


def _known(condition: Q, reader: Reader, most: int) -> Iterable[str]:
    """Words of the reader's own level. A grant opens single texts, whose words it does not list."""
    spans = [str(span) for span in spans_at(int(reader.level))]
    rows = Word.objects.filter(condition, span__in=spans).values_list("word", flat=True)
    return (bytes(word).decode() for word in rows[:most])

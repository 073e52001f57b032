"""Finds the paragraph that answers a search best, and marks the words in it.

It works on text that the reader may read, and on nothing else.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.models import Section
from search.words.tokens import Token, folded, tokens

#: Characters, about two lines on a desktop.
LENGTH = 220
#: How much of it stands before the first word that was found.
BEFORE = 60


class Excerpt(NamedTuple):
    """The best paragraph of an article."""

    heading: str
    anchor: str
    snippet: SafeString


class _Found(NamedTuple):
    """A word in a paragraph: the number of the wanted word it meets, and where it stands."""

    number: int
    token: Token


def excerpt(sections: Sequence[Section], met: Sequence[Collection[str]]) -> Excerpt | None:
    """The paragraph with the most of the words, the first of equals. None without any.

    `met` are the folded words for each wanted word. The heading of a section counts for all of its
    paragraphs.
    """
    best, best_score = None, 0.0
    for section in sections:
        in_heading = {found.number for found in _words_in(section.heading, met)}
        for anchor, text in zip(section.anchors, section.text.split("\n"), strict=False):
            if not _may_hold(text, met):
                continue
            found = list(_words_in(text, met))
            if not found:
                continue
            here = {each.number for each in found}
            score = 10 * len(here) + 4 * len(in_heading - here) + min(len(found), 5)
            score += 2 * len(in_heading & here) - (text == section.heading)
            if score > best_score:
                best, best_score = (section.heading, anchor, text, found), score
    if best is None:
        return None
    heading, anchor, text, found = best
    return Excerpt(heading, anchor, marked(text, [each.token for each in found]))


def _may_hold(text: str, met: Sequence[Collection[str]]) -> bool:
    """A quick look, since taking a text apart takes a hundred times as long."""
    plain = folded(text)
    return any(word in plain for words in met for word in words)


def _words_in(text: str, met: Sequence[Collection[str]]) -> Iterator[_Found]:
    for token in tokens(text):
        word = folded(token.text)
        for number, words in enumerate(met):
            if word in words:
                yield _Found(number, token)
                break


@lru_cache(maxsize=100)
def _pattern(phrase: tuple[str, ...]) -> re.Pattern[str]:
    # A line is a paragraph, and a phrase does not go beyond it.
    # The look behind stands after the first word: a pattern that begins with letters is found ten
    # times as fast.
    first, *others = (re.escape(word) for word in phrase)
    words = r"(?:(?!\n)[\W_])+".join([rf"{first}(?<![^\W_]{first})", *others])
    return re.compile(rf"{words}(?![^\W_])")


def holds_phrase(text: str, phrase: tuple[str, ...]) -> bool:
    """Whether the words of `phrase` stand side by side in `text`, both of them folded."""
    return _pattern(phrase).search(text) is not None


def marked(text: str, found: Sequence[Token]) -> SafeString:
    """The part of `text` around the first of `found`, escaped, with the words in <mark>."""
    start, end = _window(text, found[0].start if found else 0)
    pieces, at = ["… " if start else ""], start
    for token in found:
        if token.start < at or token.end > end:
            continue
        pieces += [escape(text[at : token.start]), f"<mark>{escape(token.text)}</mark>"]
        at = token.end
    pieces += [escape(text[at:end]), " …" if end < len(text) else ""]
    return mark_safe("".join(pieces))  # every piece is escaped


def _window(text: str, first: int) -> tuple[int, int]:
    """Where to cut `text`, between words."""
    start = 0 if first <= BEFORE else text.find(" ", first - BEFORE) + 1
    start = start if start <= first else first
    end = start + LENGTH
    if end >= len(text):
        return start, len(text)
    space = text.rfind(" ", start, end)
    return start, space if space > first else end

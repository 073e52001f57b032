"""Where the sentences of a paragraph begin and end."""

import re
from collections.abc import Iterator

from narration.ear.abbreviations import ends_sentences, is_abbreviation
from narration.ear.tables import LISTS

#: A longer sentence is cut at a pause, so that an engine can take it.
LONGEST = 400
#: No piece is shorter than this, if there is a choice.
_SHORTEST = 120

_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'»”’)\]]*(?=\s+[«\"“‘„'(\[–—-]*\s?(?P<next>[^\W_]))")
_WORD = re.compile(r"[^\s«\"“(\[]*$")
_PAUSES = (";", ":", " –", ",", "")
#: How far back a word may begin.
_WORD_LENGTH = 40


def split(text: str) -> list[tuple[int, int]]:
    """Returns where each sentence begins and ends, without the spaces between them.

    A full stop ends no sentence after an abbreviation, an initial, an ordinal or the number of a
    section, and before a small letter. The time is linear in the length of the text.
    """
    return [
        piece
        for start, end in _sentences(text)
        for piece in _pieces(text, start, end)
        if piece[0] < piece[1]
    ]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        following = match["next"]
        if not (following.isupper() or following.isdecimal()):
            continue
        if match[0] == "." and not _ends(text, start, match.start(), following):
            continue
        yield start, match.end()
        start = match.end()
    yield start, len(text)


def _ends(text: str, start: int, stop: int, following: str) -> bool:
    """Says whether the full stop at `stop` ends the sentence that begins at `start`."""
    before = text[max(start, stop - _WORD_LENGTH) : stop]
    found = _WORD.search(before)
    word = found[0] if found else ""
    rest = before[: len(before) - len(word)].rstrip()
    if word.isdecimal():
        # "1. Kartlegg" at the beginning, "§ 4. Virkeområde", "16. 17. og 18. mai".
        return bool(rest) and not rest.endswith("§") and not following.isdecimal()
    if word == "St" or _INITIALS.fullmatch(word):
        return False
    last = rest.split()[-1] if rest else ""
    if len(word) == 1 and word.isupper():
        # An initial stands after a name or a word such as "av"; "vitamin C." may end a sentence.
        return bool(last) and not last[0].isupper() and last not in LISTS["before_names"]
    if following.isdecimal() and word.lower() in _NUMBERED:
        return False
    # Abbreviations may be written apart: "f. eks.", "adm. dir.".
    for written in (f"{last} {word}.", f"{word}."):
        if is_abbreviation(written):
            return ends_sentences(written) and following.isupper()
    return True


_INITIALS = re.compile(r"(?:[A-ZÆØÅ]\.)+[A-ZÆØÅ]")
_NUMBERED = LISTS["before_numbers"]


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        cut = _cut(text, start)
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    yield start, end


def _cut(text: str, start: int) -> int:
    window = text[start : start + LONGEST]
    for sign in _PAUSES:
        place = window.rfind(sign + " ", _SHORTEST)
        if place > 0:
            return start + place + len(sign)
    return start + LONGEST

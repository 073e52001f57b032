"""A written sentence as it is handed to a speech engine."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from narration.ear.abbreviations import without_abbreviations
from narration.ear.addresses import without_addresses
from narration.ear.characters import FIRST_MARK, MOST_MARKS, clean
from narration.ear.clock import without_times
from narration.ear.codes import without_codes
from narration.ear.counting import without_list_marks, without_numbers, without_signs_before
from narration.ear.dates import without_dates
from narration.ear.initialisms import without_initialisms
from narration.ear.law import without_references
from narration.ear.money import without_sums
from narration.ear.names import without_initials, without_roman_numerals
from narration.ear.signs import tidy, without_signs
from narration.ear.units import without_units
from narration.ear.years import without_years

Step = Callable[[str], str]

#: In this order: what holds digits for a reason of its own goes before plain numbers.
_STEPS: list[Step] = [
    without_addresses,
    without_list_marks,
    without_references,
    without_codes,
    without_dates,
    without_times,
    without_roman_numerals,
    without_signs_before,
    without_sums,
    without_units,
    without_abbreviations,
    without_initials,
    without_years,
    without_initialisms,
    without_numbers,
    without_signs,
]
_MARKS = re.compile(f"[{chr(FIRST_MARK)}-{chr(FIRST_MARK + MOST_MARKS)}]")


def spoken(sentence: str, words: Mapping[str, str] = {}) -> str:
    """Returns what an engine is handed for a sentence.

    `words` is the editors' list: a written word or phrase → how it is said. An entry is matched as
    whole words, the longest first, and with its capitals only if it has one after its first letter.
    What it says isn't changed further.
    """
    text = clean(sentence)
    said: list[str] = []
    if words:
        text = _with_marks(text, words, said)
    for step in _STEPS:
        text = step(text)
    return tidy(_MARKS.sub(lambda m: said[ord(m[0]) - FIRST_MARK], text)) if said else text


def _with_marks(text: str, words: Mapping[str, str], said: list[str]) -> str:
    """Puts marks in the place of the editors' words, and what they say into `said`."""
    pattern, sayings = _matcher(tuple(words.items()))
    places: dict[str, str] = {}

    def mark(match: re.Match[str]) -> str:
        # Letters such as the long s match another, and have a small letter of their own.
        saying = sayings.get(match[0], sayings.get(match[0].lower(), match[0]))
        if saying not in places and len(said) < MOST_MARKS:
            places[saying] = chr(FIRST_MARK + len(said))
            said.append(saying)
        return places.get(saying, saying)

    return pattern.sub(mark, text)


@lru_cache(maxsize=4)
def _matcher(entries: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    sayings, patterns = {}, []
    cleaned = [(clean(written), clean(saying)) for written, saying in entries]
    for written, saying in sorted(cleaned, key=lambda entry: -len(entry[0])):
        if not written:
            continue
        has_capital = written[1:] != written[1:].lower()
        sayings[written if has_capital else written.lower()] = saying
        patterns.append(re.escape(written) if has_capital else f"(?i:{re.escape(written)})")
    if not patterns:
        patterns = ["(?!)"]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)"), sayings

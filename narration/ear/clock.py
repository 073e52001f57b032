"""Times of the day: "kl. 10.30", "10:05", "kl. 8–16"."""

import re

from narration.ear.numerals import cardinal, digits, number, two_digits
from narration.ear.tables import LISTS

_TIME = r"(\d{1,2})(?:[.:](\d{2}))?(?![\d])(?![.:,]\d)"
_FOUR = r"(\d{2})(\d{2})(?![\d.,:]\d|\d)"
_NAMED = re.compile(
    rf"\b(kl\b\.?|klokken|klokka|mellom kl\b\.?) ?(?:{_FOUR}|{_TIME})"
    rf"(?:( ?[–-] ?| til | og )(?:{_FOUR}|{_TIME}))?",
    re.I,
)
_COLON = re.compile(
    r"(?<![\d:.,])(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:]|[.,]\d| \d{3}\b)"
    r"(?: ?[–-] ?(\d{1,2}):(\d{2})(?!\d))?"
)
_HOURS = re.compile(r"(?<![\d.,])(0\d)([0-5]\d) ?[–-] ?([01]\d|2[0-4])([0-5]\d)(?![\d.,]\d|\d)")
_MORNING = re.compile(r"(?<![\w.,:–-])(0\d)[–-]([01]\d|2[0-4])(?![\w–-]|[.,:]\d)")
_SPORT = re.compile(r"(?<![\d.,:])(\d{1,2})[.:](\d{2}),(\d{1,2})(?![\d])")
_BOTH = re.compile(r"(?<![\d.,])(\d{1,2})\.(\d{2}) ?[–-] ?(\d{1,2})\.(\d{2})(?![\d.]\d|\d)")
_DOT = re.compile(
    r"(?P<cue>\b\w+ |^)?(?<![\d.,])(?P<hour>\d{1,2})\.(?P<minute>\d{2})"
    r"(?![\d.,%]\d|\d| ?%| ?(?:kr|mill|prosent|kroner)\b)"
)
#: Words before which, or after which, a figure such as 3.15 names a place in a text, or a version.
_DURATION = re.compile(r"\b(?:på|tid|tiden|tida|tiden:|tid:|etter|rekorden|rekord) $", re.I)
_LABELS = LISTS["before_versions"]
_CUES = LISTS["before_times"]


def without_times(text: str) -> str:
    """Returns the text with its times in words: "klokken ti tretti", "ti null fem"."""
    text = _NAMED.sub(_named, text)
    text = _HOURS.sub(lambda m: f"{time(m[1], m[2])} til {time(m[3], m[4])}", text)
    text = _MORNING.sub(lambda m: f"{time(m[1], None)} til {time(m[2], None)}", text)
    text = _SPORT.sub(_sport, text)
    text = _COLON.sub(_colon, text)
    if "." in text:
        text = _BOTH.sub(_both, text)
        text = _DOT.sub(_dot, text)
    return text


def _is_time(hour: str, minute: str | None) -> bool:
    return int(hour) <= 24 and int(minute or 0) < 60


def time(hour: str, minute: str | None) -> str:
    """Returns "ti", "ti null fem", "null null femten". A full hour stands alone."""
    said = digits(hour) if hour == "00" else cardinal(int(hour), neuter=int(hour) == 1)
    if not minute or (minute == "00" and hour != "00"):
        return said
    return f"{said} {two_digits(minute)}"


def _sport(match: re.Match[str]) -> str:
    if int(match[2]) >= 60:
        return match[0]
    return f"{cardinal(int(match[1]))} {two_digits(match[2])} komma {number(match[3])}"


def _named(match: re.Match[str]) -> str:
    hour, minute = match[2] or match[4], match[3] or match[5]
    if not _is_time(hour, minute):
        return match[0]
    name = match[1].lower()
    said = "klokken" if name.startswith("kl") and len(name) < 4 else name
    if name.startswith("mellom"):
        said = "mellom klokken"
    if match[1][0].isupper():
        said = said.capitalize()
    said += " " + time(hour, minute)
    if match[6]:
        hour, minute = match[7] or match[9], match[8] or match[10]
        if not _is_time(hour, minute):
            return match[0]
        said += (" og " if "og" in match[6] else " til ") + time(hour, minute)
    return said


def _colon(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 12) : match.start()]
    if not _is_time(match[1], match[2]):
        if int(match[2]) < 60 and not match[3] and not match[4] and _DURATION.search(before):
            return f"{cardinal(int(match[1]))} {two_digits(match[2])}"
        return match[0]
    said = time(match[1], match[2])
    if match[3]:
        said = f"{cardinal(int(match[1]))} {two_digits(match[2])} {two_digits(match[3])}"
    if match[4]:
        said += " til " + time(match[4], match[5])
    return said


def _both(match: re.Match[str]) -> str:
    if not (_is_time(match[1], match[2]) and _is_time(match[3], match[4])):
        return match[0]
    return f"{time(match[1], match[2])} til {time(match[3], match[4])}"


def _dot(match: re.Match[str]) -> str:
    cue = (match["cue"] or "").strip().lower()
    hour, minute = match["hour"], match["minute"]
    if cue in _LABELS or not _is_time(hour, minute):
        return match[0]
    if (len(hour) < 2 and cue not in _CUES) or (hour.startswith("0") and minute > "59"):
        return match[0]
    return (match["cue"] or "") + time(hour, minute)

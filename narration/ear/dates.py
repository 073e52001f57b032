"""Dates: "3. mai 2024", "03.05.2024", "2024-05-03", "17.5.", "3/5-2024", "man.–fre."."""

import re

from narration.ear.abbreviations import full_stop
from narration.ear.numerals import ordinal, two_digits, year

MONTHS = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
]
_SHORT = {"sept": "september"} | {name[:3]: name for name in MONTHS}
_MONTH = "|".join([*MONTHS, *(rf"(?-i:{short}\b\.?|{short.capitalize()}\.)" for short in _SHORT)])
_DAYS = ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"]
_SHORT_DAYS = {day[:3]: day for day in _DAYS} | {"tirs": "tirsdag", "tors": "torsdag"}
_DAY = "|".join(sorted(_SHORT_DAYS, key=len, reverse=True))

_JOINTS = r"(?: ?[–-] ?|, | og | eller | til )"
_NAMED = re.compile(
    rf"(?<![\d.,])(?P<before>(?:\d{{1,2}}\.?{_JOINTS}){{0,9}})(?P<day>\d{{1,2}})\.? ?"
    rf"(?P<month>{_MONTH})(?![\w])(?P<year>,? \d{{4}}(?![\d:]|[.,]\d| ?%))?"
    r"(?P<to> ?[–-] ?(?=\d{1,2}\.))?",
    re.I,
)
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_MONTH})(?P<year> \d{{4}})(?![\d:]|[.,]\d| ?%)", re.I)
_SHORT_YEAR = re.compile(rf"\b({'|'.join(MONTHS)}) [-']([0-9]{{2}})(?!\w)")
_MONTH_RANGE = re.compile(rf"\b({_MONTH})[–-]({_MONTH})(?!\w)", re.I)
_DOTS = re.compile(
    r"(?<![\d.,])(?P<from>\d{1,2}\.(?:\d{1,2}\.)? ?[–-] ?)?(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d{2})"
    r"(?![\d]|[.,]\d)"
)
_DATE = r"(?:\d{1,2}\.\d{1,2}\.\d{2,4}|\d{4}-\d{2}-\d{2})"
_DATE_RANGE = re.compile(rf"(?<![\d.])({_DATE}) ?[–-] ?(?={_DATE})")
_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_SLASH = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})[-– /](\d{4}|(?<=[-–/])\d{2})(?![\d/])")
_DAY_MONTH = re.compile(
    r"(?<![\w.,])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?!\d)(?P<to> ?[–-] ?(?=\d))?"
)
_SLASH_DAY = re.compile(
    r"\b(den|begynner|starter|slutter|holdes|avholdes|dato:?|datert|innen|frist:?|(?:man|tirs|ons|tors|fre|lør|søn)dag)"
    r" (\d{1,2})/(\d{1,2})(?![\d/])",
    re.I,
)
#: Before these a figure with two full stops names a place in a text.
_LABELS = re.compile(
    r"(?:kapittel|kap|punkt|pkt|versjon|avsnitt|del|tabell|figur|fig|nr|kl"
    r"|oppg|oppgave|øvelse|art|artikkel|eksempel|ligning|§)"
    r"[.:]? ?(?:\d+(?:\.\d+)*(?:,| og| til| eller) ?)*$",
    re.I,
)
_DAY_RANGE = re.compile(rf"\b({_DAY})\b\.?[–-]({_DAY})\b(\.?)", re.I)
_DAY_SHORT = re.compile(
    rf"\b({_DAY})\b\.?(?=,? (?:\d{{1,2}}\.|\d{{1,2}}(?:[.:]\d{{2}})?[–-]\d|kl\b|den \d)"
    rf"|,? og (?:{_DAY})\b\.)",
    re.I,
)
_CLEAR_DAY = re.compile(r"(?<![\w.])(tirs|ons|tors|lør|søn)\.(?!\w)", re.I)
_CENTURY = 70


def without_dates(text: str) -> str:
    """Returns the text with its dates in words: "tredje mai tjue tjuefire"."""
    text = _DAY_RANGE.sub(lambda m: f"{_weekday(m[1])} til {_weekday(m[2]).lower()}", text)
    text = _DAY_SHORT.sub(_short_day, text)
    text = _CLEAR_DAY.sub(lambda m: _weekday(m[1]) + full_stop(text, m.end()), text)
    if "–" in text or "-" in text:
        text = _MONTH_RANGE.sub(_month_range, text)
    if any(character in "0123456789" for character in text):
        text = _DATE_RANGE.sub(r"\1 til ", text)
        text = _ISO.sub(lambda m: _numeric(m, m[3], m[2], m[1]), text)
        text = _DOTS.sub(_dots, text)
        text = _SLASH.sub(lambda m: _numeric(m, m[1], m[2], m[3]), text)
        text = _SLASH_DAY.sub(
            lambda m: f"{m[1]} " + _day_month(m[2], m[3], m[0][len(m[1]) + 1 :]), text
        )
        text = _NAMED.sub(_named, text)
        text = _DAY_MONTH.sub(_dotted, text)
        text = _SHORT_YEAR.sub(lambda m: f"{m[1]} {two_digits(m[2])}", text)
        text = _MONTH_YEAR.sub(lambda m: _month(m["month"]) + _year(m["year"]), text)
    return text


def full_year(written: str) -> int:
    """Returns the year; two digits mean the years from 1970 to 2069."""
    value = int(written)
    if len(written) > 2:
        return value
    return value + (1900 if value >= _CENTURY else 2000)


def _is_day(day: str, month: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _day_month(day: str, month: str, plain: str) -> str:
    return f"{ordinal(int(day))} {MONTHS[int(month) - 1]}" if _is_day(day, month) else plain


def _numeric(match: re.Match[str], day: str, month: str, written: str) -> str:
    if not _is_day(day, month):
        return match[0]
    return f"{_day_month(day, month, '')} {year(full_year(written))}"


def _dots(match: re.Match[str]) -> str:
    day, month, written = match[2], match[3], match[4]
    if not _is_day(day, month):
        return match[0]
    said = _numeric(match, day, month, written)
    if not match["from"]:
        return said
    first = re.findall(r"\d+", match["from"])
    if len(first) == 1:
        return f"{ordinal(int(first[0]))} til {said}"
    return f"{_day_month(first[0], first[1], match['from'])} til {said}"


def _dotted(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 30) : match.start()]
    if _LABELS.search(before) or not _is_day(match["day"], match["month"]):
        return match[0]
    end = " til " if match["to"] else full_stop(match.string, match.end())
    return _day_month(match["day"], match["month"], "") + end


def _named(match: re.Match[str]) -> str:
    if not 1 <= int(match["day"]) <= 31:
        return match[0]
    before = re.sub(r"(\d+)\.?", lambda m: ordinal(int(m[1])), match["before"])
    before = re.sub(r" ?[–-] ?", " til ", before)
    said = f"{before}{ordinal(int(match['day']))} {_month(match['month'], match)}"
    return said + _year(match["year"]) + (" til " if match["to"] else "")


def _month_range(match: re.Match[str]) -> str:
    stop = full_stop(match.string, match.end()) if match[2].endswith(".") else ""
    return f"{_month(match[1])} til {_month(match[2])}{stop}"


def _month(written: str, match: re.Match[str] | None = None) -> str:
    short = written.lower().rstrip(".")
    said = short if short in MONTHS else _SHORT[short]
    return said.capitalize() if written[0].isupper() and match is None else said


def _year(written: str | None) -> str:
    return f" {year(int(written.strip(', ')))}" if written else ""


def _short_day(match: re.Match[str]) -> str:
    # "Tor" and "Man" with a capital within a sentence are a name and a pronoun.
    if match[1][0].isupper() and match.start() and not match[0].endswith("."):
        return match[0]
    return _weekday(match[1])


def _weekday(written: str) -> str:
    said = _SHORT_DAYS[written.lower().rstrip(".")]
    return said.capitalize() if written[0].isupper() else said

"""Years and decades, told from numbers by what stands beside them.

A number of four digits is a year after words such as "i", "år", "våren", and a number before a noun
in the plural. Alone it is a year from 1700 to 2050.
"""

import re

from narration.ear.genders import NEUTER_ENDS
from narration.ear.numerals import number, two_digits, year
from narration.ear.tables import LISTS

_DECADE = re.compile(
    r"(?<![\w.,])(\d{4}|\d{2})- ?"
    r"(tall\w*|år(?:ene|enes|a)\b|åras\b|(?:og|eller|til)\b(?= \d)|(?=, ?\d))"
)
_SPAN = re.compile(
    r"(?<![\d.,/])(?<!/ )(1\d{3}|20\d{2})( ?[–-] ?| til | og |/)(1\d{3}|20\d{2}|\d{2})"
    r"(?![\d/]|[.,]\d|-\w| \d{3}(?!\d))"
)
#: "(793–1066)".
_EARLY = re.compile(r"(?<![\d.,])([1-9]\d{2}) ?– ?(1[0-5]\d{2})(?=\))")
#: "(2019:23)".
_PAGE = re.compile(r"(?<=\b(?:18|19|20)\d\d): ?(?=\d{1,3}\b(?![.,:]\d))")
#: As laws of the EU are numbered: "2016/679".
_NUMBERED = re.compile(r"(?<![\d.,/])((?:19|20)\d{2})/(\d{1,4})(?!/?\d|[.,]\d)")
_YEAR = re.compile(r"(?<![\w.,:/])(?P<year>[12]\d{3})(?![\d]|[.,:/]\d|[-–]?[a-zæøå])")
#: A range of counts is left whole, so that it keeps its "til".
_RANGE_BEFORE = re.compile(r"\d ?[–-] ?$")
_RANGE_AFTER = re.compile(r" ?[–-] ?\d")
_WORD_BEFORE = re.compile(r"([^\W\d]+) (?:cirka )?[(,«\" ]*$|([^\W\d]+)[(,«\"]*$")
_FOLLOWING = re.compile(r" ((?:[a-zæøåé]+ )?[a-zæøåé]+)")
_ALWAYS = LISTS["before_years"]
_COUNTED = LISTS["counted_nouns"] | LISTS["neuter_nouns"]
_PLURAL = re.compile(r"[a-zæøå]{3,}(?:er|erne|ene|ere)$")
_NOT_PLURAL = LISTS["no_plurals"]
#: Words that stand before years, and before numbers too.
_OFTEN = frozenset({"fra", "før", "etter", "til", "omkring", "rundt", "innen"})
#: Before figures below 1100: "regjerte fra 1035 til 1047".
_HISTORY = re.compile(
    r"\b(?:varte?|regjer\w+|levde|styrte|hersket|konge\w*|pave\w*|perioden|årene|\w+tid(?:en|a)|født|død)\b"
    r"[^.!?]*$"
)
_YEARS = range(1100, 2100)
_LIKELY = range(1700, 2051)


def without_years(text: str) -> str:
    """Returns the text with its years and decades in words."""
    text = _DECADE.sub(_decade, text)
    text = _PAGE.sub(": ", text)
    text = _EARLY.sub(lambda m: f"{m[1]} til {year(int(m[2]))}", text)
    text = _SPAN.sub(_span, text)
    text = _NUMBERED.sub(lambda m: f"{year(int(m[1]))} {number(m[2])}", text)
    return _YEAR.sub(_single, text)


def _decade(match: re.Match[str]) -> str:
    written, ending = match[1], match[2]
    if len(written) == 2:
        said = two_digits(written)
    elif written == "2000":
        said = "totusen"
    else:
        said = year(int(written)).replace(" ", "")
    if ending in ("og", "eller", "til", ""):
        return f"{said}- {ending}".rstrip()
    return said + ending


def _span(match: re.Match[str]) -> str:
    first, joint, last = match[1], match[2], match[3]
    text = match.string
    if (len(last) == 4 and not int(first) < int(last)) or _counts(text, match.end()):
        return match[0]
    in_words = joint.strip() in ("og", "til")
    if in_words and (len(last) == 2 or not _cue(text[max(0, match.start() - 20) : match.start()])):
        return match[0]
    if len(last) == 2 and int(last) <= int(first[2:]) and f"{first[2:]}{last}" != "9900":
        return match[0]
    said = {"og": " og ", "til": " til ", "/": " "}.get(joint.strip(), " til ")
    if first.startswith("200") and last.startswith("0"):
        last = "20" + last[-2:]
    end = year(int(last)) if len(last) == 4 else two_digits(last)
    return f"{year(int(first))}{said}{end}"


def _cue(before: str) -> bool:
    words = re.findall(r"[^\W\d]+", before.lower())
    return bool(words) and words[-1] in _ALWAYS | {"fra", "mellom", "perioden", "både"}


def _single(match: re.Match[str]) -> str:
    value = int(match["year"])
    found = _WORD_BEFORE.search(match.string[max(0, match.start() - 30) : match.start()])
    before = (found[1] or found[2]).lower() if found else ""
    is_named = before == "i" or before in _ALWAYS
    if _RANGE_BEFORE.search(match.string[max(0, match.start() - 4) : match.start()]) or (
        _RANGE_AFTER.match(match.string, match.end()) and not is_named
    ):
        return match[0]
    if value not in _YEARS and before not in ("år", "i", "anno"):
        past = value < 1100 and before in _OFTEN and not _counts(match.string, match.end())
        said_so = _HISTORY.search(match.string[max(0, match.start() - 60) : match.start()])
        return year(value) if past and said_so else match[0]
    if is_named:
        is_year = not _is_money(match.string, match.end())
    elif before in LISTS["before_counts"] or _counts(match.string, match.end()):
        is_year = False
    else:
        is_year = value in _LIKELY or before in _OFTEN
    return year(value) if is_year else number(match["year"])


def _counts(text: str, end: int) -> bool:
    following = _FOLLOWING.match(text, end, end + 60)
    if not following:
        return False
    words = following[1].split()
    first = words[0]
    if (
        first in _COUNTED
        or first.endswith(NEUTER_ENDS)
        or (_PLURAL.match(first) and first not in _NOT_PLURAL)
    ):
        return True
    # "1250 nye kunder": an adjective before a noun in the plural.
    return (
        len(words) > 1
        and first.endswith("e")
        and len(first) > 3
        and first not in _NOT_PLURAL
        and not first.endswith(("te", "de", "ene"))
        and bool(_PLURAL.match(words[1]))
        and words[1] not in _NOT_PLURAL
    )


def _is_money(text: str, end: int) -> bool:
    return text.startswith((" kroner", " dollar", " euro", " meter", " kilometer"), end)

"""Sums of money: "1 250 kr", "kr 99,50", "NOK 5 mill.", "€10", "250,-"."""

import re

from narration.ear.abbreviations import full_stop
from narration.ear.numerals import cardinal, number
from narration.ear.quantities import QUANTITY, SCALES, is_singular, quantity
from narration.ear.units import PER, per

#: Sign → singular, plural, the hundredth part.
_CURRENCIES = {
    "kr": ("krone", "kroner", "øre"),
    "NOK": ("norsk krone", "norske kroner", "øre"),
    "SEK": ("svensk krone", "svenske kroner", "øre"),
    "DKK": ("dansk krone", "danske kroner", "øre"),
    "ISK": ("islandsk krone", "islandske kroner", "øre"),
    "USD": ("dollar", "dollar", "cent"),
    "EUR": ("euro", "euro", "cent"),
    "GBP": ("pund", "pund", "pence"),
    "CHF": ("sveitsisk franc", "sveitsiske franc", "rappen"),
    "JPY": ("yen", "yen", "sen"),
    "US$": ("dollar", "dollar", "cent"),
    "$": ("dollar", "dollar", "cent"),
    "€": ("euro", "euro", "cent"),
    "£": ("pund", "pund", "pence"),
    "¥": ("yen", "yen", "sen"),
}
_NEUTER = frozenset({"GBP", "£"})
#: A scale in front of the sign: "MNOK 5", "5 tkr".
_SCALED = {"t": "tusen", "T": "tusen", "m": "millioner", "M": "millioner", "mrd": "milliarder"}
_CODES = "|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True))
_SIGN = rf"(?P<scaled>[tTmM](?=NOK|kr|SEK|EUR|USD))?(?P<sign>{_CODES})"
#: As in English: "$4.99", "$1,200".
_POINT = re.compile(r"(?<=[$€£])( ?\d{1,3}(?:,\d{3})*)(?:\.(\d{2}))?(?!\d|[.,]\d)")
_DASH = r"(?P<dash>(?:,[-–−]|\.-)(?!\w))"
_BEFORE = re.compile(
    rf"(?<![\w]){_SIGN}(?![A-Za-zæøå])\.?:? ?(?P<minus>minus )?{QUANTITY}{_DASH}?"
    rf"(?P<name> kroner| kr)?{PER}(?![\w])"
)
_AFTER = re.compile(
    rf"(?<![\w]){QUANTITY}(?:{_DASH}(?: ?(?P<name>kroner|kr\b\.?))?"
    rf"| ?(?:{_SIGN})(?![A-Za-zæøå0-9])(?P<stop>(?<=kr)\.)?){PER}"
)
_LARGE = re.compile(rf"(?<![\w]){QUANTITY}(?:(?<=mill)|(?<=mrd)|(?<=[ld]\.))(?!\w)")
_ALONE = re.compile(r"(?<!\w)(?<!\b[ef]\.)(?<!\b[ef]\. )[Kk]r\b(?!\.\w)(?P<stop>\.)?(?!-)")
_SCALES_ALONE = re.compile(r"(?<![\w.])(?P<scale>mill|mrd)\b\.?(?=,? |[,.;:!?)]|$)")
#: "250' kr".
_THOUSANDS = re.compile(r"(?<=\d)' ?(?=kr\b|kroner)")
_ONE = re.compile(r"\b(?:halv|en|én|hver|per) $")
_CAPITAL = re.compile(r"\bK[rR]\b(?=\.?:? ?(?:minus )?\d)|(?<=\d )K[rR]\b")
_NOUN = re.compile(r" ?(?:kr\b|kroner|NOK)")


def without_sums(text: str) -> str:
    """Returns the text with its sums in words: "nittini kroner og femti øre"."""
    if "$" in text or "£" in text or "€" in text:
        text = _POINT.sub(lambda m: m[1].replace(",", "") + (f",{m[2]}" if m[2] else ""), text)
    text = _CAPITAL.sub("kr", _THOUSANDS.sub(" tusen ", text))
    text = _BEFORE.sub(_sum, text)
    text = _AFTER.sub(_sum, text)
    text = _LARGE.sub(_large, text)
    text = _SCALES_ALONE.sub(_scale, text)
    return _ALONE.sub(_kroner, text)


def _sum(match: re.Match[str]) -> str:
    groups = match.groupdict()
    sign = groups["sign"] or "kr"
    singular, plural, part = _CURRENCIES[sign]
    minus = groups.get("minus") or ""
    whole, _, decimals = match["from"].partition(",")
    if groups["scaled"]:
        said = f"{quantity(match)} {_SCALED[groups['scaled']]} {plural}"
    elif len(decimals) == 2 and not match["scale"] and not match["to"]:
        said = _with_part(whole, decimals, (singular, plural, part), sign in _NEUTER)
    else:
        said = f"{quantity(match, sign in _NEUTER)} {singular if is_singular(match) else plural}"
    said = minus + said + per(match["per"])
    if match[0].endswith(".") and not match[0].endswith(".-"):
        said += full_stop(match.string, match.end())
    return said


def _with_part(whole: str, decimals: str, names: tuple[str, str, str], neuter: bool) -> str:
    singular, plural, part = names
    small = f"{cardinal(int(decimals), part == 'øre')} {part}"
    if not int(whole.replace(" ", "").replace(".", "")):
        return small
    said = f"{number(whole, neuter)} {singular if whole == '1' else plural}"
    return said if decimals == "00" else f"{said} og {small}"


def _large(match: re.Match[str]) -> str:
    stop = full_stop(match.string, match.end()) if match[0].endswith(".") else ""
    return quantity(match) + stop


def _scale(match: re.Match[str]) -> str:
    stop = full_stop(match.string, match.end()) if match[0].endswith(".") else ""
    is_one = _ONE.search(match.string[max(0, match.start() - 6) : match.start()])
    return SCALES[match["scale"]][0 if is_one else 1] + stop


def _kroner(match: re.Match[str]) -> str:
    words = "Kroner" if match[0][0] == "K" else "kroner"
    return words + (full_stop(match.string, match.end()) if match["stop"] else "")

"""Initialisms: those said letter by letter, those said as words, and letters beside figures."""

import re

from narration.ear.letters import spelled
from narration.ear.numerals import cardinal, digits
from narration.ear.tables import LISTS, table

_WORDS = LISTS["acronyms"]
_SAID = table("initialisms.toml", "initialisms")
_STRESSED = LISTS["stressed"]
_TOKEN = re.compile(
    r"(?<![\w@])(?:(?P<caps>[A-ZÆØÅ]+-\d+(?!\d|[.,]\d)|[A-ZÆØÅ]{2,}(?:\d+[A-ZÆØÅ]*)*|[A-ZÆØÅ](?:\d+[A-ZÆØÅ]*)+"
    r"|\d+[A-ZÆØÅ]{1,3})(?P<ending>[-:'’]?(?:er|en|et|a|ene|ens|enes|ers|ets|s))?(?=[\W_]|$)"
    rf"|(?P<said>{'|'.join(sorted(map(re.escape, _SAID), key=len, reverse=True))})"
    r"(?P<said_ending>-(?:er|en|et|ene|s)|s(?=[\W_]|$))?(?![\wæøå])"
    r"|(?P<low>hr|it|pr|ki|ai|tv|pc|fn|eu|id|nrk|adhd|html|pdf|sql|api|gdpr|crm|kpi|seo|edb|ikt|vip|hms)(?=-[a-zæøå])"
    r"|(?P<single>[BCDFGHJKLMNPQRSTVWXZ])(?=-[a-zæøå, ]|[\s,.:;!?)»\"]|$)(?!\. [A-ZÆØÅ][a-zæøå]))"
)
_PIECES = re.compile(r"\d+|[^\W\d]+")
_PRONOUNCEABLE = re.compile(r"(?!.*[^AEIOUYÆØÅ]{4})(?=.*[AEIOUYÆØÅ])[A-ZÆØÅ]{5,}$")
_SYLLABLES = re.compile(r"[BDFGHJKLMNPRSTV][AEIOUYØÅÆ][BDFGHJKLMNPRSTVK][AEIOUYÆØÅ]$")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_AND = re.compile(r"(?<=[A-ZÆØÅ])&(?=[A-ZÆØÅ])")
#: "A/S", as companies wrote it.
_COMPANY = re.compile(r"(?<![\w/])([AIK])/S(?![\w/])")
#: A text of at least so many letters, of which at least this share are capitals.
_LONG, _SHOUTED = 12, 0.7


def without_initialisms(text: str) -> str:
    """Returns the text with "NRK" as "enn err kå", "B2B" as "be to be" and "EUs" as "e us"."""
    text = _COMPANY.sub(r"\1S", text)
    text = _AND.sub(" og ", text.translate(_SUBSCRIPTS))
    if _is_shouted(text):
        text = re.sub(r"[A-ZÆØÅ]{4,}", lambda m: m[0].capitalize(), text)
        text = re.sub(r"\b[A-ZÆØÅ]{2,3}\b", _quiet, text)
    return _TOKEN.sub(_said, text)


def _is_shouted(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    if letters < _LONG or sum(map(str.isupper, text)) < _SHOUTED * letters:
        return False
    words = re.findall(r"[A-ZÆØÅ]+", text)
    long = sum(len(word) > 4 or word in _STRESSED for word in words)
    return long * 2 > len(words)


def _quiet(match: re.Match[str]) -> str:
    return match[0].lower() if match[0] in _STRESSED else match[0]


def _said(match: re.Match[str]) -> str:
    if match["said"]:
        return _SAID[match["said"]] + (match["said_ending"] or "")
    if match["low"] or match["single"]:
        return spelled(match["low"] or match["single"])
    caps, ending = match["caps"], match["ending"] or ""
    if caps in _STRESSED and not ending:
        return caps.lower()
    said = _SAID.get(caps) or _caps(caps)
    if ending.lstrip("-:'’") == "s":
        return said + "s"
    return said + ("-" + ending.lstrip("-:'’") if ending else "")


def _caps(caps: str) -> str:
    if caps in _WORDS or _SYLLABLES.match(caps) or _PRONOUNCEABLE.match(caps):
        return caps.capitalize()
    pieces = []
    for piece in _PIECES.findall(caps):
        if piece.isdecimal():
            pieces.append(digits(piece) if piece[0] == "0" else cardinal(int(piece[:15])))
        else:
            pieces.append(piece.capitalize() if piece in _WORDS else spelled(piece))
    return " ".join(pieces)

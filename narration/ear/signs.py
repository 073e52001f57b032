"""Signs that are said, signs that are pauses, and signs that are neither."""

import re
import unicodedata

from narration.ear.characters import FIRST_MARK

_SAID = {
    "&": "og",
    "=": "er lik",
    "+": "pluss",
    "×": "ganger",
    "·": "ganger",
    "÷": "delt på",
    "±": "pluss minus",
    "<": "mindre enn",
    ">": "større enn",
    "≤": "mindre enn eller lik",
    "≥": "større enn eller lik",
    "≈": "omtrent lik",
    "≠": "ikke lik",
    "−": "minus",
    "√": "kvadratroten av",
    "∞": "uendelig",
    "%": "prosent",
    "‰": "promille",
    "§": "paragraf",
    "°": "grader",
    "€": "euro",
    "$": "dollar",
    "£": "pund",
    "¥": "yen",
    "¢": "cent",
    "∑": "summen av",
    "π": "pi",
    "µ": "my",
    "μ": "my",
    "@": "krøllalfa",
}
_SAY = re.compile(f" ?([{re.escape(''.join(_SAID))}]) ?")
_ARROWS = re.compile(r" ?(?:[→⇒➔➜⟶]|-{1,3}>|={1,3}>|>{2,3}|<{2,3}) ?")
_LESS = re.compile(r"<=|>=|\+/-|!=")
_LESS_SAID = {"<=": "≤", ">=": "≥", "+/-": "±", "!=": "≠"}
_DROPPED = re.compile(r"[©®™℠*\\_~^`¨´◦#]+")
_EITHER = re.compile(
    r"\b(han|hun|hans|hennes|ham|henne|ja|nei|en|et|mor|far|mann|kvinne|den|det|hen|sitt|sin)/"
    r"(?=(?:han|hun|hans|hennes|ham|henne|nei|ja|et|en|far|mor|kvinne|mann|det|den|de|hen|dem|sin|sitt|sine)\b)",
    re.I,
)
_AND_OR = re.compile(r"\bog ?/ ?eller\b", re.I)
_STROKE = re.compile(r" ?/ ?")
_QUOTES = re.compile(r"[«»\"]|(?<!\w)'|'(?!\w)")
#: Where no sum was found beside it.
_KRONER = re.compile(r"(?<!\w)kr(?!\w)")
_OPENING = re.compile(r" ?[(\[{]")
_CLOSING = re.compile(r"[)\]}]")
_LEADING = re.compile(r"^(?:[–—•·>-]+ |[,;:.] ?|[–—])+")
_DAYS = "(?:man|tirs|ons|tors|fre|lør|søn)dag"
_MONTHS = "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
_FROM_TO = re.compile(rf"\b({_DAYS}|{_MONTHS})[–-](?=(?:{_DAYS}|{_MONTHS})\b)", re.I)
_PLACES = (
    "Oslo|Bergen|Trondheim|Stavanger|Kristiansand|Tromsø|Drammen|Bodø|Hamar|Lillehammer|Ålesund|Moss"
    "|Haugesund|Fredrikstad|Gardermoen|København|Stockholm|London|Paris|Berlin|Molde|Narvik|Voss"
    "|Skien|Porsgrunn|Gjøvik|Alta|Kirkenes|Røros|Lillestrøm|Asker|Göteborg|Hamburg|Halden|Larvik"
)
_ROUTE = re.compile(rf"\b({_PLACES})[–-](?=(?:{_PLACES})\b)")
_DASHES = re.compile(r" [–—-]+(?= |$)|(?<=\w)[–—](?= )|—+| ?--+ ?")
_JOINED = re.compile(r"(?<=\w)–(?=\w)")
_DOTS = re.compile(r" ?\.{2,}|…+")
_PAUSES = re.compile(r"(\s*)([,;](?:\s*[,;])*)")
_COMMA_BEFORE = re.compile(r",\s*(?=[.;:!?…])|(?<=[.;:!?…]),")
_SPACE_BEFORE = re.compile(r"\s+(?=[,.;:!?…](?!\w))")
_SPACES = re.compile(r"\s{2,}")


def without_signs(text: str) -> str:
    """Returns the text in letters and the signs that engines take as pauses: , . ; : ! ? …"""
    text = _LESS.sub(lambda m: _LESS_SAID[m[0]], _LEADING.sub("", text))
    text = _AND_OR.sub("og eller", text)
    text = _EITHER.sub(r"\1 eller ", text)
    text = _ROUTE.sub(r"\1 til ", _FROM_TO.sub(r"\1 til ", text))
    text = _ARROWS.sub(", ", text)
    text = _SAY.sub(lambda m: f" {_SAID[m[1]]} ", text)
    text = _QUOTES.sub("", _DROPPED.sub("", text))
    text = _STROKE.sub(", ", _DOTS.sub("…", text))
    text = _KRONER.sub("kroner", text)
    text = _CLOSING.sub(",", _OPENING.sub(", ", text))
    text = _JOINED.sub(" ", _DASHES.sub(",", text))
    if not text.isascii():
        text = "".join(filter(_is_said, text))
    return tidy(text)


def tidy(text: str) -> str:
    """Returns the text with one pause where several meet."""
    text = _PAUSES.sub(_one_pause, _SPACES.sub(" ", text))
    text = re.sub(r",(?=[^\s\d,])", ", ", text)
    text = _COMMA_BEFORE.sub("", _SPACE_BEFORE.sub("", text))
    text = _SPACES.sub(" ", text).strip()
    return text.removeprefix(",").removesuffix(",").strip()


def _one_pause(found: re.Match[str]) -> str:
    """Returns a comma for pauses of which one is a comma, and others as they are."""
    space, marks = found.groups()
    if "," not in marks:
        return found[0]
    return "," if "," in marks[1:] else f"{space},"


def _is_said(sign: str) -> bool:
    return ord(sign) >= FIRST_MARK or unicodedata.category(sign)[0] not in "SCN"

"""Abbreviations with full stops, and those that are known without."""

import re

from narration.ear.tables import LISTS, table

_ENDING_WORDS = table("abbreviations.toml", "ending_abbreviations")
#: "mfl." is a law only before a section, so the others go before laws.
_WORDS = (
    {f"{law}.": words for law, words in table("abbreviations.toml", "laws").items()}
    | table("abbreviations.toml", "abbreviations")
    | _ENDING_WORDS
)
_MONTH = (
    r"(?:\w+ )?(?:januar|februar|mars|april|mai|juni|juli|august|september"
    r"|oktober|november|desember)"
)
#: Those that mean this only before a number.
_BEFORE_NUMBERS = {"s": "side", "ss": "sidene", "f": "født", "d": "død", "p": "side"}
_NUMBERED = re.compile(r"(?<![\w.§])(ss|[sfdp])\. ?(?=(?:ca\. ?)?\d)(?!\d{1,2}\. )", re.I)
#: A date is in words already.
_BORN = re.compile(rf"(?<![\w.])([fd])\. ?(?={_MONTH}\b)", re.I)
_THE = re.compile(r"(?<![\w.])d\. ?(?=\d{1,2}\. )", re.I)
#: Those whose words stand in other modules.
_ELSEWHERE = LISTS["other_abbreviations"]
_SAINT = re.compile(r"\bSt\. (?=[A-ZÆØÅ])(?!meld|prp)")
_AFTER_ORDINALS = re.compile(r"(?:(?<=\d\. )|(?<=\d\.))(kl|kv)\.")
#: A figure, a weekday, or a date that is in words already.
_FIGURE = re.compile(rf" ?(?:\d|[IVX]{{1,4}}\b|\w+dag\b|{_MONTH}\b)")
_COUNTED = frozenset({"stk", "st", "mnd", "md", "eks", "pers", "gj.sn"})
_LAST_PARTS = {"gt": "gata", "vn": "veien", "nr": "nummer"}
_LAST_PART = re.compile(r"(?<=[a-zæøå]{2})(gt|vn|nr)\.(?= ?\d|:|,)")
_MINISTRY = re.compile(r"(?<=[a-zæøå]{4})dep\.")
#: "O. A. Berg" is a name, not "o.a.".
_INITIALS = re.compile(r"(?:[A-ZÆØÅ]\. ?){2,4}")
#: "på flg. måte", but "paragraf tre flg. gjelder".
_FURTHER = re.compile(r" [a-zæøå]|: ")
_NUMBERED_BEFORE = re.compile(r"(?:\d ?|\b(?:paragraf\w*|side\w*|kapittel)\b[^.]*)$")
#: "VGs" isn't "vgs".
_GENITIVE = re.compile(r"[A-ZÆØÅ]{2,}s\b")
_NAME_AFTER = re.compile(r" ?[A-ZÆØÅ][a-zæøåé]")
_WITH = {"v": "ved", "m": "med", "u": "uten", "c": "care of"}
_SLASHED = re.compile(r"(?<![\w/])(?:(c)/o\b|([vmu])/ ?(?!k\b)(?=[\wÆØÅ]))", re.I)


def _pattern(written: str) -> str:
    return re.escape(written.rstrip(".")).replace(r"\.", r"\. ?").replace(r"\ ", r"\.? ")


def _key(written: str) -> str:
    return re.sub(r"[. ]+", ".", written.lower()).rstrip(".")


def _any_of(written: list[str]) -> str:
    return "|".join(map(_pattern, sorted(written, key=len, reverse=True)))


_SAID = {_key(written): words for written, words in _WORDS.items()}
_ENDING = frozenset(map(_key, _ENDING_WORDS))
#: Of these the letters alone are a word, or too little to tell.
_WITH_STOP = [word for word in _WORDS if word.endswith(".") and "." not in word[:-1]]
#: "HR." at the end of a sentence isn't "hr.".
_CAPITALS = frozenset(map(_key, _WITH_STOP))
_WITHOUT_STOP = [word for word in _WORDS if word not in _WITH_STOP]
#: After a stroke, as in «leder/adm.dir», the rest are units and parts of addresses.
_AFTER_STROKE = [word for word in _WITHOUT_STOP if "." in word[:-1]]
_ANY = re.compile(
    rf"(?:(?<=[^\W\d]/)(?:{_any_of(_AFTER_STROKE)})(?![\w-])\.?)|(?<![\w.@/-])(?:(?:{_any_of(_WITHOUT_STOP)})(?![\w-])\.?"
    rf"|(?:{_any_of(_WITH_STOP)})\.(?!\w))",
    re.I,
)
_AFTER_END = re.compile(r"[\"»)\]' ]*$")
_NEXT_SENTENCE = re.compile(r"[\"»)\]']* [«\"(–]*\s?[A-ZÆØÅ]")


def full_stop(text: str, end: int, may_end: bool = True) -> str:
    """Returns "." if an abbreviation whose full stop stands before `end` also ends the sentence.

    At the end of the text it does. Before a capital it may, if the abbreviation is of a kind that
    ends sentences.
    """
    if _AFTER_END.match(text, end):
        return "."
    return "." if may_end and _NEXT_SENTENCE.match(text, end) else ""


def is_abbreviation(written: str) -> bool:
    """Says whether the word, with its full stop, is an abbreviation."""
    key = _key(written)
    return key in _SAID or key in _ELSEWHERE


def ends_sentences(written: str) -> bool:
    """Says whether the abbreviation may be the last of a sentence."""
    key = _key(written)
    return key in _ENDING or key in LISTS["words_too"]


def without_abbreviations(text: str) -> str:
    """Returns the text with its abbreviations in words."""
    text = _SAINT.sub("Sankt ", text)
    text = _AFTER_ORDINALS.sub(lambda m: "klasse" if m[1] == "kl" else "kvartal", text)
    text = _LAST_PART.sub(lambda m: _LAST_PARTS[m[1]], text)
    text = _MINISTRY.sub(lambda m: "departementet" + full_stop(text, m.end(), False), text)
    text = _SLASHED.sub(lambda m: _WITH[(m[1] or m[2]).lower()] + ("" if m[1] else " "), text)
    if "." in text:
        text = _BORN.sub(_born, _THE.sub("den ", text))
        text = _NUMBERED.sub(lambda m: _cased(m[1], _BEFORE_NUMBERS[m[1].lower()]) + " ", text)
    return _ANY.sub(_expanded, text)


def _born(match: re.Match[str]) -> str:
    """Says "f." as "født", and "d." as "død" after a bracket or a birth, and else as "den"."""
    if match[1].lower() == "f":
        return _cased(match[1], "født ")
    before = match.string[max(0, match.start() - 40) : match.start()]
    return "død " if before.endswith("(") or re.search(r"\b(?:f\.|født) ", before) else "den "


def _expanded(match: re.Match[str]) -> str:
    written = match[0]
    key = _key(written)
    if len(written) > 2 and written.isupper() and written.count(".") == 1 and key in _CAPITALS:
        return written
    if _INITIALS.fullmatch(written) and _NAME_AFTER.match(match.string, match.end()):
        return written
    if _GENITIVE.match(written) or not _is_meant(match, key):
        return written
    words = _SAID[key]
    if key == "flg" and _FURTHER.match(match.string, match.end()):
        before = match.string[max(0, match.start() - 30) : match.start()]
        words = words if _NUMBERED_BEFORE.search(before) else "følgende"
    if key in _COUNTED:
        words = _counted(match, key)
    if written.endswith("."):
        words += full_stop(match.string, match.end(), key in _ENDING)
    return _cased(written, words)


def _is_meant(match: re.Match[str], key: str) -> bool:
    """Says no where the letters are a word: "Boka er min.", "Esken er tom.", "Kap Verde"."""
    text, end = match.string, match.end()
    after_figure = text[max(0, match.start() - 3) : match.start()].rstrip(" ")[-1:].isdigit()
    if key == "tom" or match[0].lower() == "kap":
        return bool(_FIGURE.match(text, end))
    if key in {"pers", "st"}:
        return after_figure
    return key not in LISTS["words_too"] or after_figure or not full_stop(text, end)


def _counted(match: re.Match[str], key: str) -> str:
    before = match.string[: match.start()].rstrip()[-12:]
    singular = not before[-1:].isdigit() or re.search(r"(?<![\d,.])1$", before)
    if key in {"stk", "st"}:
        return "stykk" if singular else "stykker"
    if key == "pers":
        return "person" if singular else "personer"
    if key == "gj.sn":
        follows = re.match(r" [a-zæøå]{3}", match.string[match.end() : match.end() + 4])
        return "gjennomsnitt" if before.endswith((" i", " I")) or not follows else "gjennomsnittlig"
    if key == "eks":
        return "eksempel" if not before[-1:].isdigit() else f"eksemplar{'' if singular else 'er'}"
    if before.endswith(" i"):
        return "måneden"
    return "måned" if singular and before[-1:] else "måneder"


def _cased(written: str, words: str) -> str:
    if written[0].isupper() and words[0].islower() and not written.isupper():
        return words[0].upper() + words[1:]
    return words

"""Roman numerals, kings and popes, and initials in names."""

import re

from narration.ear.abbreviations import full_stop
from narration.ear.letters import spelled
from narration.ear.numerals import cardinal, ordinal
from narration.ear.tables import LISTS

_NAME = "|".join(sorted(LISTS["regnal_names"]))
_KING = re.compile(
    rf"\b({_NAME}) ([IVX]{{1,6}}(?=s?(?!\w|\.[A-ZÆØÅ]))|\d{{1,2}}(?:\.|(?=s\b)))(s\b)?"
)
_PART = re.compile(
    r"\b((?:[Kk]apitt?el|[Kk]ap\.|[Dd]el|[Bb]ind|[Aa]kt|[Aa]rtikkel|[Aa]rt\.|[Ff]ase|[Tt]abell|[Ff]igur"
    r"|[Kk]lasse|[Gg]ruppe|[Tt]ype|[Nn]ivå|[Tt]rinn|[Vv]edlegg|[Aa]vsnitt|[Bb]ok|[Ss]cene|[Tt]ittel"
    r"|[Mm]odul|[Pp]ilar|[Vv]erdenskrig|[Ss]tadium) )([IVXL]{1,7})(?!\w)"
)
_SEVERAL = re.compile(
    r"(?<=[a-zæøå] )((?:[IVX]{1,5}, )*[IVX]{1,5}) (og|til|eller) ([IVX]{1,5})(?!\w)"
)
_NUMBERED = re.compile(r"(?<=[a-zæøå] )(?:II|III|IV|VI|VII|VIII|IX|XI|XII|XIII|XIV|XV|XVI)(?!\w)")
_WAR = re.compile(r"(?<!\w)(I|II)\.? (?=verdenskrig)")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_INITIALS = re.compile(
    r"(?:(?<=[a-zæøåéü] )(?<![a-zæøå]\. )|(?<![\w.])(?<![a-zæøå] ))"
    r"(?P<letters>(?:[A-ZÆØÅ]\.[ -]?){1,4})(?=[A-ZÆØÅ][a-zæøåé]|\(|& |og [A-ZÆØÅ])"
)
#: "Ole-J. Dahl".
_SECOND_INITIAL = re.compile(r"(?<=[a-zæøå])-([A-ZÆØÅ])\. (?=[A-ZÆØÅ][a-zæøå])")
_TITLE = re.compile(
    r"(?<![\w.])(?:H\. ?(?P<royal>K\. ?)?[HM]\.|H(?P<caps>K)?[HM])"
    r"(?= (?P<rank>[Kk]ong|[Dd]ronning|(?:[Kk]ron)?[Pp]rins)(?P<she>esse)?)"
)
#: A name, a sign, or a word that names stand after.
_JOINED = re.compile(r"(?<![\w.])(?:[A-ZÆØÅ]\.-?){2,5}(?!\w)")
_BEFORE_NAMES = re.compile(
    r"(?:(?:^|[^\w])[A-ZÆØÅ][\w-]* |[(«\"] ?|[.:,;&] "
    rf"|\b(?:{'|'.join(LISTS['before_names'])}) )$"
)
_VALID = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})$|XL|L")


def without_roman_numerals(text: str) -> str:
    """Returns the text with "Olav V" as "Olav den femte", and "kapittel IV" as "kapittel fire"."""
    text = _WAR.sub(lambda m: "første " if m[1] == "I" else "andre ", text)
    text = _KING.sub(_king, text)
    text = _PART.sub(lambda m: m[1] + _roman(m[2]), text)
    text = _SEVERAL.sub(_several, text)
    return _NUMBERED.sub(lambda m: _roman(m[0]), text)


def without_initials(text: str) -> str:
    """Returns the text with "Kjetil S. Sander" as "Kjetil ess Sander"."""
    text = _SECOND_INITIAL.sub(lambda m: f" {spelled(m[1])} ", text)
    text = _TITLE.sub(_title, text)
    return _JOINED.sub(_joined, _INITIALS.sub(_initials, text))


def _king(match: re.Match[str]) -> str:
    written = match[2]
    if written.endswith("."):
        value, stop = int(written[:-1]), full_stop(match.string, match.end())
    elif written.isdecimal():
        value, stop = int(written), ""
    else:
        value, stop = _value(written), ""
    if not 0 < value < 30:
        return match[0]
    return f"{match[1]} den {ordinal(value)}{match[3] or ''}{stop}"


def _value(numeral: str) -> int:
    if not _VALID.match(numeral):
        return 0
    values = [_VALUES[letter] for letter in numeral]
    return sum(
        -value if value < max(values[place:]) else value for place, value in enumerate(values)
    )


def _roman(numeral: str) -> str:
    value = _value(numeral)
    return cardinal(value) if value else numeral


def _several(match: re.Match[str]) -> str:
    before = re.sub(r"[IVX]+", lambda m: _roman(m[0]), match[1])
    return f"{before} {match[2]} {_roman(match[3])}"


def _title(match: re.Match[str]) -> str:
    """Says "H.M. Kongen" as "Hans Majestet Kongen"."""
    whose = "Hennes" if match["she"] or match["rank"].lower() == "dronning" else "Hans"
    return f"{whose} {'Kongelige Høyhet' if match['royal'] or match['caps'] else 'Majestet'}"


def _joined(match: re.Match[str]) -> str:
    return spelled(re.sub(r"[.-]", "", match[0])) + full_stop(match.string, match.end(), False)


def _initials(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 40) : match.start()]
    if before and not _BEFORE_NAMES.search(before):
        return match[0]
    return spelled(re.sub(r"[^A-ZÆØÅ]", "", match["letters"])) + " "

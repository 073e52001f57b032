"""What is left of digits: ranges, results, fractions, ordinals, compounds, plain numbers."""

import re

from narration.ear.abbreviations import full_stop
from narration.ear.codes import dotted
from narration.ear.genders import is_neuter
from narration.ear.letters import spelled
from narration.ear.numerals import NUMBER, cardinal, digits, number, ordinal, year

_MINUS = re.compile(r"(?<![\w)\]%.,°–−-])(?<!\d )[−–-](?=\d)")
_PLUS = re.compile(r"(?<![\w+])\+ ?(?=\d)")
#: In a formula: "ROI = (gevinst - kostnad) / kostnad".
_FORMULA = re.compile(r"(?<=[\w)%]) ([-–−/]) (?=[\w(])")
_GRADE = re.compile(r"(?<=[\s/][1-6])[-−](?=[\s,.;)/]|$)")
#: "30 %–50 %".
_SAME_UNIT = re.compile(
    r"(?<=\d)( ?)([^\W\d_]{1,3}|%|°C) ?[–-] ?(?=\d{1,3}(?:[ .]\d{3})*(?:,\d+)? ?\2(?!\w))"
)
_NUMBER_SIGN = re.compile(r"(?<![\w&])#(?=\d)")
_LIST = re.compile(
    r"^[([]?(?P<mark>\d{1,3}|[a-zæøå])(?:\)|\](?= )|\.\))(?= |$)"
    r"|^(?P<number>\d{1,3})\.(?= [A-ZÆØÅ«\"\U000f0000-\U000fffff])"
)
_HALVES = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
    "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8),
    "⅞": (7, 8),
}  # fmt: skip
_VULGAR = re.compile(rf"(?:(?<!\d)(\d{{1,15}}) ?)?([{''.join(_HALVES)}])")
_FRACTION = re.compile(
    r"(?<![\w/.,])(?:(\d{1,3}) )?(\d{1,2})/(\d{1,4})(?![\d/]|[.,]\d)(?:-?(del\w*))?"
    r"(?P<joint>-(?=[a-zæøå]{3})| (?=flertall))?"
)
#: Parts up to eight have ordinals; the others cardinals. Both are allowed up to twelve.
_PARTS = {3: "tredje", 4: "fjerde", 5: "femte", 6: "sjette", 7: "sjuende", 8: "åttende"}
_LIKELY_PARTS = frozenset({*range(2, 11), 12, 15, 16, 20, 24, 25, 32, 50, 100, 1000})
#: "sak 14/2023".
_CASE_YEARS = 1900, 2099
_ORDINAL_LIST = re.compile(
    r"(?<![\d.,])(\d{1,3})\.(?=,? ?(?:[–-]|og|eller|til|,) ?\d{1,3}\.|, \d{1,3}\.)( ?[–-] ?)?"
)
_ORDINAL = re.compile(
    r"(?<![\d.,:])(?<!-)(\d{1,3})\.(?= (?:[a-zæøå]|Mosebok|Divisjon|Juledag|Mai|Verdenskrig|Kor))"
)
_ORDINAL_COMPOUND = re.compile(r"(?<![\d.,:])(\d{1,2})\.-(?=[a-zæøå])")
_THE_ORDINAL = re.compile(r"\b((?:den|Den|det|Det|de|De) )(\d{1,3})\.(?![\d])")
_LABELLED = re.compile(
    r"(?:side|sidene|nummer|kapittel|punkt|paragraf|klokken|artikkel|versjon|tabell|figur|uke|trinn)"
    r"(?: \d+(?:,| og| til))* $",
    re.I,
)
_RESULT_CUE = re.compile(
    r"\b(?:vant|vinner|vinne|tap|tapte|taper|slo|slår|seier|seieren|kampen|ledet|ledelsen|uavgjort"
    r"|stillingen|pause|finalen|reduserte|utlignet|scoret|endte|spilte|resultatet)\b",
    re.I,
)
#: What may follow a result, but not the range of a count.
_AFTER_RESULT = re.compile(
    r"\s*(?:[.,;:!?)]|$)"
    r"| (?:til|over|mot|etter|i|på|ved|borte|hjemme|og|men|før|da|foran|under|som)\b"
)
_SERIES = re.compile(r"(?<![\w.,])\d{1,3}(?:[-–]\d{1,3}){2,8}(?![\w-])")
_RANGE = re.compile(rf"({NUMBER})( ?[–-] ?)({NUMBER})(?![-–]?\d)(-(?=[a-zæøå]))?")
_DIVISION = re.compile(rf"({NUMBER}) ?: ?({NUMBER}) ?(?==)")
_PROPORTION = re.compile(rf"(?<![\w:.,])(\d{{1,4}}) ?: ?({NUMBER})(?![\d:])")
_POWER = re.compile(r"(?<!\d)(\d{1,15}|\b[a-zA-Z])(?:\^\(?([−–-]?\d{1,3})\)?|([⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TIMES = re.compile(r"(?<=\d) ?[x×] ?(?=\d)|(?<=\d) [x×] (?=[^\W\d]{2})")
_LETTERED = re.compile(r"(?<=\d)[a-z](?!\w)")
#: The figure belongs to what stands before it: "type 2-diabetes".
_KIND = re.compile(
    r"\b(?:type|klasse|nivå|versjon|fase|sone|gruppe|windows|formel|covid|iso) $", re.I
)
_COMPOUND = re.compile(rf"(?<![\w-])({NUMBER})-(?=[a-zæøå]{{2,}})")
_DECIMAL_POINT = re.compile(r"(?<![\w.,])(\d+)\.(\d{1,2}|\d{4,})(?![\w,]|\.\d)")
_PLAIN = re.compile(NUMBER)
_LEFT = re.compile(r"\d+")
_THE_NOUN = re.compile(r" *([^\d.,;:!?()]*)")


def without_signs_before(text: str) -> str:
    """Returns the text with "−5" as "minus 5", "+5" as "pluss 5", "4 × 5" as "4 ganger 5"."""
    if " = " in text:
        text = _FORMULA.sub(lambda m: " delt på " if m[1] == "/" else " minus ", text)
    if re.search(r"karakter|vurdering|standpunkt", text, re.I):
        text = _GRADE.sub(" minus", text)
    text = _SAME_UNIT.sub(r"\1\2 til ", text)
    text = _NUMBER_SIGN.sub("nummer ", text)
    text = _TIMES.sub(" ganger ", text)
    return _PLUS.sub("pluss ", _MINUS.sub("minus ", text))


def without_list_marks(text: str) -> str:
    """Returns the text with "1)" or "1." before its first word as "én,"."""
    return _LIST.sub(_list_mark, text)


def _list_mark(match: re.Match[str]) -> str:
    if match["number"]:
        return cardinal(int(match["number"])) + "."
    mark = match["mark"]
    return (cardinal(int(mark)) if mark.isdecimal() else mark) + ","


def without_numbers(text: str) -> str:
    """Returns the text without digits."""
    text = _POWER.sub(_power, text)
    text = _VULGAR.sub(_vulgar, text)
    text = _FRACTION.sub(_fraction, text)
    text = _ORDINAL_LIST.sub(lambda m: ordinal(int(m[1])) + (" til " if m[2] else ""), text)
    text = _THE_ORDINAL.sub(_the_ordinal, text)
    text = _ORDINAL_COMPOUND.sub(lambda m: ordinal(int(m[1])), text)
    text = _ORDINAL.sub(_ordinal, text)
    text = _LETTERED.sub(lambda m: f" {spelled(m[0])}", text)
    text = _SERIES.sub(lambda m: " ".join(map(number, re.split("[-–]", m[0]))), text)
    text = _RANGE.sub(_range, text)
    text = _DIVISION.sub(lambda m: f"{number(m[1])} delt på {number(m[2])} ", text)
    text = _PROPORTION.sub(lambda m: f"{number(m[1])} til {number(m[2])}", text)
    text = _COMPOUND.sub(_compound, text)
    text = _DECIMAL_POINT.sub(lambda m: dotted(m[0]), text)
    text = _PLAIN.sub(_plain, text.replace("_", " "))
    return _LEFT.sub(lambda m: " " + digits(m[0]) + " ", text)


def _power(match: re.Match[str]) -> str:
    exponent = match[2] or match[3].translate(_RAISED)
    value = int(exponent.lstrip("−–-"))
    base = number(match[1]) if match[1].isdecimal() else match[1]
    if exponent[0] in "−–-":
        return f"{base} i minus {ordinal(value)}"
    return f"{base} i {ordinal(value)}"


def _parts(many: int, parts: int) -> str:
    if parts == 2:
        return "en halv" if many == 1 else f"{cardinal(many)} halve"
    part = (_PARTS.get(parts) or cardinal(parts)) + ("del" if many == 1 else "deler")
    return f"{'en' if many == 1 else cardinal(many)} {part}"


def _vulgar(match: re.Match[str]) -> str:
    many, parts = _HALVES[match[2]]
    said = _parts(many, parts)
    if parts == 2 and is_neuter(match.string[match.end() : match.end() + 60]):
        said = "et halvt"
    return (
        f"{cardinal(int(match[1]))} og {said.replace('et halvt', 'en halv')}" if match[1] else said
    )


def _fraction(match: re.Match[str]) -> str:
    many, parts = int(match[2]), int(match[3])
    if parts == 0 or many >= parts or (parts not in _LIKELY_PARTS and not match[4]):
        before = f"{cardinal(int(match[1]))} " if match[1] else ""
        last = year(parts) if _CASE_YEARS[0] <= parts <= _CASE_YEARS[1] else number(match[3])
        return f"{before}{number(match[2])} {last}{match['joint'] or ''}"
    said = _parts(many, parts)
    if match[4]:
        said = re.sub(r"del(?:er)?$", match[4], said)
    elif match["joint"]:
        # "2/3-flertall", and "1/2-time".
        said = re.sub(r"del(?:er)?$", "dels", said) + (" " if parts > 2 else match["joint"])
    return f"{cardinal(int(match[1]))} og {said}" if match[1] else said


def _the_ordinal(match: re.Match[str]) -> str:
    stop = full_stop(match.string, match.end())
    # "Fristen er den 15." is a day, "raten var 58, nå var den 40." is none.
    if stop and (match[1].lower() != "den " or int(match[2]) > 31):
        return match[0]
    return match[1] + ordinal(int(match[2])) + stop


def _ordinal(match: re.Match[str]) -> str:
    if _LABELLED.search(match.string[: match.start()][-30:]):
        return match[0]
    return ordinal(int(match[1]))


def _range(match: re.Match[str]) -> str:
    first, last = match[1], match[3]
    before = match.string[max(0, match.start() - 40) : match.start()]
    plain = first.isdecimal() and last.isdecimal() and len(first) < 3 and len(last) < 3
    is_result = _RESULT_CUE.search(before) and _AFTER_RESULT.match(match.string, match.end())
    close = match[2] in ("-", "–")
    if plain and close and (int(first) >= int(last) or is_result):
        return f"{number(first)} {number(last)}"
    following = match.string[match.end() : match.end() + 60]
    neuter = is_neuter(following)
    if match[4]:
        return f"{number(first)} til {number(last).replace(' ', '')}"
    return f"{number(first, neuter)} til {number(last, neuter)}"


def _compound(match: re.Match[str]) -> str:
    written = match[1]
    is_year = len(written) == 4 and written.isdecimal() and 1000 <= int(written) < 2100
    if _KIND.search(match.string[max(0, match.start() - 12) : match.start()]):
        return number(written) + "-"
    said = year(int(written)) if is_year else number(written, neuter=True)
    if match.string.startswith(("og ", "eller ", "til "), match.end()):
        return said + "- "
    if match.string.startswith("er", match.end()) and said.endswith("e") and said != "tre":
        said = said[:-1]  # "åtter", "firer"
    return said + " " if "," in written else said.replace(" ", "")


def _plain(match: re.Match[str]) -> str:
    written = match[0]
    neuter = (
        written[-1] == "1"
        and is_neuter(match.string[match.end() : match.end() + 60])
        and not _LABELLED.search(match.string[max(0, match.start() - 30) : match.start()])
    )
    following = match.string[match.end() : match.end() + 1]
    said = number(written, neuter)
    before = match.string[match.start() - 1 : match.start()]
    return (" " if before.isalpha() else "") + said + (" " if following.isalpha() else "")

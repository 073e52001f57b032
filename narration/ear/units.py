"""Units of measure, per cent and per mille."""

import re

from narration.ear.abbreviations import full_stop
from narration.ear.quantities import QUANTITY, is_singular, quantity

#: Sign → singular, plural, whether it is neuter.
UNITS = {
    "nm": ("nanometer", "nanometer", False),
    "µm": ("mikrometer", "mikrometer", False),
    "mm": ("millimeter", "millimeter", False),
    "cm": ("centimeter", "centimeter", False),
    "dm": ("desimeter", "desimeter", False),
    "m": ("meter", "meter", False),
    "km": ("kilometer", "kilometer", False),
    "moh": ("meter over havet", "meter over havet", False),
    "kvm": ("kvadratmeter", "kvadratmeter", False),
    "ha": ("hektar", "hektar", False),
    "daa": ("dekar", "dekar", False),
    "mg": ("milligram", "milligram", True),
    "µg": ("mikrogram", "mikrogram", True),
    "g": ("gram", "gram", True),
    "hg": ("hekto", "hekto", False),
    "kg": ("kilo", "kilo", True),
    "ml": ("milliliter", "milliliter", False),
    "cl": ("centiliter", "centiliter", False),
    "dl": ("desiliter", "desiliter", False),
    "l": ("liter", "liter", False),
    "ms": ("millisekund", "millisekunder", True),
    "s": ("sekund", "sekunder", True),
    "sek": ("sekund", "sekunder", True),
    "min": ("minutt", "minutter", True),
    "t": ("time", "timer", False),
    "h": ("time", "timer", False),
    "m.o.h": ("meter over havet", "meter over havet", False),
    "Hz": ("hertz", "hertz", False),
    "kHz": ("kilohertz", "kilohertz", False),
    "MHz": ("megahertz", "megahertz", False),
    "GHz": ("gigahertz", "gigahertz", False),
    "W": ("watt", "watt", False),
    "kW": ("kilowatt", "kilowatt", False),
    "MW": ("megawatt", "megawatt", False),
    "GW": ("gigawatt", "gigawatt", False),
    "TW": ("terawatt", "terawatt", False),
    "Wh": ("wattime", "wattimer", False),
    "kWh": ("kilowattime", "kilowattimer", False),
    "MWh": ("megawattime", "megawattimer", False),
    "GWh": ("gigawattime", "gigawattimer", False),
    "TWh": ("terawattime", "terawattimer", False),
    "V": ("volt", "volt", False),
    "kV": ("kilovolt", "kilovolt", False),
    "mAh": ("milliamperetime", "milliamperetimer", False),
    "J": ("joule", "joule", False),
    "kJ": ("kilojoule", "kilojoule", False),
    "kcal": ("kilokalori", "kilokalorier", False),
    "Pa": ("pascal", "pascal", False),
    "hPa": ("hektopascal", "hektopascal", False),
    "dB": ("desibel", "desibel", False),
    "kB": ("kilobyte", "kilobyte", False),
    "KB": ("kilobyte", "kilobyte", False),
    "MB": ("megabyte", "megabyte", False),
    "GB": ("gigabyte", "gigabyte", False),
    "TB": ("terabyte", "terabyte", False),
    "kbit": ("kilobit", "kilobit", False),
    "Mbit": ("megabit", "megabit", False),
    "Gbit": ("gigabit", "gigabit", False),
    "Mbps": ("megabit per sekund", "megabit per sekund", False),
    "Gbps": ("gigabit per sekund", "gigabit per sekund", False),
    "ts": ("teskje", "teskjeer", False),
    "ss": ("spiseskje", "spiseskjeer", False),
    "Nm": ("newtonmeter", "newtonmeter", False),
    "px": ("piksel", "piksler", False),
    "hk": ("hestekraft", "hestekrefter", False),
    "°C": ("grad celsius", "grader celsius", False),
    "°F": ("grad fahrenheit", "grader fahrenheit", False),
    "°": ("grad", "grader", False),
    "%": ("prosent", "prosent", False),
    "%-poeng": ("prosentpoeng", "prosentpoeng", True),
    "% poeng": ("prosentpoeng", "prosentpoeng", True),
    "pst": ("prosent", "prosent", False),
    "‰": ("promille", "promille", False),
}
for _power, _name in (("2", "kvadrat"), ("²", "kvadrat"), ("3", "kubikk"), ("³", "kubikk")):
    for _length in ("mm", "cm", "dm", "m", "km"):
        _word = _name + UNITS[_length][0]
        UNITS[_length + _power] = (_word, _word, False)
#: What stands below the stroke, besides the units.
_PER = {
    "mnd": "måned",
    "md": "måned",
    "stk": "stykk",
    "pers": "person",
    "innb": "innbygger",
    "år": "år",
    "uke": "uke",
    "dag": "dag",
    "døgn": "døgn",
    "time": "time",
    "måned": "måned",
    "person": "person",
    "minutt": "minutt",
    "h": "time",
    "mil": "mil",
    "km": "kilometer",
}
_BELOW = "|".join(sorted(map(re.escape, [*_PER, *UNITS]), key=len, reverse=True))
_SIGNS = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
#: " per time" for "/t".
PER = rf"(?:/(?P<per>{_BELOW})(?![\w/]))?"
_MEASURE = re.compile(
    rf"(?<![\w/]){QUANTITY} ?(?P<unit>{_SIGNS}){PER}(?![\w/&²³])"
    r"(?P<stop>(?:(?<=min|sek|pst|moh|o\.h)|(?<=[th]))\.)?"
)
#: A part of a unit: "1/4 l", "3½ %".
_PART = re.compile(rf"(\d/\d{{1,2}}|[½⅓⅔¼¾⅛]) ?({_SIGNS})(?![\w/])")
_WORD_PER = re.compile(
    rf"(?<=[\w²])/(?P<per>{'|'.join(part for part in _BELOW.split('|') if len(part) > 1)})\b\.?"
)
#: "345 s." are pages, if the sentence goes on or there are many.
_PAGES = re.compile(r"(?<=\d) s\.(?=,? [a-zæøå(])|(?<=\d{3}) s\.(?=\)?$)")
_WEIGHT = re.compile(r"\b(?:vei(?:er|de|d)|vekt|last)", re.I)
_SUM_PER = re.compile(
    r"(?:(?<=\bkroner)|(?<=\bdollar)|(?<=\bpund)|(?<=\børe)|(?<=\beuro)|(?<=\bprosent))/(?=[a-zæøå]{3})"
)
#: "5 l/100 km".
_PER_MANY = re.compile(
    r"(?<=[^\W\d_])/(?=10+(?: 000)? ?(?:km|mil|kg|g|gram|ml|l|m²|innb\w*)(?!\w))"
)
#: A ship: "M/S «Kong Harald»".
_SHIP = re.compile(r"(?<![\w/])([MD])/([SK])(?= [«\"A-ZÆØÅ])", re.I)
_RATE = {"km/t": "kilometer i timen", "km/h": "kilometer i timen", "m/s": "meter per sekund"}
#: Signs that are said as units where no number stands before them.
_ALONE = re.compile(
    r"(?<![\w/])(?:(?P<rate>km/[th]|m/s)|(?P<before>(?:(?<=per )|(?<=pr\. )|(?<=pr ))?)"
    rf"(?P<unit>[kMGT]Wh|k?m[²³]|[kcdm]m[²³]|°C|[kM]bit|Mbps|Gbps|kvm|(?:(?<=per )|(?<=pr\. ))"
    rf"(?:{_SIGNS})){PER})(?![\w&-])"
)


def without_units(text: str) -> str:
    """Returns the text with "3,5 km" as "tre komma fem kilometer"."""
    text = _PAGES.sub(lambda m: " sider" + full_stop(text, m.end()), text)
    text = _PART.sub(lambda m: f"{m[1]} {UNITS[m[2]][0]}", text)
    if "/" in text:
        text = _PER_MANY.sub(" per ", text)
        text = _SHIP.sub(lambda m: (m[1] + m[2]).upper(), text)
    text = _MEASURE.sub(_measure, text)
    if "/" in text:
        text = _SUM_PER.sub(" per ", text)
        text = _WORD_PER.sub(_word_per, text)
    return _ALONE.sub(_alone, text)


def per(below: str | None) -> str:
    """Returns " per time" for "t", and nothing for nothing."""
    if not below:
        return ""
    return f" per {_PER.get(below) or UNITS[below][0]}"


def _measure(match: re.Match[str]) -> str:
    singular, plural, neuter = UNITS[match["unit"]]
    if match["unit"] == "t" and _is_weight(match):
        singular, plural, neuter = "tonn", "tonn", True
    said = f"{quantity(match, neuter)} {singular if is_singular(match) else plural}"
    if match["unit"] == "km" and match["per"] in ("t", "h"):
        said += " i timen"
    else:
        said += per(match["per"])
    return said + (full_stop(match.string, match.end()) if match["stop"] else "")


def _is_weight(match: re.Match[str]) -> bool:
    """Says whether "t" is tonnes, which only the words beside it tell from hours."""
    before = match.string[max(0, match.start() - 20) : match.start()]
    return bool(
        _WEIGHT.search(before) or match.string.startswith((" CO", " korn", " last"), match.end())
    )


def _word_per(match: re.Match[str]) -> str:
    stop = full_stop(match.string, match.end()) if match[0].endswith(".") else ""
    return per(match["per"]) + stop


def _alone(match: re.Match[str]) -> str:
    if match["rate"]:
        return _RATE[match["rate"]]
    singular, plural, _ = UNITS[match["unit"]]
    before = match.string[max(0, match.start() - 4) : match.start()]
    return (singular if before.endswith(("per ", "pr. ", "pr ")) else plural) + per(match["per"])

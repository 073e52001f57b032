"""Numbers as Norwegian words."""

import re

#: A whole number or decimal fraction in digits, with or without signs between the thousands.
#: One group, which callers name by its place.
NUMBER = (
    r"(?<!\d)(?<!\d[,.])(?:\d{1,3}(?: \d{3})+(?!\d)|\d{1,3}(?:\.\d{3})+(?![\d.]\d)|\d+)"
    r"(?:,\d+)?(?!\d)"
)

_ONES = [
    "null",
    "én",
    "to",
    "tre",
    "fire",
    "fem",
    "seks",
    "sju",
    "åtte",
    "ni",
    "ti",
    "elleve",
    "tolv",
    "tretten",
    "fjorten",
    "femten",
    "seksten",
    "sytten",
    "atten",
    "nitten",
]
_TENS = ["-", "-", "tjue", "tretti", "førti", "femti", "seksti", "sytti", "åtti", "nitti"]
_FIRST = [
    "nullte",
    "første",
    "andre",
    "tredje",
    "fjerde",
    "femte",
    "sjette",
    "sjuende",
    "åttende",
    "niende",
    "tiende",
    "ellevte",
    "tolvte",
    "trettende",
    "fjortende",
    "femtende",
    "sekstende",
    "syttende",
    "attende",
    "nittende",
]
_LARGE = [
    (10**12, "billion", "billioner"),
    (10**9, "milliard", "milliarder"),
    (10**6, "million", "millioner"),
]
#: Longer whole numbers are read digit by digit.
_MOST_DIGITS = 15


def cardinal(number: int, neuter: bool = False) -> str:
    """Returns the number in words: "ett tusen to hundre og femti", and "hundre" for 100."""
    words = _cardinal(number, neuter)
    return words.removeprefix("ett ") if 100 <= number < 200 else words


def _cardinal(number: int, neuter: bool) -> str:
    for size, singular, plural in _LARGE:
        if number >= size:
            many, rest = divmod(number, size)
            words = "én " + singular if many == 1 else f"{cardinal(many)} {plural}"
            return words + _after(rest, neuter)
    if number >= 1000:
        many, rest = divmod(number, 1000)
        return f"{cardinal(many, neuter=True)} tusen" + _after(rest, neuter)
    if number >= 100:
        many, rest = divmod(number, 100)
        return f"{_cardinal(many, True)} hundre" + _after(rest, neuter)
    if number >= 20:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (_small(ones, neuter).replace("én", "en") if ones else "")
    return _small(number, neuter)


def _small(number: int, neuter: bool) -> str:
    return "ett" if number == 1 and neuter else _ONES[number]


def _after(rest: int, neuter: bool) -> str:
    if not rest:
        return ""
    last = rest // 1000 if rest % 1000 == 0 else rest
    return (" og " if last < 100 else " ") + _cardinal(rest, neuter)


def ordinal(number: int) -> str:
    """Returns "første", "tjueførste", "hundre og andre"."""
    if number < 20:
        return _FIRST[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        if ones:
            return _TENS[tens] + _FIRST[ones]
        return _TENS[tens] + ("nde" if tens == 2 else "ende")
    rest = number % 100
    if rest:
        before = cardinal(number - rest)
        return f"{before} og {ordinal(rest)}"
    return cardinal(number) + ("de" if number % 1000 else "de" if number % 10**6 else "te")


def year(number: int) -> str:
    """Returns a year in two parts, as it is said: "nitten åttifire", "tjue tjuefire".

    2000 to 2009 are said as numbers, and so are the years before 1000. 1000 is "tusen".
    """
    century, rest = divmod(number, 100)
    if number == 1000:
        return "tusen"
    if century < 10 or (century == 20 and rest < 10) or number >= 2100:
        return cardinal(number)
    if not rest:
        return f"{cardinal(century)} hundre"
    return f"{cardinal(century)} {two_digits(f'{rest:02}')}"


def two_digits(written: str) -> str:
    """Returns "null fem" for "05", and "førtifem" for "45"."""
    if written.startswith("0"):
        return digits(written)
    return cardinal(int(written)).replace("én", "en")


def digits(written: str) -> str:
    """Returns the digits one by one; other characters are left out."""
    return " ".join(
        "en" if digit == "1" else _ONES[int(digit)] for digit in written if digit in "0123456789"
    )


def pairs(written: str) -> str:
    """Returns the digits two by two: "22 33" is "tjueto trettitre". An odd one comes first."""
    only = re.sub(r"\D", "", written)
    start = len(only) % 2
    parts = [only[:start]] if start else []
    parts += [only[place : place + 2] for place in range(start, len(only), 2)]
    return " ".join(two_digits(part) if len(part) == 2 else digits(part) for part in parts)


def number(written: str, neuter: bool = False) -> str:
    """Returns the words of what NUMBER matches: "tre komma fem", "null null sju".

    Two decimals are said as one number, "tre komma fjorten", unless the first is 0; more are said
    one by one.
    """
    whole, _, decimals = written.partition(",")
    whole = re.sub(r"[ .]", "", whole)
    if (len(whole) > 1 and whole.startswith("0")) or len(whole) > _MOST_DIGITS:
        words = digits(whole)
    else:
        words = cardinal(int(whole), neuter and not decimals)
    if not decimals:
        return words
    said = digits(decimals)
    if len(decimals) == 1:
        said = cardinal(int(decimals))
    elif len(decimals) == 2:
        said = two_digits(decimals)
    return f"{words} komma {said}"

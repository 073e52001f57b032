"""Figures that name something: telephones, accounts, post codes, ISBNs, versions, coordinates."""

import re

from narration.ear.numerals import cardinal, digits, pairs, two_digits
from narration.ear.tables import LISTS

_ISBN = re.compile(r"\b(ISBN|ISSN)(?:-1[03])?:? ?([\d][\d -]{6,15}[\dX])\b")
_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)(\d{2}) ?(\d(?: ?\d){7,9})(?! ?\d)")
_GROUPED = re.compile(r"(?<!\d )(?<![\d.,])(\d{2}(?: \d{2}){3}|\d{3} \d{2} \d{3})(?![ ,]?\d)")
_CALLED = re.compile(
    r"\b((?:tlf|telefon|mobil|mobilnummer|telefonnummer|mob|sms til|ring|ringe)(?:nr)?\.?:?"
    r"(?: på| til)? ?)(\d{4} ?\d{4}|\d{3} \d{3}|\d{3,5})(?![\d,.]?\d)"
    r"(?! (?:kunder|ganger|ledere|personer|selgere|stk))",
    re.I,
)
_COMPANY = re.compile(
    r"\b((?:org\.? ?nr|organisasjonsnummer|foretaksnummer|orgnr)\.?(?:et)?:?(?: er)? ?)"
    r"(?:NO ?)?(\d{3})[ .]?(\d{3})[ .]?(\d{3})(?!\d)( ?MVA)?",
    re.I,
)
_ACCOUNT = re.compile(r"(?<![\d.])(\d{4})([. ])(\d{2})\2(\d{5})(?!\d)")
_PERSON = re.compile(r"(?<![\d.,])(\d{6}) (\d{5})(?![ \d])")
_CARD = re.compile(r"(?<![\d.])\d{4}( ?)\d{4}\1\d{4}\1\d{4}(?!\d)")
_NAMED = re.compile(
    r"\b((?:KID|KID-nummer|kontonummer|konto(?:nr)?\.?|fødselsnummer|kundenummer|ordrenummer"
    r"|saksnummer|PIN|PIN-kode(?:n)?|kode(?:n)?|gårdsnummer)(?: er)?:? )(\d{4,}|0\d+)(?![\d,.]\d)",
    re.I,
)
#: A post code with a zero in front is known without its town.
_TOWNS = "|".join(LISTS["post_towns"])
_POST_CODE = re.compile(
    rf"(?<![\d.,])(?:(0\d{{3}})(?= [A-ZÆØÅ])|(?<!\bi )(?<!\bI )(\d{{4}})(?= (?:{_TOWNS}|"
    r"[A-ZÆØÅ]{3,})\b))( [A-ZÆØÅ]{3,}\b)?"
)
_ADDRESS = re.compile(r"(?:,|\d[A-Z]?|[Pp]ostboks \d+|[Nn]orge|[Pp]ostadresse:?|^) ?$")
_VERSION = re.compile(r"\b[vV](?:er(?:s(?:jon)?)?|\.)?\.? ?(\d+(?:\.\d+)+)\b(?!,\d)")
_DOTTED = re.compile(r"(?<![\w.,])(\d+(?:\.\d+){2,})(?![\d,])")
_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:\d{2}|\d{4})")
_DEGREES = re.compile(
    r"(\d+(?:,\d+)?)°(?: ?(\d+(?:,\d+)?)'(?: ?(\d+(?:,\d+)?)\")?)?(?: ?([NSØVEW])\b)?(?! ?[CF]\b)"
)
_QUARTERS = {"N": "nord", "S": "sør", "Ø": "øst", "E": "øst", "V": "vest", "W": "vest"}


def without_codes(text: str) -> str:
    """Returns the text with such figures in words, by digits or pairs of digits."""
    text = _ISBN.sub(lambda m: f"{m[1]} {_isbn(m[2])}", text)
    text = _ABROAD.sub(lambda m: f"pluss {two_digits(m[1])}, {_groups(m[2])}", text)
    text = _COMPANY.sub(_company, text)
    text = _CARD.sub(lambda m: _by_digits(m[0]), text)
    text = _ACCOUNT.sub(lambda m: f"{digits(m[1])}, {digits(m[3])}, {digits(m[4])}", text)
    text = _PERSON.sub(lambda m: f"{digits(m[1])}, {digits(m[2])}", text)
    text = _GROUPED.sub(lambda m: _groups(m[0]), text)
    text = _CALLED.sub(lambda m: m[1] + _called(m[2]), text)
    text = _NAMED.sub(lambda m: m[1] + digits(m[2]), text)
    text = _POST_CODE.sub(_post_code, text)
    text = _VERSION.sub(
        lambda m: ("Versjon " if m[0][0] == "V" else "versjon ") + dotted(m[1]), text
    )
    text = _DOTTED.sub(_dotted_unless_date, text)
    return _DEGREES.sub(_degrees, text) if "°" in text else text


def dotted(written: str) -> str:
    """Returns "to punkt null" for "2.0"."""
    return " punkt ".join(
        digits(part) if part[0] == "0" or len(part) > 4 else cardinal(int(part))
        for part in written.split(".")
    )


def _isbn(written: str) -> str:
    return digits(written) + (" eks" if written.endswith("X") else "")


def _by_digits(written: str) -> str:
    only = written.replace(" ", "")
    return ", ".join(digits(only[place : place + 4]) for place in range(0, len(only), 4))


def _groups(written: str) -> str:
    groups = written.split(" ")
    if len(groups) == 1:
        return pairs(written)
    return ", ".join(two_digits(g) if len(g) == 2 else digits(g) for g in groups)


def _called(written: str) -> str:
    if len(written) > 7:
        return pairs(written)
    return ", ".join(map(digits, written.split(" ")))


def _company(match: re.Match[str]) -> str:
    words = f"{match[1]}{digits(match[2])}, {digits(match[3])}, {digits(match[4])}"
    return words + (" MVA" if match[5] else "")


def _post_code(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 14) : match.start()]
    if not match[1] and not _ADDRESS.search(before):
        return match[0]
    town = match[3].title() if match[3] else ""
    return pairs(match[1] or match[2]) + town


def _dotted_unless_date(match: re.Match[str]) -> str:
    parts = match[1].split(".")
    if _DATE.fullmatch(match[1]) or (
        all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3
    ):
        return match[0]
    return dotted(match[1])


def _degrees(match: re.Match[str]) -> str:
    words = f"{match[1]} {'grad' if match[1] == '1' else 'grader'}"
    if match[2]:
        words += f" {match[2]} {'minutt' if match[2] == '1' else 'minutter'}"
    if match[3]:
        words += f" {match[3]} {'sekund' if match[3] == '1' else 'sekunder'}"
    return words + (f" {_QUARTERS[match[4]]}" if match[4] else "")

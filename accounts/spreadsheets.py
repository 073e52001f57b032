"""Makes cells that no spreadsheet program runs, whichever separator it splits them at.

https://owasp.org/www-community/attacks/CSV_Injection: quotes around cells don't help. A program
that splits at another separator than ours begins a new cell in the middle of one of ours.
"""

import re

#: Where a program may begin a cell: at the start, and after a separator of cells or lines.
BEGINNING = r"(?:(?<![\s\S])|(?<=[;,|])|(?<=[^\S ]))"
#: What a program may skip before it looks for a formula: spaces, quotes, invisible characters.
SKIPPED = (
    '[ "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*'
)
#: What begins a formula, and what a program may strip before one, by OWASP's list. Our own quote is
#: here too, so that `plain` removes only quotes that `inert` added.
SIGN = r"(?:[=+\-@＝＋－＠']|[^\S ])"
DANGER = re.compile(f"{BEGINNING}(?={SKIPPED}{SIGN})")
OUR_QUOTE = re.compile(f"{BEGINNING}'(?={SKIPPED}{SIGN})")

#: What XML, and so a workbook, can't hold: https://www.w3.org/TR/xml/#charsets.
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def inert(value: str) -> str:
    """Put a quote before all that a spreadsheet would run. `plain` takes the quotes away."""
    return DANGER.sub("'", value)


def plain(value: str) -> str:
    return OUR_QUOTE.sub("", value)


def storable(value: str) -> str:
    """Make a value fit for a workbook: openpyxl raises at the first control character."""
    return NO_XML.sub("", value)

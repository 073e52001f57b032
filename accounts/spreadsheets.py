"""Cells that no spreadsheet program runs, however it parts them.

https://owasp.org/www-community/attacks/CSV_Injection: quotes around them don't help, for a program
that parts cells at another sign than ours begins a new cell in the middle of one of ours.
"""

import re

#: Where some program begins a cell: first of all, and after a sign that parts cells or lines.
BEGINNING = r"(?:(?<![\s\S])|(?<=[;,|])|(?<=[^\S ]))"
#: What a program may pass over before it looks for a formula: spaces, quotes, what doesn't show.
SKIPPED = (
    '[ "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*'
)
#: What begins a formula, and what may be stripped off before one, as OWASP's list has them; and our
#: own quote, or one could not tell whose it is.
SIGN = r"(?:[=+\-@＝＋－＠']|[^\S ])"
DANGER = re.compile(f"{BEGINNING}(?={SKIPPED}{SIGN})")
OUR_QUOTE = re.compile(f"{BEGINNING}'(?={SKIPPED}{SIGN})")

#: What XML can't hold, and so no workbook: https://www.w3.org/TR/xml/#charsets.
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def inert(value: str) -> str:
    """With a quote before all that a spreadsheet would run; `plain` takes the quotes away."""
    return DANGER.sub("'", value)


def plain(value: str) -> str:
    return OUR_QUOTE.sub("", value)


def storable(value: str) -> str:
    """Fit for a workbook: openpyxl raises at the first control character."""
    return NO_XML.sub("", value)

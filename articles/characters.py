"""Removes invisible characters that some parsers refuse. One of them in one article would break a
whole feed."""

import re

#: Control characters except tab and newline, halves of surrogate pairs, and noncharacters, two of
#: which end each plane: https://www.unicode.org/faq/private_use.html#noncharacters.
JUNK = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(n * 0x10000 + 0xFFFE + i) for n in range(17) for i in (0, 1))
    + "]"
)


def clean(text: str) -> str:
    """`text` without those characters, and with every line ending as a newline."""
    return JUNK.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))

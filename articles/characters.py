"""Characters that nobody sees, and that some parsers stumble on: one of them in one article would
stop a feed of them all."""

import re

#: Control characters but for the tab and the new line, halves of pairs, and what is no character:
#: https://www.unicode.org/faq/private_use.html#noncharacters, two at the end of each plane.
JUNK = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(n * 0x10000 + 0xFFFE + i) for n in range(17) for i in (0, 1))
    + "]"
)


def clean(text: str) -> str:
    """Without what no editor can see and some parsers stumble on; one kind of line ends."""
    return JUNK.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))

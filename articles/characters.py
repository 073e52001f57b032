"""Characters that nobody sees, and that some parsers stumble on: one of them in one article would
stop a feed of them all."""

import re
import unicodedata

#: https://www.unicode.org/faq/private_use.html#noncharacters, two at the end of each plane
NO_CHARACTER = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(chr(n * 0x10000 + 0xFFFE + i) for n in range(17) for i in (0, 1))
    + "]"
)


def clean(text: str) -> str:
    """Without what no editor can see and some parsers stumble on; one kind of line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or not _is_junk(c))


def _is_junk(char: str) -> bool:
    """Control characters, halves of pairs, and what Unicode says is no character."""
    return unicodedata.category(char) in ("Cc", "Cs") or bool(NO_CHARACTER.match(char))

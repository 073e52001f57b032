"""Characters that some parsers refuse, and spaces where no line may break."""

import re

#: The space inside a number such as «310 000».
IN_NUMBER = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
#: Characters that would break a whole feed if one article had one of them: control characters
#: except tab and newline, halves of surrogate pairs, and noncharacters, two of them at the end of
#: each plane: https://www.unicode.org/faq/private_use.html#noncharacters.
JUNK = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(n * 0x10000 + 0xFFFE + i) for n in range(17) for i in (0, 1))
    + "]"
)


def clean(text: str) -> str:
    """`text` without those characters, and with every line ending as a newline."""
    return JUNK.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def unbroken(text: str) -> str:
    """`text` with numbers such as «310 000» that no line ends in the middle of."""
    return IN_NUMBER.sub("\N{NO-BREAK SPACE}", text)

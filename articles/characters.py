"""Characters that some parsers refuse, and spaces where no line may break."""

import re
import unicodedata

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
#: What is set above or below the letter before it: the characters that begin with a combining one
#: when they are taken apart.
_MARKS = "".join(
    sign
    for sign in map(chr, range(0x300, 0x1E94B))
    if unicodedata.combining(unicodedata.normalize("NFKD", sign)[0])
)
#: Unicode's own bound: https://unicode.org/reports/tr15/#Stream_Safe_Text_Format. To normalize a
#: text takes the square of the marks in a row: 14 seconds for 80,000 of them. The look ahead makes
#: the search thirty times quicker.
MANY_MARKS = re.compile(f"(?=[\u0300-\U0001e94a])[{_MARKS}]{{31,}}")


def clean(text: str) -> str:
    """`text` without those characters and without more than 30 combining marks in a row, and with
    every line ending as a newline."""
    text = JUNK.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if text.isascii() else MANY_MARKS.sub(lambda marks: marks[0][:30], text)


def unbroken(text: str) -> str:
    """`text` with numbers such as «310 000» that no line ends in the middle of."""
    return IN_NUMBER.sub("\N{NO-BREAK SPACE}", text)

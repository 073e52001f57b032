"""What isn't said is taken out of a text, and what is written in two ways is made one."""

import re
import unicodedata

#: Marks for what is finished: such a character stands for words that no rule changes.
FIRST_MARK = 0xF0000
MOST_MARKS = 0xFFFD

_SPACES = re.compile(r"[\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800]+")
#: Soft hyphens, joiners, directions of writing, variation selectors and private characters.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ue000-\uf8ff\ud800-\udfff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_PICTURES = re.compile(
    "[\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]|\u20e3"
)
#: Digits above the line are marks of footnotes, unless they stand with a unit or a number.
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NOTE = re.compile(
    rf"\[\^?[\d*]{{1,3}}\]|\[(?:sic|sic!|!)\]|(?<=[a-zæøåé.,;:!?»\"”)])(?<!\b[kcdm]m)(?<!\bm)"
    rf"(?<![\d ][kcdm]m)(?<!\b[a-z])[{_RAISED}]+(?![\w⁻])|[†‡]|(?<=\w)\*+(?!\w)"
)
_LIKE = str.maketrans(
    "‐‑‒―⁃−‟“”„‹›\u2018\u2019\u201a′",
    "--–––−\"\"\"\"''''''",
)


def clean(text: str) -> str:
    """Returns the text in composed letters, without what nobody says: emoji, marks of footnotes."""
    text = _UNSEEN.sub("", text)
    text = _SPACES.sub(" ", text)
    text = "".join(sign for sign in text if sign >= " " and sign != "\x7f")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_LIKE)
        text = _PICTURES.sub("", text)
    text = _NOTE.sub("", text)
    return text.strip()

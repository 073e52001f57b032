"""Mail addresses, web addresses, hashtags and names with @.

Of a web address with a path only the host is said. Endings are said as words or letters: "punktum
no", "punktum kom".
"""

import re

from narration.ear.letters import spelled
from narration.ear.numerals import digits
from narration.ear.tables import LISTS

_ENDINGS = (
    "no|com|org|net|edu|gov|info|io|eu|se|dk|fi|is|de|uk|fr|nl|us|ai|app|dev|tv|shop|blog|example"
)
_HOST = rf"(?:[\w-]{{1,63}}\.){{1,6}}(?:{_ENDINGS})"
_PATH = r"(?::\d+)?(?:[/?#][^\s<>«»\"()]*[^\s<>«»\"().,;:!?])?/?"
_MAIL = re.compile(rf"(?<![\w.+-])(?:mailto:)?([\w.+-]{{1,64}})@({_HOST}|[\w.-]{{1,200}}\w)", re.I)
_WEB = re.compile(
    rf"(?<![\w@.])(?:(?:https?|ftp)://(?:[\w.-]+@)?((?:[\w-]{{1,63}}\.){{0,6}}[\w-]{{1,63}}){_PATH}"
    rf"|((?:www\.)?{_HOST})(?![\w@-]|\.\w){_PATH})",
    re.I,
)
_FILE = re.compile(
    r"(?<![\w.-])([\w-]{1,80})\.(pdf|docx?|xlsx?|pptx?|png|jpe?g|csv|txt|zip|html?|mp3|mp4)\b(?!\.\w)",
    re.I,
)
_TAG = re.compile(
    r"(?P<named>(?:emneknagg(?:en)?|hashtag(?:en)?) )?(?<![\w&#])#(?=[^\W\d_])(\w+)", re.I
)
_HANDLE = re.compile(r"(?<![\w@.])@([^\W_]\w*(?:\.\w+)*)")
_SIGNS = {".": "punktum", "-": "bindestrek", "_": "understrek", "+": "pluss"}
#: Parts that are said letter by letter.
_SPELLED = LISTS["spelled_domains"]
_PART = re.compile(r"\d+|[^\W\d_]+|[.+_-]")


def without_addresses(text: str) -> str:
    """Returns the text with its addresses in words."""
    if "@" in text:
        text = _MAIL.sub(lambda m: f"{_said(m[1])} krøllalfa {_said(m[2])}", text)
        text = _HANDLE.sub(lambda m: f"krøllalfa {_said(m[1])}", text)
    if "." in text or "://" in text:
        text = _FILE.sub(lambda m: f"{_said(m[1])} punktum {spelled(m[2])}", text)
        text = _WEB.sub(lambda m: _said(m[1] or m[2]), text)
    return (
        _TAG.sub(lambda m: (m["named"] or "emneknagg ") + _tag(m[2]), text) if "#" in text else text
    )


def _said(address: str) -> str:
    return " ".join(_part(part) for part in _PART.findall(address))


def _part(part: str) -> str:
    lower = part.lower()
    if lower in _SIGNS:
        return _SIGNS[lower]
    if lower == "www":
        return "ve ve ve"
    if lower == "com":
        return "kom"
    if lower.isdecimal():
        return digits(lower)
    return spelled(lower) if lower in _SPELLED or len(lower) == 1 else part


def _tag(tag: str) -> str:
    words = re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])|(?<=\D)(?=\d)|_", " ", tag)
    return words.strip()

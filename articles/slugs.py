"""Addresses: one slug function for the panel and the import, and what no slug may be."""

import unicodedata
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.text import slugify
from django.utils.translation import gettext as _

# As the panel's own script has it, so that what an editor sees is what is stored.
NORWEGIAN = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "ae", "Ø": "o", "Å": "a"})


def norwegian_slug(text: str) -> str:
    """«Bøker på jobb» → «boker-pa-jobb»."""
    return slugify(text.translate(NORWEGIAN))


#: The order of the Norwegian dictionary; ä and ö stand with æ and ø, ü with y.
ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyzæøå"
ALIKE = str.maketrans({"ä": "æ", "ö": "ø", "ü": "y", "đ": "d", "ð": "d", "ł": "l", "ß": "ss"})


def sort_key(text: str) -> str:
    """Two digits for each letter, for the first hundred: sorted alike by every database, whatever
    its collation. Accents, capitals and signs don't count."""
    letters = []
    for letter in unicodedata.normalize("NFC", text).lower().translate(ALIKE)[:100]:
        base = letter if letter in ALPHABET else unicodedata.normalize("NFKD", letter)[0]
        if base in ALPHABET:
            letters.append(f"{ALPHABET.index(base):02}")
    while letters and letters[0] == "00":
        del letters[0]
    return "".join(letters)


def letter_of(key: str) -> str:
    """Under which letter a word with this sorting key stands; "" for one of signs alone."""
    return ALPHABET[int(key[:2])].upper() if key else ""


def reserved_segments() -> set[str]:
    """The first segments of the portal's own addresses, read from the URLconf."""
    return {"static", *_first_segments(get_resolver().url_patterns)}


def _first_segments(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        first = str(pattern.pattern).split("/")[0]
        if not first and isinstance(pattern, URLResolver):
            yield from _first_segments(pattern.url_patterns)
        elif first and "<" not in first:
            yield first


def validate_free_segment(slug: str) -> None:
    """Raises ValidationError where `slug` at the top level would hide an address of ours."""
    if slug in reserved_segments():
        raise ValidationError({"slug": _("The portal itself uses the address «/%s/».") % slug})

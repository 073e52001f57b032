"""The slug function that the panel and the import share, sorting keys, and reserved slugs."""

import unicodedata
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles.characters import clean

# The same letters as in the panel's script, so that the stored slug is the one an editor sees.
NORWEGIAN = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "ae", "Ø": "o", "Å": "a"})


def norwegian_slug(text: str) -> str:
    """«Bøker på jobb» → «boker-pa-jobb»."""
    return slugify(clean(text).translate(NORWEGIAN))


#: The order of a Norwegian dictionary. It sorts ä with æ, ö with ø, and ü with y.
ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyzæøå"
ALIKE = str.maketrans({"ä": "æ", "ö": "ø", "ü": "y", "đ": "d", "ð": "d", "ł": "l", "ß": "ss"})


def sort_key(text: str) -> str:
    """Two digits for each letter of the first hundred characters. Every database sorts them alike,
    whatever its collation. Accents, capitals and signs don't count."""
    letters = []
    for letter in unicodedata.normalize("NFC", clean(text)).lower().translate(ALIKE)[:100]:
        base = letter if letter in ALPHABET else unicodedata.normalize("NFKD", letter)[0]
        if base in ALPHABET:
            letters.append(f"{ALPHABET.index(base):02}")
    while letters and letters[0] == "00":
        del letters[0]
    return "".join(letters)


def letter_of(key: str) -> str:
    """The letter that a word with this sorting key is listed under. "" if it has only signs."""
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
    """Raises ValidationError if `slug`, at the top level, is one of the portal's own addresses."""
    if slug in reserved_segments():
        raise ValidationError({"slug": _("The portal itself uses the address «/%s/».") % slug})

"""Addresses: one slug function for the panel and the import, and what no slug may be."""

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


def norwegian_order(text: str) -> str:
    """A sorting key: æ, ø and å last, capitals among the small."""
    return text.lower().translate(str.maketrans("æøå", "{|}"))


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

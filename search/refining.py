"""The filters beside the hits, as links to the same search with one filter more, or one less."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from search.asked import Asked
from search.finding import Facets

#: How many choices of one kind are shown.
CHOICES = 8


class Choice(NamedTuple):
    title: str
    #: None where they aren't counted.
    hits: int | None
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Group:
    title: str
    choices: list[Choice]


def groups_of(facets: Facets, asked: Asked) -> list[Group]:
    """The filters that can tell the hits apart. While there are hits, a chosen one is there too, to
    be taken away."""
    found = [
        group(pgettext("of an article", "Subject"), "subject", facets.subjects, asked),
        group(pgettext("one of them", "Series"), "series", facets.series, asked),
        group(_("Author"), "author", facets.authors, asked),
        lengths(asked),
    ]
    return [each for each in found if each.choices]


def group(title: str, field: str, facets: Sequence[tuple[str, str, int]], asked: Asked) -> Group:
    chosen = getattr(asked.filters, field)
    rows = [
        Choice(
            name, count, asked.narrowed(**{field: "" if slug == chosen else slug}), slug == chosen
        )
        for slug, name, count in facets
    ]
    if not rows[1:] and not chosen:  # one alone tells no hits apart
        return Group(title, [])
    return Group(title, sorted(rows, key=lambda row: not row.is_chosen)[:CHOICES])


def lengths(asked: Asked) -> Group:
    chosen = asked.filters.minutes
    names = {
        "kort": _("At most 5 minutes"),
        "middels": _("6 to 15 minutes"),
        "lang": _("More than 15 minutes"),
    }
    return Group(
        _("Length"),
        [
            Choice(name, None, asked.narrowed(minutes="" if key == chosen else key), key == chosen)
            for key, name in names.items()
        ],
    )

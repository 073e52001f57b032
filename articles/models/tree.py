"""Places in Wagtail's tree, asked for in a way that every database answers from an index.

A page's path is its parent's and four characters more. `startswith` is a LIKE, for which neither
SQLite nor, where the beginning is a column, PostgreSQL has an index.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat, Left, Length
from wagtail.models import Page

#: How deep series and simple pages lie: root, home, these.
SECTION_DEPTH = 3
#: Sorts after the last of a path's descendants.
LAST = "Z" * (Page.steplen + 1)


def below(path: str, prefix: str = "") -> Q:
    """The descendants of the page at `path`; `prefix` leads to the page, as in «page__»."""
    return Q(**{f"{prefix}path__gt": path, f"{prefix}path__lt": path + LAST})


def at_or_below(path: str, prefix: str = "") -> Q:
    """The page at `path` and its descendants; every page, for ""."""
    if not path:
        return Q()
    return Q(**{f"{prefix}path__gte": path, f"{prefix}path__lt": path + LAST})


def children_of_outer() -> Q:
    """In a subquery, the children of the page outside."""
    end: Any = Concat(OuterRef("path"), Value(LAST))
    return Q(path__gt=OuterRef("path"), path__lt=end, depth=OuterRef("depth") + 1)


def parent_is_live(path: str) -> Exists:
    """Whether the page above the one at `path` is published.

    Wagtail can leave the parts of an unpublished series live, so the series is asked too.
    """
    above = Left(OuterRef(path), Length(OuterRef(path)) - Page.steplen)
    return Exists(Page.objects.filter(path=above, live=True))

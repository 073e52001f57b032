"""Conditions on Wagtail's page tree that every database can answer from an index.

A page's path is its parent's path and four more characters. `startswith` becomes a LIKE. SQLite has
no index for it, and PostgreSQL has none if the prefix is a column.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat, Left, Length
from wagtail.models import Page

#: The depth of series and simple pages, below the root and the home page.
SECTION_DEPTH = 3
#: A path with this suffix sorts after all descendants of that path.
LAST = "Z" * (Page.steplen + 1)


def hold(*keys: int) -> None:
    """Keep others from changing these pages until the transaction ends.

    Whoever locks a page takes it here first, before the row of its own kind, and several pages in
    the order of their keys. So no two wait for each other.
    """
    list(Page.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def below(path: str, prefix: str = "") -> Q:
    """The descendants of the page at `path`. `prefix` is the lookup to a page, such as «page__»."""
    return Q(**{f"{prefix}path__gt": path, f"{prefix}path__lt": path + LAST})


def at_or_below(path: str, prefix: str = "") -> Q:
    """The page at `path` and its descendants. For "", every page."""
    if not path:
        return Q()
    return Q(**{f"{prefix}path__gte": path, f"{prefix}path__lt": path + LAST})


def children_of_outer() -> Q:
    """In a subquery, the children of the outer query's page."""
    end: Any = Concat(OuterRef("path"), Value(LAST))
    return Q(path__gt=OuterRef("path"), path__lt=end, depth=OuterRef("depth") + 1)


def parent_is_live(path: str) -> Exists:
    """Whether the parent of the page is published. `path` is the lookup to the page's path.

    Wagtail can leave the parts of an unpublished series live, so the series must be checked too.
    """
    above = Left(OuterRef(path), Length(OuterRef(path)) - Page.steplen)
    return Exists(Page.objects.filter(path=above, live=True))

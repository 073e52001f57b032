"""What the list of series tells of each: found for one page of the list, in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Cast, Left, Length
from wagtail.models import Page, Revision

from accounts.access import Access
from accounts.models import User
from articles.models import Article, ArticleAuthor, Series
from articles.models.rights import edits_all
from articles.models.tree import below

#: How many authors are named before «and 3 more».
NAMED = 2


@dataclass
class SeriesRow:
    live: int = 0
    open: int = 0
    #: All parts, or None for a user who may not know.
    parts: int | None = None
    next_at: datetime | None = None
    changed_at: datetime | None = None
    authors: list[str] = field(default_factory=list)

    @property
    def named(self) -> list[str]:
        return self.authors[:NAMED]

    @property
    def more(self) -> int:
        return max(0, len(self.authors) - NAMED)


def rows_of(series: Sequence[Series], user: User) -> dict[int, SeriesRow]:
    """By primary key. Of unpublished parts, only an editor is told."""
    found = {each.path: SeriesRow() for each in series}
    if not found:
        return {}
    within: Q = reduce(or_, (below(path) for path in found))
    parts = Article.objects.filter(within).order_by()
    above = Left("path", Length("path") - Page.steplen)
    is_editor = edits_all(user)
    counted = parts if is_editor else parts.filter(live=True)
    for row in (
        counted.annotate(above=above)
        .values("above")
        .annotate(
            n_all=Count("pk"),
            n_live=Count("pk", filter=Q(live=True)),
            n_open=Count("pk", filter=Q(live=True, access=Access.PUBLIC)),
            changed=Max("latest_revision_created_at" if is_editor else "last_published_at"),
        )
    ):
        each = found[row["above"]]
        each.live, each.open, each.changed_at = row["n_live"], row["n_open"], row["changed"]
        each.parts = row["n_all"] if is_editor else None
    if is_editor:
        _schedule(found)
    _name_authors(found, {} if is_editor else {"article__live": True})
    return {each.pk: found[each.path] for each in series}


def _schedule(found: dict[str, SeriesRow]) -> None:
    times = Revision.page_revisions.filter(approved_go_live_at__isnull=False)
    rows = times.annotate(key=Cast("object_id", Page._meta.pk)).values_list(
        "key", "approved_go_live_at"
    )
    at = dict(rows)
    pages = Page.objects.filter(pk__in=at).values_list("pk", "path") if at else []
    for pk, path in pages:
        row = found.get(path[: -Page.steplen])
        if row is not None:
            row.next_at = min(filter(None, (row.next_at, at[pk])))


def _name_authors(found: dict[str, SeriesRow], which: dict[str, bool]) -> None:
    """Those who wrote most of a series first."""
    path = "article__path"
    within: Q = reduce(or_, (below(each, "article__") for each in found))
    rows = ArticleAuthor.objects.filter(within, **which).annotate(
        above=Left(path, Length(path) - Page.steplen), name=F("author__title")
    )
    counted = rows.order_by().values("above", "name").annotate(n=Count("pk"), first=Min("pk"))
    for row in counted.order_by("-n", "first"):
        found[row["above"]].authors.append(row["name"])

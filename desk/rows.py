"""The facts of articles as the panel's lists show them, found in the same few queries for one row
and for fifty."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Prefetch, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Revision, WorkflowState

from accounts.access import Access
from accounts.models import User
from articles.models import Article, ArticleAuthor, Passage
from articles.models.rights import edits_all, own_pages
from desk.columns import Cell, columns


class PartState(models.TextChoices):
    LIVE = "live", pgettext_lazy("of an article", "Published")
    CHANGED = "changed", _("Changes not published")
    SCHEDULED = "scheduled", pgettext_lazy("of an article", "Scheduled")
    REVIEW = "review", _("For approval")
    RETURNED = "returned", _("Sent back")
    PLANNED = "planned", pgettext_lazy("of an article", "Planned")
    DRAFT = "draft", pgettext_lazy("of an article", "Draft")


@dataclass
class Row:
    article: Article
    number: int
    state: PartState
    #: When it goes out, or was published.
    at: date | datetime | None
    authors: list[str]
    words: int | None = None
    #: Of the words, in percent.
    share_open: int | None = None
    #: Whether the user may change the article.
    is_own: bool = True
    cells: list[Cell] = field(default_factory=list)

    @property
    def access(self) -> Access:
        return Access(self.article.access)

    @property
    def is_open(self) -> bool:
        return self.article.access == Access.PUBLIC

    @property
    def is_planned(self) -> bool:
        return self.state == PartState.PLANNED

    @property
    def minutes(self) -> int | None:
        return self.article.minutes if self.words is not None else None


def with_facts(articles: "models.QuerySet[Article]") -> "models.QuerySet[Article]":
    """What `rows_of` asks of each article, fetched for all of them."""
    by_line = ArticleAuthor.objects.select_related("author").only(
        "article", "sort_order", "author__title"
    )
    return (
        articles.defer("body")
        .select_related("metadata", "planned")
        .prefetch_related(Prefetch("by_line", by_line, to_attr="authors_shown"))
    )


def rows_of(articles: Sequence[Article], user: User, first: int = 1) -> list[Row]:
    """`articles` come from `with_facts`. Of an article that isn't theirs, a writer sees no more
    than readers do."""
    keys = [article.pk for article in articles]
    own = set(keys) if edits_all(user) else _own_among(keys, user)
    scheduled, reviews = _scheduled(own), _reviews(own)
    open_words = _open_words(keys)
    cells = [(each, each.cells(own)) for each in columns]
    rows = []
    for number, article in enumerate(articles, first):
        pk, is_own = article.pk, article.pk in own
        state, at = _state_of(article, is_own, scheduled.get(pk), reviews.get(pk))
        words = article.metadata.words if hasattr(article, "metadata") else None
        share = 100 * open_words.get(pk, 0) // words if words else None
        authors = [place.author.title for place in getattr(article, "authors_shown", [])]
        row = Row(article, number, state, at, authors, words, share, is_own)
        row.cells = [found.get(pk, Cell("")) for _column, found in cells]
        rows.append(row)
    return rows


def _own_among(keys: list[int], user: User) -> set[int]:
    return set(own_pages(user).filter(pk__in=keys).values_list("pk", flat=True))


def _state_of(
    article: Article, is_own: bool, scheduled: datetime | None, review: str | None
) -> tuple[PartState, date | datetime | None]:
    if article.live and not is_own:
        return PartState.LIVE, article.last_published_at
    if review:
        is_returned = review == WorkflowState.STATUS_NEEDS_CHANGES
        return (PartState.RETURNED if is_returned else PartState.REVIEW), None
    if scheduled:
        return PartState.SCHEDULED, scheduled
    if article.live:
        state = PartState.CHANGED if article.has_unpublished_changes else PartState.LIVE
        return state, article.last_published_at
    planned = getattr(article, "planned", None)
    is_unwritten = planned and article.latest_revision_id is None
    state = PartState.PLANNED if is_unwritten else PartState.DRAFT
    return state, planned.planned_on if planned else None


def _scheduled(keys: Iterable[int]) -> dict[int, datetime]:
    rows = Revision.page_revisions.filter(
        object_id__in=[str(key) for key in keys], approved_go_live_at__isnull=False
    )
    found: dict[int, Any] = {}
    for pk, at in rows.order_by("-approved_go_live_at").values_list(
        "object_id", "approved_go_live_at"
    ):
        found[int(pk)] = at
    return found


def _reviews(keys: Iterable[int]) -> dict[int, str]:
    rows = WorkflowState.objects.active().filter(object_id__in=[str(key) for key in keys])
    rows = rows.filter(base_content_type__app_label="wagtailcore", base_content_type__model="page")
    return {int(pk): status for pk, status in rows.values_list("object_id", "status")}


def _open_words(keys: Sequence[int]) -> dict[int, int]:
    public = Passage.objects.filter(page__in=keys, access=Access.PUBLIC).order_by()
    return dict(public.values("page").annotate(n=Sum("words")).values_list("page", "n"))

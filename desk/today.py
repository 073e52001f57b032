"""What the panel's start page tells a user: what waits for them, what goes out, their drafts."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState, WorkflowState

from accounts.models import User
from articles.models import PlannedPart, Series
from articles.models.rights import edits_all, own_pages, pages_known_to
from articles.models.tree import SECTION_DEPTH
from desk.outgoing import Outgoing, sender, senders

#: Days ahead that «this week» covers, and rows in the list of drafts.
AHEAD, DRAFTS = 7, 8
#: Series that «Write article» offers, and articles that are looked through for them.
OFFERED, MANY = 30, 300


class Waiting(NamedTuple):
    """A page that somebody must do something about."""

    page: Page
    at: datetime
    #: Who sent it, or sent it back.
    by: str
    comment: str = ""


def series_to_write_in(user: User) -> list[Series]:
    """The series that the user may know of, where somebody has written last first. So many that
    most find theirs at once: the list of series has the rest."""
    known = Series.objects.only("pk", "title", "path", "live", "latest_revision_created_at")
    if not edits_all(user):
        known = known.filter(pk__in=pages_known_to(user).values("pk"))
    latest = _latest_in_series()
    newest = F("latest_revision_created_at").desc(nulls_last=True)
    found = {
        *known.filter(path__in=latest),
        *known.order_by(newest, "path")[:OFFERED],
    }
    never = timezone.make_aware(datetime(1970, 1, 1))

    def last_written(series: Series) -> tuple[datetime, int]:
        moments = latest.get(series.path), series.latest_revision_created_at
        return max(moment or never for moment in moments), -series.pk

    return sorted(found, key=last_written, reverse=True)[:OFFERED]


def _latest_in_series() -> dict[str, datetime]:
    """The paths of the series with the articles that were changed last."""
    changed = Coalesce("latest_revision_created_at", "last_published_at")
    rows = Page.objects.filter(depth=SECTION_DEPTH + 1).annotate(at=changed)
    latest: dict[str, datetime] = {}
    for path, at in rows.order_by(F("at").desc(nulls_last=True)).values_list("path", "at")[:MANY]:
        if at:
            latest.setdefault(path[: -Page.steplen], at)
    return latest


def to_review(user: User) -> list[Waiting]:
    """Articles that wait for this user's approval, the longest first."""
    states = TaskState.objects.reviewable_by(user).select_related(
        "revision__user", "workflow_state__requested_by"
    )
    states = states.prefetch_related("revision__content_object").order_by("started_at")
    found = [(state, state.revision.content_object) for state in states]
    return [
        Waiting(page, state.started_at, _name(state.workflow_state.requested_by))
        for state, page in found
        if isinstance(page, Page)
    ]


def sent_back(user: User) -> list[Waiting]:
    """The user's own pages that a reviewer has sent back, with what the reviewer wrote."""
    rows = WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES)
    mine = Page.objects.filter(owner=user).values("pk")
    keys = {str(pk) for pk in mine.values_list("pk", flat=True)} if rows.exists() else set()
    rows = rows.filter(Q(requested_by=user) | Q(object_id__in=keys))
    rows = rows.select_related("current_task_state__finished_by").prefetch_related("content_object")
    found = []
    for row in rows.order_by("-current_task_state__finished_at"):
        task, page = row.current_task_state, row.content_object
        if isinstance(page, Page) and task is not None:
            at = task.finished_at or task.started_at
            found.append(Waiting(page, at, _name(task.finished_by), task.comment))
    return found


def under_review(user: User) -> list[Waiting]:
    """The user's own pages that wait for somebody else."""
    rows = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS, requested_by=user
    ).prefetch_related("content_object")
    return [
        Waiting(row.content_object, row.created_at, "")
        for row in rows.order_by("created_at")
        if isinstance(row.content_object, Page)
    ]


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def drafts_of(user: User) -> "QuerySet[Page]":
    """What the user was writing last and has not published. A planned part isn't written yet."""
    mine = Page.objects.filter(Q(owner=user) | Q(latest_revision__user=user))
    if not edits_all(user):
        mine = mine.filter(pk__in=own_pages(user).values("pk"))
    unpublished = Q(live=False) | Q(has_unpublished_changes=True)
    rows = mine.filter(unpublished, latest_revision__isnull=False, go_live_at=None)
    return rows.order_by(F("latest_revision_created_at").desc(nulls_last=True), "pk")[:DRAFTS]


@sender
def scheduled(request: HttpRequest, until: datetime) -> Iterator[Outgoing]:
    """Pages with an hour to go out. A writer sees their own."""
    rows = Revision.page_revisions.filter(
        approved_go_live_at__gt=timezone.now(), approved_go_live_at__lt=until
    ).values_list("object_id", "approved_go_live_at")
    at = {int(pk): moment for pk, moment in rows}
    pages = list(_own_of(request.user, Page.objects.filter(pk__in=at)).only("title", "path"))
    above = titles_above(pages)
    for page in pages:
        kind = above.get(page.path[: -Page.steplen], "")
        yield Outgoing(at[page.pk], page.title, kind, _edit(page.pk))


@sender
def planned(request: HttpRequest, until: datetime) -> Iterator[Outgoing]:
    rows = PlannedPart.objects.still_planned(Q()).filter(
        planned_on__gte=timezone.localdate(), planned_on__lt=until.date()
    )
    days = {article: day for article, day in rows.values_list("article", "planned_on") if day}
    for page in _own_of(request.user, Page.objects.filter(pk__in=days)).only("title", "path"):
        if day := days[page.pk]:
            kind = _("Planned part, not written yet")
            yield Outgoing(day, page.title, kind, _edit(page.pk))


def _own_of(user: Any, pages: "QuerySet[Page]") -> "QuerySet[Page]":
    return pages if edits_all(user) else pages.filter(pk__in=own_pages(user).values("pk"))


def titles_above(pages: Iterable[Page]) -> dict[str, str]:
    """The titles of the pages' parents, by the parents' paths. One query for all."""
    paths = {page.path[: -Page.steplen] for page in pages}
    return dict(Page.objects.filter(path__in=paths, depth__gt=2).values_list("path", "title"))


def _edit(pk: int) -> str:
    return reverse("wagtailadmin_pages:edit", args=[pk])


def this_week(request: HttpRequest) -> list[Outgoing]:
    last = timezone.localdate() + timedelta(days=AHEAD)
    until = timezone.make_aware(datetime.combine(last, time.min))
    found = [each for sender in senders for each in sender(request, until)]
    return sorted(found, key=lambda each: (each.day.isoformat(), not each.has_time, str(each.at)))

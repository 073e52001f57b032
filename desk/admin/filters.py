"""How the lists of series and of articles are narrowed."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.db.models import Exists, Q, QuerySet
from django.db.models.functions import Cast
from django.forms import Select
from django.forms.models import ModelChoiceIterator
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.models import Page, Revision, WorkflowState

from accounts.access import Access
from articles.admin.policies import known
from articles.models import Article, Author, Series, Subject
from articles.models.rights import edits_all, own_pages
from articles.models.tree import below, children_of_outer
from desk.caring import old_review
from desk.rows import PartState


def authors(request: HttpRequest | None) -> "QuerySet[Author]":
    found = known(Author.objects.all(), request.user) if request else Author.objects.none()
    return found.only("title").order_by("title")


def series(request: HttpRequest | None) -> "QuerySet[Series]":
    found = known(Series.objects.all(), request.user) if request else Series.objects.none()
    return found.only("title").order_by("title")


class PlainSelect(Select):
    """Django renders a template for each choice, and makes a whole page of each row. A portal can
    have five hundred authors."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = {str(each) for each in self.format_value(value)}
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", label) for key, label in self.rows()),
        )
        found = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>{}</select>", flatatt(found), options)

    def rows(self) -> Iterator[tuple[Any, Any]]:
        of: Any = self.choices
        if isinstance(of, ModelChoiceIterator):
            yield "", of.field.empty_label
            of = of.queryset.values_list("pk", "title")
        yield from of


SELECTED = mark_safe(" selected")


def choice(label: Any, of: Any, method: str) -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        label=label, queryset=of, method=method, widget=PlainSelect, empty_label=_("All")
    )


def choices(label: Any, of: Any, method: str) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        label=label, choices=of, method=method, widget=PlainSelect, empty_label=_("All")
    )


def scheduled() -> "QuerySet[Revision]":
    """The primary keys of pages with an hour to go out."""
    rows = Revision.page_revisions.filter(approved_go_live_at__isnull=False)
    return rows.annotate(key=Cast("object_id", Page._meta.pk)).values("key")


def under_review(status: str) -> "QuerySet[WorkflowState]":
    kind = {"base_content_type__app_label": "wagtailcore", "base_content_type__model": "page"}
    rows = WorkflowState.objects.filter(status=status, **kind)
    return rows.annotate(key=Cast("object_id", Page._meta.pk)).values("key")


class ArticleFilters(WagtailFilterSet):
    state = choices(_("State"), PartState.choices, "of_state")
    access = choices(_("Access"), Access.choices, "of_access")
    author = choice(_("Author"), authors, "by_author")
    series = choice(pgettext_lazy("one", "Series"), series, "in_series")
    subject = choice(_("Subject"), Subject.objects.order_by("title"), "about")
    review = choices(_("Review"), [("old", _("Over a year ago"))], "reviewed")

    class Meta:
        model = Article
        fields: list[str] = []

    def of_state(self, found: Any, name: str, state: str) -> Any:
        if state != PartState.LIVE and not edits_all(self.request.user):
            # What others are about to publish is no writer's business.
            found = found.filter(pk__in=own_pages(self.request.user).values("pk"))
        unwritten = Q(planned__isnull=False, latest_revision=None)
        conditions = {
            PartState.LIVE: Q(live=True),
            PartState.CHANGED: Q(live=True, has_unpublished_changes=True),
            PartState.SCHEDULED: Q(pk__in=scheduled()),
            PartState.REVIEW: Q(pk__in=under_review(WorkflowState.STATUS_IN_PROGRESS)),
            PartState.RETURNED: Q(pk__in=under_review(WorkflowState.STATUS_NEEDS_CHANGES)),
            PartState.PLANNED: Q(live=False) & unwritten,
            PartState.DRAFT: Q(live=False) & ~unwritten & ~Q(pk__in=scheduled()),
        }
        return found.filter(conditions[PartState(state)])

    def of_access(self, found: Any, name: str, access: str) -> Any:
        return found.filter(access=int(access))

    def by_author(self, found: Any, name: str, author: Author) -> Any:
        return found.filter(by_line__author=author)

    def reviewed(self, found: Any, name: str, value: str) -> Any:
        return found.filter(live=True, reviewed_on__lt=old_review())

    def in_series(self, found: Any, name: str, series: Series) -> Any:
        return found.filter(below(series.path))

    def about(self, found: Any, name: str, subject: Subject) -> Any:
        return found.filter(subjects=subject)


class SeriesFilters(WagtailFilterSet):
    STATES = [
        ("live", pgettext_lazy("of an article", "Published")),
        ("draft", _("Not published")),
        ("scheduled", _("With scheduled parts")),
        ("empty", _("Without published parts")),
    ]
    ACCESS = [
        ("open", _("All parts open")),
        ("mixed", _("Some parts open")),
        ("members", _("All parts for members")),
    ]
    state = choices(_("State"), STATES, "of_state")
    access = choices(_("Access"), ACCESS, "of_access")
    author = choice(_("Author"), authors, "by_author")
    subject = choice(_("Subject"), Subject.objects.order_by("title"), "about")

    class Meta:
        model = Series
        fields: list[str] = []

    def of_state(self, found: Any, name: str, state: str) -> Any:
        if state in ("live", "draft"):
            return found.filter(live=state == "live")
        if state == "empty":
            return found.filter(~with_part(live=True))
        if not edits_all(self.request.user):
            return found.none()
        return found.filter(with_part(pk__in=scheduled()))

    def of_access(self, found: Any, name: str, access: str) -> Any:
        is_open = with_part(live=True, article__access=Access.PUBLIC)
        is_closed = with_part(live=True, article__access__gt=Access.PUBLIC)
        return found.filter(*(is_open,) if access != "members" else (~is_open,)).filter(
            *(is_closed,) if access != "open" else (~is_closed,)
        )

    def by_author(self, found: Any, name: str, author: Author) -> Any:
        return found.written_by(author)

    def about(self, found: Any, name: str, subject: Subject) -> Any:
        return found.about(subject.slug)


def with_part(**conditions: Any) -> Exists:
    """Whether a series has a part that meets the conditions."""
    return Exists(Page.objects.filter(children_of_outer(), **conditions))

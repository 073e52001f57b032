"""The front page and the series below it."""

import math
from typing import Any

from django import forms
from django.db import models
from django.db.models import Count, F, Q, Subquery, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Greatest, Left, Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, Revision
from wagtail.models.pages import PageManager

from articles.models.base import AddressedPage, FixedPage, ReaderQuerySet
from articles.models.plans import Coming, PlannedPart, by_day
from articles.models.subjects import Subject
from articles.models.tree import below, children_of_outer, parent_is_live
from articles.slugs import validate_free_segment

#: Reading speed for Norwegian text, in words a minute. Brysbaert (2019),
#: doi:10.1016/j.jml.2019.104047, gives 238 for English non-fiction. Norwegian words are longer.
WORDS_A_MINUTE = 220

LEAD_HELP = _(
    "Two or three sentences, open to everyone. Also shown in lists and by search engines."
)


def minutes_to_read(words: int) -> int:
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def minutes_of(words: str) -> Sum:
    """The sum of the minutes that each row's `words` take. In a list, sums and rows agree."""
    minutes = (F(words) + Value(WORDS_A_MINUTE - 1)) / Value(WORDS_A_MINUTE)
    return Sum(Greatest(minutes, Value(1)), output_field=models.IntegerField())


class Home(FixedPage):
    """The only front page. The portal's name is a setting, not a field here."""

    tagline = models.CharField(
        _("tagline"),
        max_length=200,
        blank=True,
        help_text=_("One line at the top of the front page: at most about 35 letters."),
    )
    lead_story = models.ForeignKey(
        "articles.Article",
        verbose_name=_("lead story"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The article at the top of the front page. Left out, it is the newest one."),
    )

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["articles.Series", "articles.SimplePage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("tagline"),
        FieldPanel("lead_story"),
    ]
    promote_panels: list[Any] = [FieldPanel("share_picture")]
    preview_modes: list[tuple[str, str]] = []

    class Meta:
        verbose_name = _("front page")


def hidden_at(path: str) -> bool:
    """Whether the address `path` belongs to a page that readers may not know of."""
    pages = [home.url_path + path.lstrip("/") for home in Home.objects.only("url_path")]
    hidden = ~Q(live=True) | ~Q(parent_is_live("path"))
    return Page.objects.filter(hidden, url_path__in=pages).exists()


class SeriesQuerySet(ReaderQuerySet):
    def with_parts(self) -> "SeriesQuerySet":
        """The series for readers that have a published part. Adds `part_count` and
        `minutes`.

        The query asks for the first part of each series, which PostgreSQL finds by an index. An
        EXISTS would make it scan all pages for each series.
        """
        parts = Page.objects.filter(children_of_outer(), live=True).order_by()
        minutes = (
            parts.values("live").annotate(n=minutes_of("article__metadata__words")).values("n")
        )
        count = parts.values("live").annotate(n=Count("pk")).values("n")
        return (
            self.for_readers()
            .alias(first_part=Subquery(parts.order_by("path").values("pk")[:1]))
            .filter(first_part__isnull=False)
            .annotate(
                part_count=Coalesce(Subquery(count), 0), minutes=Coalesce(Subquery(minutes), 0)
            )
            .order_by("path")
        )

    def written_by(self, *authors: Page) -> "SeriesQuerySet":
        """The series with at least one published part by one of `authors`."""
        keys = [author.pk or 0 for author in authors]
        parts = Page.objects.filter(live=True, article__by_line__author__in=keys)
        above = Left("path", Length("path") - Page.steplen)
        return self.filter(path__in=parts.annotate(above=above).values("above"))

    def about(self, *slugs: str) -> "SeriesQuerySet":
        """The series with at least one of the subjects with these slugs."""
        rows = Series.subjects.through.objects.filter(subject__slug__in=slugs)
        return self.filter(pk__in=rows.values("series"))


class Series(AddressedPage):
    """A series of articles. Editors order them by dragging."""

    lead = models.TextField(_("lead"), max_length=500, help_text=LEAD_HELP)
    picture = models.ForeignKey(
        "articles.Picture",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    subjects = ParentalManyToManyField(
        Subject,
        verbose_name=_("subjects"),
        blank=True,
        help_text=_("They count for each of its articles, too."),
    )
    announces = models.BooleanField(
        _("show what is coming"),
        default=False,
        help_text=_("Scheduled parts are listed with their title and date, open to everyone."),
    )

    objects = PageManager.from_queryset(SeriesQuerySet)()

    parent_page_types = ["articles.Home"]
    subpage_types = ["articles.Article"]
    admin_default_ordering = "ord"
    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("picture"),
        FieldPanel("subjects", widget=forms.CheckboxSelectMultiple),
        FieldPanel("announces"),
    ]
    preview_modes = [("series", _("Series"))]

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")

    def clean(self) -> None:
        super().clean()
        validate_free_segment(self.slug)

    def coming(self) -> list[Coming]:
        """The scheduled and the planned parts that are not published yet, soonest first. Empty
        unless the editor shows them.

        Only the title is read from a scheduled revision's content. A planned part without a day
        is the editors' own matter.
        """
        if not self.announces:
            return []
        unpublished = Page.objects.filter(below(self.path), live=False)
        keys = unpublished.annotate(key=Cast("pk", models.CharField())).values("key")
        scheduled = (
            Revision.page_revisions.filter(
                approved_go_live_at__gt=timezone.now(), object_id__in=keys
            )
            .annotate(title=KT("content__title"))
            .only("approved_go_live_at", "object_id")
        )
        planned = PlannedPart.objects.still_planned(below(self.path, "article__"))
        rows = planned.filter(planned_on__gte=timezone.localdate())
        return by_day(
            [
                *(Coming(r.title, r.approved_go_live_at, int(r.object_id)) for r in scheduled),
                *map(Coming._make, rows.values_list("article__title", "planned_on", "article")),
            ]
        )

"""What the editors have decided for a series beside its text: what comes, and what stays open.

It stands outside the versions, as access does. Publishing an old version must not bring an old plan
back.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PlannedQuerySet(models.QuerySet["PlannedPart"]):
    def still_planned(self, below: Q) -> "PlannedQuerySet":
        """Those of the articles `below` that were never published and are not scheduled."""
        return self.filter(
            below,
            article__live=False,
            article__first_published_at=None,
            article__go_live_at=None,
        )


class PlannedPart(models.Model):
    """A part that so far has only a title, and perhaps a day. It is an article like any other, so
    it has its place among the parts, and writing it is opening it."""

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, related_name="planned"
    )
    planned_on = models.DateField(_("planned for"), null=True, blank=True)

    objects = PlannedQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned part")

    def __str__(self) -> str:
        return f"{self.article_id}: {self.planned_on}"


class SeriesRules(models.Model):
    """Rules that hold for the parts of a series, also for those that come later."""

    series = models.OneToOneField("articles.Series", on_delete=models.CASCADE, related_name="rules")
    opens_first = models.BooleanField(_("the first part is open"), default=False)

    class Meta:
        verbose_name = _("rules of a series")

    def __str__(self) -> str:
        return f"{self.series_id}"


class Coming(NamedTuple):
    """A part on its way, as everybody may see it."""

    title: str
    #: A moment for a scheduled part, a day for a planned one.
    at: date | datetime
    page_id: int


def by_day(parts: Iterable[Coming]) -> list[Coming]:
    return sorted(parts, key=lambda part: (part.at.isoformat()[:10], part.page_id))

"""How often something was searched for."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Sum
from django.utils import timezone

#: Days that the counts are kept: a year to look back on, and the month to compare with.
KEPT = 396


class SearchCountQuerySet(models.QuerySet["SearchCount"]):
    def add(self, day: date, words: str, times: int, misses: int) -> None:
        self.bulk_create([SearchCount(day=day, words=words)], ignore_conflicts=True)
        row = self.filter(day=day, words=words)
        row.update(times=F("times") + times, misses=F("misses") + misses)

    def since(self, day: date) -> "SearchCountQuerySet":
        return self.filter(day__gte=day)

    def most(self) -> "models.QuerySet[SearchCount, Any]":
        """{"words", "total", "without"} of each, the most searched first."""
        sums = self.order_by().values("words").annotate(total=Sum("times"), without=Sum("misses"))
        return sums.order_by("-total", "words")

    def missed(self) -> "models.QuerySet[SearchCount, Any]":
        """The same of those that members found nothing for, the most missed first."""
        sums = self.order_by().values("words").annotate(total=Sum("times"), without=Sum("misses"))
        return sums.filter(without__gt=0).order_by("-without", "words")

    def forget(self) -> None:
        self.filter(day__lt=timezone.localdate() - timedelta(days=KEPT)).delete()


class SearchCount(models.Model):
    """On how many occasions some words were searched for on one day.

    Nothing here tells who searched. search/statistics.py says which words get here at all.
    """

    day = models.DateField()
    words = models.CharField(max_length=40)
    #: Stretches of ten minutes in which somebody searched for the words.
    times = models.PositiveIntegerField(default=0)
    #: Those in which a member, who searches the whole text, found nothing.
    misses = models.PositiveIntegerField(default=0)

    objects = SearchCountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "words"], name="one_count_of_words_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.words}: {self.times}"

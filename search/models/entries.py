"""The names that suggestions are made from. All of them are public."""

from django.db import models
from django.db.models import Q
from wagtail.models import Page

from articles.models import Definition
from articles.models.tree import parent_is_live


class EntryQuerySet(models.QuerySet["Entry"]):
    def live(self) -> "EntryQuerySet":
        """The entries of what readers may know of."""
        page = Q(parent_is_live("page__path"), page__live=True)
        term = Q(
            parent_is_live("definition__passage__page__path"),
            definition__passage__page__live=True,
        )
        return self.filter(page | term)


class Entry(models.Model):
    """A name from one of its words on, as what a reader types begins it.

    «Å lede salg» has the entries «å lede salg», «lede salg» and «salg». Stored as bytes, because
    databases sort text by collations of their own. Either `page` or `definition` is set.
    """

    start = models.BinaryField()
    #: Whether it is the name from its first word on.
    is_whole = models.BooleanField()
    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, null=True, related_name="search_entries"
    )
    definition = models.ForeignKey(
        Definition, on_delete=models.CASCADE, null=True, related_name="search_entries"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["start"], name="entry_start")]

    def __str__(self) -> str:
        return bytes(self.start).decode()

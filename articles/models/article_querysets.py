"""Which articles a reader may know of, and how they are found."""

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat, Left, Length
from wagtail.models import Page

from articles.models.base import ReaderQuerySet
from articles.models.series import Series
from articles.models.tree import LAST, SECTION_DEPTH, below


class ArticleQuerySet(ReaderQuerySet):
    def for_readers(self) -> "ArticleQuerySet":
        """Published articles of published series, with the facts that readers may know.

        `body` is deferred: readers get passages. Adds `series_title` and `series_slug`. The other
        facts are in the published metadata.
        """
        series = Page.objects.filter(path=Left(OuterRef("path"), Length(OuterRef("path")) - 4))
        return (
            super()
            .for_readers()
            .defer("body")
            .select_related("metadata")
            .annotate(
                series_title=Subquery(series.values("title")),
                series_slug=Subquery(series.values("slug")),
            )
        )

    def parts_of(self, series: Series) -> "ArticleQuerySet":
        """The parts of `series` that readers may know of, in order."""
        parts = self.for_readers().filter(below(series.path), depth=series.depth + 1)
        return parts.order_by("path")

    def at(self, series: str, slug: str) -> "ArticleQuerySet":
        """The article at «/series/slug/», if readers may know of it. Slugs repeat across series."""
        above = Subquery(Page.objects.filter(depth=SECTION_DEPTH, slug=series).values("path")[:1])
        within = {"path__gt": above, "path__lt": Concat(above, Value(LAST))}
        return self.for_readers().filter(slug=slug, **within)

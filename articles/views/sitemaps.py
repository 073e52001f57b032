"""Sitemaps. Search engines get only addresses that a visitor can open."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, Min, QuerySet
from django.urls import reverse

from articles.models import Article, Author, Definition, Series, SimplePage, Subject
from articles.models.base import address_of


class PortalSitemap(Sitemap[Any]):
    #: Addresses in one file. It is quick to make, and small enough for the page cache.
    limit = 5_000

    def get_domain(self, site: Any = None) -> str:
        return settings.SITE.netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.SITE.scheme


class FixedSitemap(PortalSitemap):
    def items(self) -> list[str]:
        names = ["home", "all_series", "authors", "glossary", "subjects"]
        return [f"articles:{name}" for name in names]

    def location(self, item: str) -> str:
        return reverse(item)


class PageSitemap(PortalSitemap):
    """The pages of one model, with the addresses that they give themselves."""

    def __init__(self, model: type[Article] | type[Series] | type[Author] | type[SimplePage]):
        self.model = model

    def items(self) -> QuerySet[Any]:
        readers = self.model.objects.for_readers().order_by("path")
        return readers.values_list("url_path", "last_published_at", named=True)

    def location(self, item: Any) -> str:
        return address_of(item)

    def lastmod(self, item: Any) -> datetime | None:
        return item.last_published_at

    def get_latest_lastmod(self) -> datetime | None:
        """One aggregate query. Django's own method goes through all pages."""
        found = self.items().order_by().aggregate(latest=Max("last_published_at"))
        latest: datetime | None = found["latest"]
        return latest


class TermSitemap(PortalSitemap):
    def items(self) -> QuerySet[Any]:
        return Definition.objects.live().order_by("slug").values("slug").annotate(Min("pk"))

    def location(self, item: Any) -> str:
        return reverse("articles:term", args=[item["slug"]])


class SubjectSitemap(PortalSitemap):
    def items(self) -> QuerySet[Any]:
        return Subject.objects.for_readers()

    def location(self, item: Subject) -> str:
        return item.get_absolute_url()


SITEMAPS = {
    "portal": FixedSitemap(),
    "series": PageSitemap(Series),
    "articles": PageSitemap(Article),
    "authors": PageSitemap(Author),
    "pages": PageSitemap(SimplePage),
    "subjects": SubjectSitemap(),
    "terms": TermSitemap(),
}

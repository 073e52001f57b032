"""Feeds for the site, a series, an author and a subject, as RSS and as JSON. Everyone gets the lead
and the free part."""

import json
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Rss201rev2Feed, SyndicationFeed
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.access import VISITOR
from articles.characters import clean
from articles.models import Article, Author, Home, Passage, Series, Subject
from articles.models.by_lines import names_of
from articles.publishing.drawings import without_drawings
from articles.structured_data import absolute

LENGTH = 30


class CleanFeed(Rss201rev2Feed):
    """A feed without characters that XML can't hold. Texts stored earlier may contain some."""

    def __init__(self, **texts: Any) -> None:
        super().__init__(**cleaned(texts))

    def add_item(self, *args: Any, **texts: Any) -> None:
        super().add_item(*args, **cleaned(texts))


class HubFeed(CleanFeed):
    """A feed that names the hub, if there is one. Apps tell the hub its address."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if settings.WEBSUB_HUB:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": settings.WEBSUB_HUB})


class JSONFeed(SyndicationFeed):
    """JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/"""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: IO[bytes], encoding: str) -> None:
        told = self.feed
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": told["title"],
            "home_page_url": told["link"],
            "feed_url": told["feed_url"],
            "description": told["description"],
            "language": told["language"],
            "items": [self.written(item) for item in self.items],
        }
        if settings.WEBSUB_HUB:
            feed["hubs"] = [{"type": "WebSub", "url": settings.WEBSUB_HUB}]
        filled = {key: value for key, value in feed.items() if value != ""}
        # Titles and descriptions may be lazy strings.
        outfile.write(json.dumps(filled, ensure_ascii=False, default=str).encode(encoding))

    def written(self, item: dict[str, Any]) -> dict[str, Any]:
        found = {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "summary": item["lead"],
            "content_html": item["description"],
            "authors": [{"name": name} for name in item["authors"]],
        }
        for key, name in (("date_published", "pubdate"), ("date_modified", "updateddate")):
            if moment := item[name]:
                found[key] = moment.isoformat()
        return found


def cleaned(texts: dict[str, Any]) -> dict[str, Any]:
    return {k: clean(str(v)) if isinstance(v, str | Promise) else v for k, v in texts.items()}


class SiteFeed(Feed[Article, Any]):
    feed_type: type[SyndicationFeed] = HubFeed
    language = "nb"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return Home.objects.live().first()

    def title(self, home: Any) -> str:
        return settings.SITE_NAME

    def link(self, obj: Any) -> str:
        return absolute(obj.get_absolute_url() if obj else "/")

    def feed_url(self, obj: Any) -> None:
        return None

    def description(self, home: Any) -> str:
        return home.tagline if home else ""

    def articles(self, obj: Any) -> QuerySet[Article]:
        return Article.objects.for_readers()

    def items(self, obj: Any) -> QuerySet[Article]:
        # Members get the same feed as visitors: its address is shared, and its response cached.
        free = Passage.objects.readable_by(VISITOR)
        return (
            self.articles(obj)
            .order_by("-first_published_at", "-pk")
            .prefetch_related(
                Prefetch("passages", queryset=free, to_attr="free_passages"), "by_line__author"
            )[:LENGTH]
        )

    def item_title(self, item: Model) -> SafeString:
        return mark_safe(str(item))

    def item_link(self, item: Article) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Article) -> str:
        return f"{settings.SITE_HOST}/article/{item.pk}"

    item_guid_is_permalink = False

    def item_description(self, item: Article) -> str:
        free = "\n".join(without_drawings(p.html) for p in item.free_passages)
        rest = ""
        if item.metadata.is_locked:
            rest = format_html(
                '<p><a href="{}#les-videre">{}</a></p>',
                absolute(item.get_absolute_url()),
                _("Read the rest as a member"),
            )
        lead = format_html("<p>{}</p>", item.lead)
        return f"{lead}\n{absolute_addresses(free)}\n{rest}".strip()

    def item_author_name(self, item: Article) -> str:
        return ", ".join(authors_of(item))

    def item_extra_kwargs(self, item: Article) -> dict[str, Any]:
        return {"lead": item.lead, "authors": authors_of(item)}

    def item_categories(self, item: Article) -> list[str]:
        return [subject["title"] for subject in item.metadata.subjects]

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.first_published_at

    def item_updateddate(self, item: Article) -> datetime | None:
        return item.last_published_at


class SeriesFeed(SiteFeed):
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Series:
        return get_object_or_404(Series.objects.for_readers(), slug=kwargs["slug"])

    def title(self, series: Series) -> str:
        return f"{series.title} – {settings.SITE_NAME}"

    def description(self, series: Series) -> str:
        return series.lead

    def articles(self, series: Series) -> QuerySet[Article]:
        return Article.objects.parts_of(series)


class AuthorFeed(SiteFeed):
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Author:
        return get_object_or_404(Author.objects.for_readers(), slug=kwargs["slug"])

    def title(self, author: Author) -> str:
        return f"{author.title} – {settings.SITE_NAME}"

    def description(self, author: Author) -> str:
        return author.role

    def articles(self, author: Author) -> QuerySet[Article]:
        return Article.objects.for_readers().filter(by_line__author=author)


class SiteJSONFeed(SiteFeed):
    feed_type = JSONFeed


class SeriesJSONFeed(SeriesFeed):
    feed_type = JSONFeed


class AuthorJSONFeed(AuthorFeed):
    feed_type = JSONFeed


def authors_of(article: Article) -> list[str]:
    return names_of(article.by_line.all())


class SubjectFeed(SiteFeed):
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Subject:
        return get_object_or_404(Subject.objects.for_readers(), slug=kwargs["slug"])

    def title(self, subject: Subject) -> str:
        return f"{subject.title} – {settings.SITE_NAME}"

    def description(self, subject: Subject) -> str:
        return subject.description

    def articles(self, subject: Subject) -> QuerySet[Article]:
        return Article.objects.for_readers().filter(subject_rows__subject=subject)


def absolute_addresses(html: str) -> str:
    """`html` with our own addresses made absolute, because a feed is read elsewhere."""
    for attribute in ("href", "src", "srcset"):
        html = html.replace(f'{attribute}="/', f'{attribute}="{settings.SITE_URL}/')
    return html.replace(", /bilde/", f", {settings.SITE_URL}/bilde/")

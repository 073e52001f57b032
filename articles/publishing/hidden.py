"""Publishes new pages whose text is stored already, so that readers see all of them at once."""

from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, get_page_models
from wagtail.signals import page_published

from articles.models import Article
from articles.publishing.events import article_published
from delivery.models import ContentVersion


def publish_hidden(pages: "QuerySet[Page]") -> None:
    """Publish the latest revision of each of `pages`, within a transaction of the caller's.

    They are new: they were never live, their rows hold what the revision holds, and their passages
    are stored. Their dates of publishing are kept where they are set. It takes five statements,
    however many pages there are. Wagtail's `publish` takes some thirty for each page, and SQLite
    lets nobody else write meanwhile.
    """
    fields = ("pk", "content_type_id", "title", "latest_revision_id", "first_published_at")
    rows = list(pages.values_list(*fields))
    now = timezone.now()
    pages.update(
        live=True,
        expired=False,
        has_unpublished_changes=False,
        live_revision=F("latest_revision"),
        first_published_at=Coalesce("first_published_at", Value(now)),
        last_published_at=Coalesce("last_published_at", Value(now)),
    )
    log_together(rows, "wagtail.publish")
    ContentVersion.raise_on_commit()
    transaction.on_commit(partial(tell_of_publishing, {row[0]: row[4] is None for row in rows}))


def log_together(
    rows: list[tuple[Any, ...]], action: str, data: dict[str, Any] | None = None
) -> None:
    """Log `action` for pages, each given as its id, type, title and revision."""
    now = timezone.now()
    PageLogEntry.objects.bulk_create(
        PageLogEntry(
            page_id=pk,
            content_type_id=content_type,
            label=title,
            action=action,
            data=data or {},
            timestamp=now,
            revision_id=revision,
            content_changed=action != "wagtail.reorder",
        )
        for pk, content_type, title, revision, *_ in rows
    )


def tell_of_publishing(is_first: dict[int, bool]) -> None:
    """Send the signals of publishing. No page is read that nobody listens for."""
    heard = [model for model in get_page_models() if page_published.has_listeners(model)]
    types = ContentType.objects.get_for_models(*heard).values()
    for found in Page.objects.filter(pk__in=is_first, content_type__in=types) if heard else ():
        page = found.specific
        page_published.send(type(page), instance=page, revision=page.live_revision)
    for pk in is_first if article_published.has_listeners(Article) else ():
        if article := Article.objects.filter(pk=pk).first():
            article_published.send_robust(Article, article=article, is_first=is_first[pk])

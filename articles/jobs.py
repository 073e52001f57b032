"""The articles' tasks and recurring jobs for the worker."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.search.index import insert_or_update_object

from articles import embed_fetching, websub
from articles.models import Article, Embed, Picture, ShareCard
from articles.models.passages import PassagePage
from articles.models.tree import SECTION_DEPTH
from articles.publishing.again import render_again
from worker.jobs import job
from worker.models import QueuedTask

logger = logging.getLogger(__name__)


@job(every=10)
def publish_due() -> None:
    """Publish what is due and withdraw what has expired, each in whole or not yet.

    Wagtail's publish_scheduled forgets a plan before it publishes. A fault in between, such as a
    locked database, would lose that plan, and hold up all the others.
    """
    now = timezone.now()
    for page in Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at"):
        how = {"set_expired": True, "log_action": "wagtail.unpublish.scheduled"}
        _done_whole(page.pk, partial(page.unpublish, **how))
    due = Revision.page_revisions.filter(approved_go_live_at__lt=now)
    for revision in due.order_by("approved_go_live_at"):
        publish = partial(revision.publish, log_action="wagtail.publish.scheduled")
        _done_whole(revision.object_id, publish)


def _done_whole(pk: int | str, change: Callable[[], Any]) -> None:
    try:
        with transaction.atomic():
            change()
    except Exception:
        # It will be tried again in ten seconds. The log needs it once an hour.
        if cache.add(f"not-done-in-time:{pk}", True, 3600):
            logger.exception("What was planned for page %s failed", pk)


@task(backend="worker", queue_name="slow")
def prepare_picture(pk: int) -> None:
    """Does nothing if the picture is deleted or prepared already."""
    if picture := Picture.objects.filter(pk=pk, is_prepared=False).first():
        picture.prepare()


@task(backend="worker", queue_name="slow")
def index_pages(pks: list[int]) -> None:
    """Brings the panel's search and the index of references up to date, page by page.

    Renders each once more as well: a picture in it, or a page that it links to, may have changed
    after the text was rendered and before it was published."""
    for pk in pks:
        with transaction.atomic():
            locked = Page.objects.select_for_update().filter(pk=pk).first()
            page = locked.specific if locked else None
            if isinstance(page, PassagePage):
                ReferenceIndex.create_or_update_for_object(page)
                insert_or_update_object(page)
                page.update_passages()


@task(backend="worker", queue_name="soon")
def render_articles(keys: list[int]) -> None:
    """Renders what is derived from another page or from a subject that has changed."""
    render_again(Page.objects.filter(pk__in=keys))


@job(every=3600, lane="slow")
def prepare_pictures_left() -> None:
    """Queues the pictures that were never queued, and those whose task failed for good."""
    queued = QueuedTask.objects.arguments_of(prepare_picture)
    for pk in Picture.objects.filter(is_prepared=False).values_list("pk", flat=True):
        if [pk] not in queued:
            prepare_picture.enqueue(pk)


@task(backend="worker", queue_name="slow")
def fetch_embed(pk: int) -> None:
    """A task that fails is tried again, later each time."""
    embed = Embed.objects.filter(pk=pk).first()
    if embed and embed_fetching.fetch(embed):
        render_again(Page.objects.filter(passages__embed_uses__embed=embed).distinct())


@job(every=24 * 3600, lane="slow")
def forget_unused_embeds() -> None:
    """Forgets the cards that no published text shows, with their pictures. A text that shows one
    again asks for it again."""
    a_week_ago = timezone.now() - timedelta(days=7)
    unused = Embed.objects.filter(uses=None, fetched_at__lt=a_week_ago)
    for embed in unused.select_related("picture"):
        picture = embed.picture
        embed.delete()
        if picture and not ReferenceIndex.get_references_to(picture).exists():
            picture.delete()


def queue_cards(pk: int) -> None:
    """Have the cards of a page and those below it drawn, once for all that wait. Call it after the
    commit: a task that nobody has begun yet will then see what was committed."""
    if [pk] not in QueuedTask.objects.filter(claimed_by="").arguments_of(draw_cards):
        draw_cards.enqueue(pk)


@task(backend="worker", queue_name="slow")
def draw_cards(pk: int) -> None:
    if page := Page.objects.filter(pk=pk).first():
        ShareCard.update_at(page)


@task(backend="worker", queue_name="slow")
def tell_hub(pk: int) -> None:
    """Does nothing for an article that was withdrawn in the meantime. A task that fails is tried
    again."""
    article = Article.objects.for_readers().filter(pk=pk).first()
    if article and settings.WEBSUB_HUB:
        websub.tell_hub(article)


@job(every=3600, lane="slow")
def draw_cards_left() -> None:
    """Draws cards that were never queued, those whose task failed for good, and all of them in a
    new design."""
    for page in Page.objects.filter(depth__gt=1, depth__lte=SECTION_DEPTH).iterator():
        ShareCard.update_at(page)

"""Adds new pages and pictures in short transactions, and publishes them together at the end.

SQLite lets one connection write at a time. So nothing is read, rendered or encoded while an import
holds that lock, and it never holds the lock for more than one page.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Count, F, OuterRef, ProtectedError, QuerySet, Subquery
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from articles.models import File, Picture
from articles.models.passages import PassagePage
from articles.models.tree import hold
from articles.publishing.hidden import log_together, publish_hidden
from delivery.models import ContentVersion
from transfer.models import Unfinished
from transfer.pictures import remove_file


class Overtaken(Exception):  # noqa: N818
    """Another import has begun, and removes what this one has added."""


@contextmanager
def additions() -> Iterator["Additions"]:
    """Yields the additions of a new import. If the block raises, they are removed again.

    What an import that was killed has left is removed first.
    """
    added = Additions()
    Unfinished.objects.update(run=added.run)
    added.remove()
    try:
        yield added
    except BaseException:
        added.remove()
        raise


class Additions:
    """The new pages, pictures and files of one import. No reader sees them before `publish`."""

    def __init__(self) -> None:
        self.run, self.count = uuid.uuid4(), 0

    @property
    def rows(self) -> "QuerySet[Unfinished]":
        return Unfinished.objects.filter(run=self.run)

    def check(self) -> None:
        """Raises Overtaken if something that was added is gone."""
        if self.rows.count() != self.count:
            raise Overtaken

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Runs a short transaction. Raises Overtaken."""
        with transaction.atomic(), ContentVersion.unseen():
            self.check()
            yield

    def add_page(self, page: Page, parent: Page, goes_live: bool) -> None:
        """Adds `page` as the last child of `parent`, and stores its text for the day it goes live.

        A page with `go_live_at` is scheduled at the end. Raises RenderError.
        """
        rendered = page.rendered() if goes_live and isinstance(page, PassagePage) else None
        # Wagtail would index the references again at each of the page's saves.
        with self.writing(), disable_reference_index_auto_update():
            hold(parent.pk)
            type(parent).objects.get(pk=parent.pk).add_child(instance=page)
            revision = page.save_revision(clean=False)
            if isinstance(page, PassagePage):
                page.store_passages(rendered)
            ReferenceIndex.create_or_update_for_object(page)
            Unfinished.objects.create(
                run=self.run,
                page=page,
                revision=revision,
                goes_live=goes_live,
                passages=len(rendered or ()),
            )
        self.count += 1

    def add_picture(self, picture: Picture) -> None:
        try:
            with self.writing():
                picture.save()
                Unfinished.objects.create(run=self.run, picture=picture)
        except BaseException:
            remove_file(picture)
            raise
        self.count += 1

    def add_file(self, file: File) -> None:
        try:
            with self.writing():
                file.save()
                Unfinished.objects.create(run=self.run, file=file)
        except BaseException:
            remove_file(file)
            raise
        self.count += 1

    def publish(self) -> None:
        """Publishes and schedules the new pages, within the last transaction of the import."""
        self.check()
        live, waiting = self.rows.filter(goes_live=True), self.rows.filter(goes_live=False)
        # What somebody has edited, or rendered again while it was hidden, is published one by one.
        whole = live.annotate(stored=Count("page__passages")).filter(
            stored=F("passages"), page__latest_revision=F("revision"), page__live=False
        )
        changed = list(live.exclude(pk__in=whole.values("pk")).values_list("revision", flat=True))
        publish_hidden(Page.objects.filter(pk__in=whole.values("page")))
        for revision in Revision.objects.filter(pk__in=changed):
            revision.publish()
        scheduled = waiting.exclude(page__go_live_at=None)
        if scheduled:
            moment = Page.objects.filter(latest_revision=OuterRef("pk")).values("go_live_at")
            Revision.objects.filter(pk__in=scheduled.values("revision")).update(
                approved_go_live_at=Subquery(moment[:1])
            )
            fields = ("page", "page__content_type", "page__title", "revision")
            log_together(list(scheduled.values_list(*fields)), "wagtail.publish.schedule")
            ContentVersion.raise_on_commit()
        # Not `delete`, which reads each row to send signals that nobody receives.
        self.rows._raw_delete(self.rows.db)

    def remove(self) -> None:
        """Removes what was added, the last first, each in a short transaction."""
        for row in self.rows.order_by("-pk"):
            with transaction.atomic(), ContentVersion.unseen():
                if row.page_id:
                    remove_page(row)
                elif row.picture and not ReferenceIndex.get_references_to(row.picture).exists():
                    row.picture.delete()
                elif row.file and not ReferenceIndex.get_references_to(row.file).exists():
                    row.file.delete()
                row.delete()


def remove_page(row: Unfinished) -> None:
    """Removes a page that nobody has seen, unless an editor has made it theirs, or an article that
    stays names the author."""
    page = Page.objects.get(pk=row.page_id)
    if page.live or page.latest_revision_id != row.revision_id or page.get_children().exists():
        return
    try:
        page.specific.delete()
    except ProtectedError:
        return
    PageLogEntry.objects.filter(page=row.page_id).delete()

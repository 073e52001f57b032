"""Updates stored passages, pictures and caches after a change."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.signals import page_slug_changed, page_unpublished, post_page_move

from articles.jobs import prepare_picture, queue_cards, render_articles, tell_hub
from articles.models import (
    Article,
    ArticleAuthor,
    ArticleSubject,
    Author,
    AuthorIndex,
    AuthorLink,
    Definition,
    Home,
    Passage,
    Picture,
    PictureRendition,
    PlannedPart,
    PublishedMetadata,
    Series,
    ShareCard,
    SimplePage,
    Subject,
)
from articles.publishing.again import render_again
from articles.publishing.events import article_published, passages_changed
from delivery.content_version import shown_to_readers
from delivery.models import ContentVersion

#: How many articles one task renders again.
AT_A_TIME = 50
#: The page fields that saving a draft changes, many times an hour. Readers see none of them.
DRAFT_FIELDS = frozenset(
    {
        *("draft_title", "has_unpublished_changes"),
        *("latest_revision", "latest_revision_created_at", "locked", "locked_at", "locked_by"),
    }
)


@receiver(post_save, sender=Page)
def withdraw_unpublished(instance: Page, **kwargs: Any) -> None:
    """Wagtail unpublishes a page's aliases as plain pages, which bypasses `Article.save`."""
    if not instance.live:
        Passage.objects.filter(page=instance).delete()
        PublishedMetadata.objects.filter(article_id=instance.pk).delete()
        ArticleSubject.objects.filter(article_id=instance.pk).delete()
        page = instance.specific
        passages_changed.send(type(page), page=page, passages=[])


@receiver(post_save, sender=Picture)
def show_changed_picture(instance: Picture, created: bool, **kwargs: Any) -> None:
    """A changed file gives its picture a new address, because the address holds the file's hash."""
    if not instance.is_prepared:
        prepare_picture.enqueue(instance.pk)
    if not created:
        render_again(Page.objects.filter(passages__picture_uses__picture=instance).distinct())


@receiver(post_delete, sender=PictureRendition)
def prepare_again(instance: PictureRendition, **kwargs: Any) -> None:
    """No reader's request makes a rendition, so the hourly job must find out that one is gone."""
    if instance.filter_spec.startswith("width-"):
        Picture.objects.filter(pk=instance.image_id, is_prepared=True).update(is_prepared=False)


@receiver(pre_delete, sender=Picture)
def remember_who_shows_picture(instance: Picture, **kwargs: Any) -> None:
    shown = Page.objects.filter(passages__picture_uses__picture=instance)
    instance.shown_on = list(shown.values_list("pk", flat=True).distinct())


@receiver(post_delete, sender=Picture)
def leave_out_deleted_picture(instance: Picture, **kwargs: Any) -> None:
    render_again(Page.objects.filter(pk__in=instance.shown_on))


@receiver(page_slug_changed)
@receiver(post_page_move)
def follow_moved_page(instance: Page, **kwargs: Any) -> None:
    """Links to a moved page, or to one below it, are rendered again with the new address."""
    ContentVersion.raise_on_commit()  # a move bypasses `save`
    moved = instance.get_descendants(inclusive=True).values_list("pk", flat=True)
    page_type = ContentType.objects.get_for_model(Page)
    sources = ReferenceIndex.objects.filter(
        to_content_type=page_type,
        to_object_id__in=[str(pk) for pk in moved],
        base_content_type=page_type,
    ).values_list("object_id", flat=True)
    render_again(Page.objects.filter(pk__in=[int(pk) for pk in sources]))


@receiver(post_page_move)
def follow_new_series(instance: Page, parent_page_before: Page, **kwargs: Any) -> None:
    """The subjects of an article are also those of its series."""
    if instance.get_parent().pk != parent_page_before.pk:
        render_again(Page.objects.filter(pk=instance.pk))


@receiver(m2m_changed, sender=Series.subjects.through)
def follow_subjects_of_series(instance: Series, action: str, **kwargs: Any) -> None:
    if action.startswith("post_"):
        parts = Page.objects.child_of(instance).live()
        render_later(list(parts.values_list("pk", flat=True)))


@receiver(post_save, sender=Subject)
def follow_renamed_subject(instance: Subject, created: bool, **kwargs: Any) -> None:
    if not created:
        rows = ArticleSubject.objects.filter(subject=instance)
        render_later(list(rows.values_list("article", flat=True)))


@receiver(pre_delete, sender=Subject)
def follow_deleted_subject(instance: Subject, **kwargs: Any) -> None:
    rows = ArticleSubject.objects.filter(subject=instance)
    render_later(list(rows.values_list("article", flat=True)))


@receiver(article_published)
def relate_the_others(article: Article, **kwargs: Any) -> None:
    """The articles that the published one leads to may now lead to it."""
    stored = PublishedMetadata.objects.filter(article=article.pk).values_list("related", flat=True)
    render_later(stored.first() or [])


def render_later(keys: list[int]) -> None:
    """In short tasks, so that nothing else in the lane waits long."""
    for start in range(0, len(keys), AT_A_TIME):
        some = keys[start : start + AT_A_TIME]
        transaction.on_commit(partial(render_articles.enqueue, some))


for shown in (Page, Home, Series, SimplePage, AuthorIndex, Author, AuthorLink, Article,
              ArticleAuthor, ArticleSubject, Subject, PublishedMetadata, Passage, Definition,
              Picture, PlannedPart, ShareCard, Series.subjects.through):  # fmt: skip
    shown_to_readers(shown, unseen=DRAFT_FIELDS)


#: The page fields that a card shows, or that decide whether there is one.
CARD_FIELDS = frozenset({"title", "tagline", "live", "path"})


def draw_cards_again(instance: Page, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """A page's card also shows the title of its series, and its place among the parts."""
    if update_fields is None or CARD_FIELDS & update_fields:
        parent = instance.path[: -Page.steplen]
        for path in (parent,) if isinstance(instance, Article | Author) else (instance.path,):
            for pk in Page.objects.filter(path=path).values_list("pk", flat=True):
                transaction.on_commit(partial(queue_cards, pk))


for carded in (Home, Series, SimplePage, Author, Article):
    post_save.connect(draw_cards_again, sender=carded)


@receiver(post_page_move)
def renumber_cards(parent_page_before: Page, parent_page_after: Page, **kwargs: Any) -> None:
    for pk in {parent_page_before.pk, parent_page_after.pk}:
        transaction.on_commit(partial(queue_cards, pk))


@receiver(post_delete, sender=Article)
def renumber_cards_left(instance: Article, **kwargs: Any) -> None:
    draw_cards_again(instance)


@receiver(article_published)
def tell_the_hub(article: Article, **kwargs: Any) -> None:
    if settings.WEBSUB_HUB:
        tell_hub.enqueue(article.pk)


@receiver(post_delete, sender=ShareCard)
def delete_card(instance: ShareCard, **kwargs: Any) -> None:
    transaction.on_commit(partial(instance.file.storage.delete, str(instance.file.name)))


@receiver(page_unpublished)
def withdraw_announcement(**kwargs: Any) -> None:
    """After saving the page, Wagtail clears the schedule of its revisions, bypassing `save`."""
    ContentVersion.raise_on_commit()


@receiver(post_save, sender=Revision)
def announce_scheduled_part(
    instance: Revision, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """«Coming» lists scheduled revisions. Other revisions are drafts, which readers never see."""
    if instance.approved_go_live_at or "approved_go_live_at" in (update_fields or ()):
        ContentVersion.raise_on_commit()


@receiver(post_save, sender=Revision)
def forget_hour_of_cancelled_plan(
    instance: Revision, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """Wagtail leaves the hour in the page and in its drafts. With it, a draft isn't among those to
    go on with, and publishing it «now» would plan it again."""
    if instance.approved_go_live_at or "approved_go_live_at" not in (update_fields or ()):
        return
    rows = Revision.page_revisions.filter(object_id=instance.object_id, pk__gte=instance.pk)
    for row in rows:
        content = row.content | {"go_live_at": None}
        Revision.objects.filter(pk=row.pk).update(content=content)
    Page.objects.filter(pk__in=[row.object_id for row in rows]).update(go_live_at=None)

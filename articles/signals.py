"""What a change elsewhere means for passages that are stored already."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page, ReferenceIndex
from wagtail.signals import page_slug_changed, post_page_move

from articles.models import Imprint, Passage, Picture
from articles.models.passages import PassagePage


def render_again(pages: "QuerySet[Page]") -> int:
    """Bring the passages of `pages` in step; how many pages had to change."""
    changed = 0
    for pk in pages.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            locked = Page.objects.select_for_update().filter(pk=pk).first()
            page = locked.specific if locked else None
            if isinstance(page, PassagePage):
                changed += page.update_passages()
    return changed


@receiver(post_save, sender=Page)
def withdraw_unpublished(instance: Page, **kwargs: Any) -> None:
    """Wagtail unpublishes the aliases of a page as plain pages, past the article's `save`."""
    if not instance.live:
        Passage.objects.filter(page=instance).delete()
        Imprint.objects.filter(article_id=instance.pk).delete()


@receiver(post_save, sender=Picture)
def show_changed_picture(instance: Picture, created: bool, **kwargs: Any) -> None:
    """The address of a picture holds the hash of its file."""
    if not created:
        render_again(Page.objects.filter(passages__picture_uses__picture=instance).distinct())


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
    """Links to a page that moved, or to one below it, are rendered with the new address."""
    moved = instance.get_descendants(inclusive=True).values_list("pk", flat=True)
    page_type = ContentType.objects.get_for_model(Page)
    sources = ReferenceIndex.objects.filter(
        to_content_type=page_type,
        to_object_id__in=[str(pk) for pk in moved],
        base_content_type=page_type,
    ).values_list("object_id", flat=True)
    render_again(Page.objects.filter(pk__in=[int(pk) for pk in sources]))

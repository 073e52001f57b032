"""Renders published pages again, after a change of something that they show."""

from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Page

from articles.models.passages import PassagePage


def render_again(pages: "QuerySet[Page]") -> int:
    """Update the passages of `pages`. Returns how many pages had to change."""
    changed = 0
    for pk in pages.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            locked = Page.objects.select_for_update().filter(pk=pk).first()
            page = locked.specific if locked else None
            if isinstance(page, PassagePage):
                changed += page.update_passages()
    return changed

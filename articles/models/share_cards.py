"""The cards that other sites show with links to our pages, each a file of the portal's own."""

import hashlib
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.models import Page

from articles.models.articles import Article
from articles.models.authors import Author
from articles.models.series import Home, Series
from articles.models.tree import parent_is_live
from articles.share_cards import DESIGN, CardTexts, draw

#: What stands above the title of a page. Above an article's title stands its series.
LABELS = {Series: pgettext_lazy("one", "Article series"), Author: gettext_lazy("Author")}


class ShareCardQuerySet(models.QuerySet["ShareCard"]):
    def shown(self) -> "ShareCardQuerySet":
        """The cards of the pages that readers may know of."""
        return self.filter(parent_is_live("page__path"), page__live=True)


class ShareCard(models.Model):
    """What a published page shows of itself elsewhere: its title and where it belongs.

    The worker draws it. It holds nothing of the text.
    """

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="share_card")
    file = models.FileField(upload_to="kort")
    #: The start of the file's SHA-256. It stands in the address, so a new card has a new address.
    file_hash = models.CharField(max_length=32)
    #: The design and the texts it was drawn from.
    drawn_from = models.JSONField()

    objects = ShareCardQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.page}"

    @property
    def address(self) -> str:
        return reverse("articles:card", args=[self.page_id, self.file_hash])

    @classmethod
    def update_at(cls, page: Page) -> None:
        """Draw the cards of `page` and of the pages just below it, where they would look different
        now. Those of unpublished pages are deleted."""
        children = list(page.get_children().order_by("path"))
        family = [page, *children]
        cls.objects.filter(page__in=[each.pk for each in family if not each.live]).delete()
        stored = {card.page_id: card for card in cls.objects.filter(page__in=family)}
        for pk, texts in texts_of(page, [child for child in children if child.live]):
            card = stored.get(pk) or cls(page_id=pk)
            drawn_from = [DESIGN, *texts]
            if card.drawn_from != drawn_from:
                card.drawn_from = drawn_from
                card.take(draw(texts))

    def take(self, data: bytes) -> None:
        """Make `data` the card's file, and save."""
        before = str(self.file.name or "")
        self.file_hash = hashlib.sha256(data).hexdigest()[:32]
        self.file.save(f"{self.page_id}-{self.file_hash}.png", ContentFile(data), save=False)
        values: dict[str, Any] = {
            field: getattr(self, field) for field in ("file", "file_hash", "drawn_from")
        }
        # Another task may have drawn the page's first card since this one was looked up.
        ShareCard.objects.update_or_create(page_id=self.page_id, defaults=values)
        if before:
            transaction.on_commit(partial(self.file.storage.delete, before))


def texts_of(page: Page, children: list[Page]) -> Iterator[tuple[int, CardTexts]]:
    """What the cards of `page` and its published `children` show, each with the page's key."""
    cover = page.pk
    if page.live:
        title = page.specific.tagline if page.specific_class is Home else ""
        yield page.pk, CardTexts(label_of(page), title or page.title, "", cover)
    for number, child in enumerate(children, 1):
        if child.specific_class is not Article:
            yield child.pk, CardTexts(label_of(child), child.title, "", child.pk)
        else:
            part = _("Part %(number)s") % {"number": number} if len(children) > 1 else ""
            yield child.pk, CardTexts(page.title, child.title, part, cover)


def label_of(page: Page) -> str:
    return str(LABELS.get(page.specific_class, ""))

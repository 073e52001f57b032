"""Letters from the editors: pages in the archive at /brev/."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.models.pages import PageManager

from accounts.access import Access
from accounts.models import User
from articles.models.articles import PublishedMetadata
from articles.models.base import FixedPage, ReaderQuerySet
from articles.models.passages import Passage, PassagePage
from articles.models.series import LEAD_HELP
from articles.publishing.blocks import ArticleBody
from articles.publishing.rendering import RenderedPassage, render


class LetterIndex(FixedPage):
    """The archive of letters, at /brev/. A migration creates it."""

    parent_page_types = ["articles.Home"]
    subpage_types = ["newsletter.Letter"]
    promote_panels: list[Any] = []
    preview_modes: list[tuple[str, str]] = []

    class Meta:
        verbose_name = _("letters")

    def get_absolute_url(self) -> str:
        return reverse("newsletter:letters")


class LetterQuerySet(ReaderQuerySet):
    def for_readers(self) -> "LetterQuerySet":
        """`body` is deferred: readers get passages."""
        return super().for_readers().defer("body")


class Letter(PassagePage):
    """A letter to members. Without a gate all of its text is theirs; the text before a gate is open
    to everyone in the archive. The title is the mail's subject."""

    lead = models.TextField(_("lead"), max_length=500, blank=True, help_text=LEAD_HELP)
    body = StreamField(ArticleBody(), verbose_name=_("text"), blank=True)

    objects = PageManager.from_queryset(LetterQuerySet)()

    parent_page_types = ["newsletter.LetterIndex"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    preview_modes = [
        ("visitor", _("As visitor")),
        ("member", _("As member")),
        ("mail-member", _("The mail, to a member")),
        ("mail-visitor", _("The mail, to somebody who may read the open part only")),
    ]
    passage_fields = frozenset({"live", "body"})

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        permissions = [("send_letter", "Can send letters to members")]

    #: What everybody may know of its text. The view of the page sets it, for the gate.
    metadata: PublishedMetadata

    def get_absolute_url(self) -> str:
        return reverse("newsletter:letter", args=[self.slug])

    @property
    def rest(self) -> str:
        """What the gate calls the text that it closes."""
        return gettext("The rest of the letter:")

    def may_be_sent_by(self, user: User) -> bool:
        can_publish: bool = self.permissions_for_user(user).can_publish()
        return can_publish and user.has_perm("newsletter.send_letter")

    def rendered(self) -> list[RenderedPassage]:
        return render(self.body, Access.MEMBERS)

    def published_metadata(self) -> PublishedMetadata:
        """Words and gates of the published text, which isn't read for it."""
        passages = Passage.objects.live().filter(page_id=self.pk).order_by("position")
        return PublishedMetadata.outline(passages.only("access", "teaser", "words"))

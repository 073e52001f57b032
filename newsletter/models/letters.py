"""Letters from the editors: pages in the archive at /brev/, and their sendings."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.models.pages import PageManager

from accounts.access import Access
from articles.models.base import FixedPage, ReaderQuerySet
from articles.models.passages import PassagePage
from articles.models.series import LEAD_HELP
from articles.models.subjects import Subject
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
    preview_modes = [("visitor", _("As visitor")), ("member", _("As member"))]
    passage_fields = frozenset({"live", "body"})

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        permissions = [("send_letter", "Can send letters to members")]

    def rendered(self) -> list[RenderedPassage]:
        return render(self.body, Access.MEMBERS)


class Sending(models.Model):
    """A letter on its way to its recipients, or sent."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="sendings")
    #: Who gets it: the followers of a series or an author, or of a subject. With neither, all who
    #: said yes to letters.
    page = models.ForeignKey(Page, on_delete=models.CASCADE, null=True, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, null=True, related_name="+")
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    ordered_at = models.DateTimeField(default=timezone.now)
    starts_at = models.DateTimeField(default=timezone.now)
    #: The number of the last member who was planned for, and how many were.
    last_user = models.BigIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField(null=True)  # all of them
    stopped_at = models.DateTimeField(null=True)
    #: Figures of the mails, as they were when the outbox forgot them.
    counts = models.JSONField(default=dict)

    objects: ClassVar["models.Manager[Sending]"]

    class Meta:
        verbose_name = _("sending")

    def __str__(self) -> str:
        return f"{self.letter} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def batch(self) -> str:
        return f"brev-{self.pk}"


class Arrivals(models.Model):
    """How many requests for a page came from links in mails, day by day. Nobody is counted: a
    reader who comes twice counts twice."""

    #: The batch in the link, as in «?fra=brev-12».
    batch = models.CharField(max_length=60)
    day = models.DateField()
    path = models.CharField(max_length=300)
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar["models.Manager[Arrivals]"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "day", "path"], name="arrivals_of_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.day}: {self.count}"

"""The sponsor line: its text and link, the pages that show it, and its period."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Page

from delivery.cache import cached_rows


class SponsorshipQuerySet(models.QuerySet["Sponsorship"]):
    def not_over(self) -> "SponsorshipQuerySet":
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))

    def for_page(self, page: Page) -> "Sponsorship | None":
        """Returns the line for `page`: its own, or else its series', or else the whole site's."""
        lines = cached_rows("sponsorships", lambda: self.not_over().select_related("page"))
        now = timezone.now()
        shown = [line for line in lines if line.is_current(now) and line.stands_on(page)]
        return max(shown, key=Sponsorship.rank, default=None)


class Sponsorship(models.Model):
    text = models.CharField(_("text"), max_length=200)
    url = models.URLField(_("address"), blank=True)
    page = models.ForeignKey(
        Page,
        verbose_name=_("shown on"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("A series or an article. Left out, it is shown on every article."),
    )
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = SponsorshipQuerySet.as_manager()

    panels = [
        FieldPanel("text"),
        FieldPanel("url"),
        PageChooserPanel("page", ["articles.Series", "articles.Article"]),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
    ]

    class Meta:
        verbose_name = _("sponsor line")
        verbose_name_plural = _("sponsor lines")

    def __str__(self) -> str:
        return self.text

    def is_current(self, now: datetime) -> bool:
        is_over = self.ends_at is not None and self.ends_at <= now
        return not is_over and (self.starts_at is None or self.starts_at <= now)

    def stands_on(self, page: Page) -> bool:
        return self.page is None or page.path.startswith(self.page.path)

    def rank(self) -> tuple[int, float, int]:
        """The highest rank is shown: the nearer line, and of equally near ones the later."""
        starts = self.starts_at.timestamp() if self.starts_at else 0.0
        return self.page.depth if self.page else 0, starts, self.pk

    def clean(self) -> None:
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            raise ValidationError({"ends_at": _("The end must come after the start.")})

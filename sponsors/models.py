"""The sponsor line: who, where to, where on the site, from when to when."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Page


class SponsorshipQuerySet(models.QuerySet["Sponsorship"]):
    def current(self) -> "SponsorshipQuerySet":
        now = timezone.now()
        return self.filter(Q(starts_at=None) | Q(starts_at__lte=now)).filter(
            Q(ends_at=None) | Q(ends_at__gt=now)
        )

    def for_page(self, page: Page) -> "Sponsorship | None":
        """The line on `page`: its own before its series', and that before the whole site's."""
        above = [page.path[:end] for end in range(Page.steplen, len(page.path) + 1, Page.steplen)]
        return (
            self.current()
            .filter(Q(page=None) | Q(page__path__in=above))
            .order_by(F("page__depth").desc(nulls_last=True), "-starts_at", "-pk")
            .first()
        )


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

    def clean(self) -> None:
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            raise ValidationError({"ends_at": _("The end must come after the start.")})

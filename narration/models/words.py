"""How words are said, and the listeners' reports of words that are said wrongly."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class PronunciationQuerySet(models.QuerySet["Pronunciation"]):
    def as_words(self) -> dict[str, str]:
        """For `narration.ear.spoken`."""
        return dict(self.values_list("written", "spoken"))


class Pronunciation(models.Model):
    """A word or phrase, and how it is to be said."""

    written = models.CharField(_("as it is written"), max_length=100, unique=True)
    spoken = models.CharField(
        _("as it is said"),
        max_length=200,
        help_text=_("Spelled as a Norwegian would read it, such as «sjåfør» for «chauffeur»."),
    )

    #: How it was written until this save.
    before = ""

    objects = PronunciationQuerySet.as_manager()

    class Meta:
        ordering = ["written"]
        verbose_name = _("pronunciation")
        verbose_name_plural = _("pronunciations")

    def __str__(self) -> str:
        return f"{self.written} → {self.spoken}"


class WordReport(models.Model):
    """A listener says that a word is said wrongly. Nothing is kept of who it was."""

    page = models.ForeignKey(
        Page, verbose_name=_("page"), on_delete=models.CASCADE, related_name="word_reports"
    )
    word = models.CharField(_("word"), max_length=100)
    #: The id of the element that was being read.
    address = models.CharField(_("address"), max_length=80, blank=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    reported_at = models.DateTimeField(_("last reported"), auto_now=True)

    class Meta:
        ordering = ["-reported_at"]
        constraints = [
            models.UniqueConstraint(fields=["page", "word"], name="one_report_of_a_word")
        ]
        verbose_name = _("reported word")
        verbose_name_plural = _("reported words")

    def __str__(self) -> str:
        return self.word

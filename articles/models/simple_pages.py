"""Pages outside the series."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.models.pages import PageManager

from accounts.access import Access
from articles.models.base import ReaderQuerySet
from articles.models.passages import PassagePage
from articles.models.series import LEAD_HELP
from articles.publishing.blocks import PageBody
from articles.publishing.rendering import RenderedPassage, render
from articles.slugs import validate_free_segment


class SimplePageQuerySet(ReaderQuerySet):
    def for_readers(self) -> "SimplePageQuerySet":
        """`body` is deferred: readers get passages."""
        return super().for_readers().defer("body")


class SimplePage(PassagePage):
    """A page outside the series: about, privacy, accessibility. Always open."""

    lead = models.TextField(_("lead"), max_length=500, blank=True, help_text=LEAD_HELP)
    body = StreamField(PageBody(), verbose_name=_("text"), blank=True)

    objects = PageManager.from_queryset(SimplePageQuerySet)()

    parent_page_types = ["articles.Home"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    promote_panels = [*PassagePage.promote_panels, FieldPanel("show_in_menus")]
    preview_modes = [("page", _("Page"))]
    passage_fields = frozenset({"live", "body"})

    class Meta:
        verbose_name = _("simple page")
        verbose_name_plural = _("simple pages")

    def clean(self) -> None:
        super().clean()
        validate_free_segment(self.slug)

    def rendered(self) -> list[RenderedPassage]:
        return render(self.body, Access.PUBLIC)

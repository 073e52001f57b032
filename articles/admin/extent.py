"""How long an article is while it is written, and how much of it is open: by the very code that
publishes it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.autosave import AutosaveIndicator

from accounts.access import VISITOR, Access
from articles.models import Article, PublishedMetadata
from articles.models.series import minutes_to_read
from articles.publishing.rendering import RenderError


def extent_of(page: Any) -> dict[str, str]:
    """The strip's words for the article, and for the place of its gate. {} for other pages, and
    for a text that can't be rendered yet."""
    if not isinstance(page, Article):
        return {}
    try:
        outline = PublishedMetadata.outline(page.rendered())
    except (RenderError, ValidationError, AttributeError, LookupError, TypeError):
        return {}
    words = ngettext("%(count)s word", "%(count)s words", outline.words)
    parts = [
        words % {"count": f"{outline.words:,}".replace(",", "\N{NO-BREAK SPACE}")},
        _("%(count)d min") % {"count": minutes_to_read(outline.words)},
        openness(page, outline),
    ]
    return {"text": " · ".join(parts), "gate": gate_place(page)}


def openness(article: Article, outline: PublishedMetadata) -> str:
    if article.access == Access.PUBLIC:
        return _("open to everyone")
    if not gate_place(article):
        return _("all of the text is locked")
    share = outline.share_before(outline.gate_for(VISITOR, article.path or "-"))
    return _("%(share)d %% open") % {"share": share}


def gate_place(article: Article) -> str:
    """«The gate is block 3 of 7». "" without a gate that has an effect."""
    blocks = list(article.body)
    gates = [n for n, bound in enumerate(blocks, 1) if bound.block.is_gate]
    if not gates or article.access == Access.PUBLIC:
        return ""
    places = {"number": gates[0], "total": len(blocks)}
    return _("The gate is block %(number)d of %(total)d") % places


class DraftIndicator(AutosaveIndicator):
    """Wagtail's indicator, with the article's extent."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"has_extent": isinstance(self.page, Article), "extent": extent_of(self.page)}

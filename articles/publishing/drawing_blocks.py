"""The block of a drawing. What a drawing may hold is in `drawings.py`."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from articles.publishing import elements
from articles.publishing.base import BodyBlock, address_of
from articles.publishing.drawings import Drawing, DrawingError
from articles.publishing.rendering import Footnotes, RenderedPassage
from articles.publishing.speech import Utterance, said


class SvgBlock(blocks.TextBlock):
    @cached_property
    def field(self) -> forms.CharField:
        """A field that doesn't grow with its text, as Wagtail's would."""
        widget = forms.Textarea({"rows": 8, "class": "code", "spellcheck": "false"})
        return forms.CharField(widget=widget, **self.field_options)

    def clean(self, value: str) -> str:
        return normal(super().clean(value))


def normal(svg: str) -> str:
    """`svg` in its normal form. What can't be published stays as it is, for `check_value`."""
    try:
        return Drawing.read(svg).normal()
    except DrawingError:
        return svg


class DrawingBlock(BodyBlock, blocks.StructBlock):
    """A drawing that follows the reader's colours. It comes with a folder of files. Editors upload
    pictures only."""

    svg = SvgBlock(
        label=_("SVG"),
        help_text=_("Colours are classes, such as fill-accent. Scripts and links are refused."),
    )
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        required=False,
        max_length=1000,
        help_text=_("What the drawing shows, for those who can't see it."),
    )
    caption = blocks.CharBlock(
        label=pgettext_lazy("of a picture", "Caption"), required=False, max_length=500
    )

    template_name = "articles/blocks/drawing.html"
    element = elements.Drawing

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        drawing = Drawing.read(value["svg"]).shown(address_of(block_id), value["alt"])
        return self.from_template(value, block_id, drawing=drawing)

    def check_value(self, value: Any) -> None:
        super().check_value(value)
        Drawing.read(value["svg"])

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        caption = value["caption"] or Drawing.read(value["svg"]).title
        return said(address_of(block_id), caption and f"{_('Drawing')}: {caption}")

    def to_markdown(self, value: Any) -> elements.Drawing:
        return elements.Drawing(
            svg=normal(value["svg"]), alt=value.get("alt") or "", title=value.get("caption") or ""
        )

    def from_markdown(self, element: elements.Drawing) -> Any:
        return {"svg": element.svg, "alt": element.alt, "caption": element.title}

    class Meta:
        icon = "image"
        label = _("Drawing")

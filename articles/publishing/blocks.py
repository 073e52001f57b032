"""The blocks an article is written in.

Their rich text has just the features that the Markdown of `transfer` carries.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock, TypedTableBlockAdapter
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

INLINE = ["bold", "italic", "link"]
BOXED = [*INLINE, "ol", "ul", "blockquote"]
TEXT = ["h2", "h3", "h4", *BOXED, "hr"]


class TextBlock(blocks.RichTextBlock):
    """The running text: as long as it likes.

    It may be empty: that is what «/» on the last line leaves below what it inserts.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": TEXT, "required": False, **kwargs})

    class Meta:
        icon = "pilcrow"
        label = _("Text")


class PictureBlock(blocks.StructBlock):
    picture = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        required=False,
        max_length=500,
        help_text=_("What the picture shows, for those who can't see it."),
    )
    caption = blocks.CharBlock(
        label=pgettext_lazy("of a picture", "Caption"), required=False, max_length=500
    )

    class Meta:
        icon = "image"
        label = _("Picture")


class DefinitionBlock(blocks.StructBlock):
    term = blocks.CharBlock(label=_("Term"), max_length=100)
    text = blocks.RichTextBlock(label=_("Definition"), features=BOXED)

    class Meta:
        icon = "openquote"
        label = _("Definition")


class CellBlock(blocks.RichTextBlock):
    """A table's cell: one line, which is what a Markdown table can hold."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": INLINE, "required": False, **kwargs})

    def clean(self, value: RichText) -> RichText:
        cleaned: RichText = super().clean(value)
        if cleaned.source.count("<p") > 1 or "<br" in cleaned.source:
            raise ValidationError(_("A cell holds one paragraph without line breaks."))
        return cleaned


class TableAdapter(TypedTableBlockAdapter):
    """Wagtail's, with a caption that is not called what a picture's is."""

    def js_args(self, block: TypedTableBlock) -> list[Any]:
        args: list[Any] = super().js_args(block)
        args[-1]["strings"]["CAPTION"] = gettext("Heading of the table")
        return args


register(TableAdapter(), TypedTableBlock)


class FootnoteBlock(blocks.StructBlock):
    label = blocks.RegexBlock(
        label=_("Mark"),
        regex=r"^[\w-]{1,20}$",
        help_text=_("Write [^1] in the text, and 1 here."),
        error_messages={"invalid": _("A mark is letters and digits only.")},
    )
    text = blocks.RichTextBlock(label=_("Footnote"), features=INLINE)

    class Meta:
        icon = "superscript"
        label = _("Footnote")


class GateBlock(blocks.StructBlock):
    teaser = blocks.CharBlock(
        label=_("What the next part answers"),
        required=False,
        max_length=200,
        help_text=_("Shown to everyone at the gate. Everything below is for members only."),
    )

    class Meta:
        icon = "lock"
        label = _("From here: members only")
        form_classname = "gate-block"


class PageBody(blocks.StreamBlock):
    """What any page of text is made of."""

    text = TextBlock()
    picture = PictureBlock()
    definition = DefinitionBlock()
    table = TypedTableBlock(
        [
            ("text", CellBlock(label=_("Text"))),
            ("number", CellBlock(label=_("Number"))),
        ],
        label=_("Table"),
        icon="table",
    )
    footnote = FootnoteBlock()

    def get_form_state(self, value: Any) -> Any:
        """An empty text opens ready to be written in."""
        return super().get_form_state(value or self.to_python([{"type": "text", "value": ""}]))

    def clean(self, value: Any) -> Any:
        """Also refuses what can't be published; a draft may be saved with it."""
        from articles.publishing.checking import check

        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            check(cleaned)
        return cleaned


class ArticleBody(PageBody):
    gate = GateBlock()

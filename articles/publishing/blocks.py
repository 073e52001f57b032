"""The blocks of an article.

Their rich text has only the features that the Markdown in `transfer` supports.
"""

from html import unescape
from threading import RLock
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

from accounts.access import Access
from articles.publishing import elements
from articles.publishing.base import BodyBlock, address_of
from articles.publishing.boxes import FactsBlock, QuoteBlock, StepsBlock
from articles.publishing.checking import check
from articles.publishing.drawing_blocks import DrawingBlock
from articles.publishing.linked_blocks import EmbedBlock, FileBlock
from articles.publishing.rendering import (
    Footnotes,
    RenderedDefinition,
    RenderedPassage,
    plain_text,
    sanitise,
    without_marks,
)
from articles.publishing.speech import Utterance, said, utterances
from articles.publishing.tables import TableBlock
from articles.publishing.technical_blocks import CodeBlock, FormulaBlock
from articles.slugs import norwegian_slug

INLINE = ["bold", "italic", "link"]
BOXED = [*INLINE, "ol", "ul", "blockquote"]
TEXT = ["h2", "h3", "h4", *BOXED, "hr"]


class TextBlock(BodyBlock, blocks.RichTextBlock):
    """Running text of any length.

    It may be empty: an editor who inserts a block with «/» on the last line leaves an empty text
    below it.
    """

    element = elements.Text
    rich_features = TEXT

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": TEXT, "required": False, **kwargs})

    def passage_html(
        self, value: RichText, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        return notes.rich(value.source, address_of(block_id))

    def is_seen(self, value: RichText) -> bool:
        return "<hr" in value.source or bool(unescape(strip_tags(value.source)).strip())

    def to_markdown(self, value: str) -> elements.Text:
        return elements.Text(text=value)

    def from_markdown(self, element: elements.Text) -> Any:
        return element.text

    class Meta:
        icon = "pilcrow"
        label = _("Text")


class PictureBlock(BodyBlock, blocks.StructBlock):
    picture = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        required=False,
        max_length=500,
        help_text=_("What the picture shows, for those who can't see it."),
    )
    is_decoration = blocks.BooleanBlock(
        label=_("The picture is decoration"),
        required=False,
        help_text=_("It tells nothing that the text doesn't, and screen readers pass it by."),
    )
    caption = blocks.CharBlock(
        label=pgettext_lazy("of a picture", "Caption"), required=False, max_length=500
    )

    template_name = "articles/blocks/picture.html"
    element = elements.Image

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        if value["picture"] is None:  # deleted: the text goes on without it
            return ""
        passage.pictures.add(value["picture"].pk)
        alt = "" if value.get("is_decoration") else value["alt"]
        return self.from_template(value, block_id, alt=alt)

    def check_value(self, value: Any) -> None:
        super().check_value(value)
        if value["picture"] is None:
            raise ValidationError(_("The picture is gone. Choose another, or remove this."))
        if not (value.get("is_decoration") or (value.get("alt") or "").strip()):
            raise ValidationError(
                _("The picture has no alternative text. Write one, or say that it is decoration.")
            )

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        """Its caption. What it shows is for those who hear the whole page."""
        caption = value["caption"] if value["picture"] else ""
        return said(address_of(block_id), caption and f"{_('Picture')}: {caption}")

    def to_markdown(self, value: Any) -> elements.Image:
        return elements.Image(
            picture=value["picture"],
            alt=value.get("alt") or "",
            title=value.get("caption") or "",
            is_decoration=bool(value.get("is_decoration")),
        )

    def from_markdown(self, element: elements.Image) -> Any:
        value = {"picture": element.picture, "alt": element.alt, "caption": element.title}
        return {**value, "is_decoration": True} if element.is_decoration else value

    class Meta:
        icon = "image"
        label = _("Picture")


class DefinitionBlock(BodyBlock, blocks.StructBlock):
    term = blocks.CharBlock(label=_("Term"), max_length=100)
    text = blocks.RichTextBlock(label=_("Definition"), features=BOXED)

    template_name = "articles/blocks/definition.html"
    rich_features = BOXED
    box_title = _("Term")

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        source = value["text"].source
        slug = norwegian_slug(value["term"]) or "-"
        html = without_marks(sanitise(source))
        passage.definitions.append(
            RenderedDefinition(term=value["term"], slug=slug, block_id=block_id, html=html)
        )
        text = mark_safe(notes.rich(source, address_of(block_id)))
        return self.from_template(value, block_id, slug=slug, text=text)

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        address = address_of(block_id)
        html = Footnotes([]).rich(value["text"].source, address)
        named = f"{_('Definition')}: {value['term']}"
        return [*said(address, named), *utterances(html, address)]

    def check_value(self, value: Any) -> None:
        super().check_value(value)
        if not norwegian_slug(value["term"]):
            raise ValidationError(_("The term needs at least one letter or digit."))

    def to_markdown(self, value: Any) -> elements.Box:
        return elements.Box(name=self.name, title=value["term"], text=value["text"])

    def from_markdown(self, element: elements.Box) -> Any:
        return {"term": element.title, "text": element.text}

    class Meta:
        icon = "openquote"
        label = _("Definition")


class CellBlock(blocks.RichTextBlock):
    """A cell of a table. It is one line, because a Markdown table can't hold more."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": INLINE, "required": False, **kwargs})

    def clean(self, value: RichText) -> RichText:
        cleaned: RichText = super().clean(value)
        if cleaned.source.count("<p") > 1 or "<br" in cleaned.source:
            raise ValidationError(_("A cell holds one paragraph without line breaks."))
        return cleaned


class FootnoteBlock(BodyBlock, blocks.StructBlock):
    label = blocks.RegexBlock(
        label=_("Mark"),
        regex=r"^[\w-]{1,20}$",
        help_text=_("Write [^1] in the text, and 1 here."),
        error_messages={"invalid": _("A mark is letters and digits only.")},
    )
    text = blocks.RichTextBlock(label=_("Footnote"), features=INLINE)

    is_note = True
    element = elements.Footnote
    rich_features = INLINE

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        return ""  # it is at the end of the passage that first refers to it

    def search_text(self, value: Any) -> str:
        return plain_text(sanitise(value["text"].source))

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        return []  # a listener doesn't see the mark that it explains

    def to_markdown(self, value: Any) -> elements.Footnote:
        return elements.Footnote(label=value["label"], text=value["text"])

    def from_markdown(self, element: elements.Footnote) -> Any:
        return {"label": element.label, "text": element.text}

    class Meta:
        icon = "superscript"
        label = _("Footnote")


class LevelBlock(blocks.FieldBlock):
    """The access level behind a gate. Empty means the article's own level. Only one level exists so
    far, so the form hides this field (static/css/panel.css)."""

    def __init__(self, required: bool = True, **kwargs: Any) -> None:
        self.field = forms.IntegerField(
            required=required, min_value=Access.MEMBERS, max_value=9999, widget=forms.HiddenInput
        )
        super().__init__(**kwargs)


class GateBlock(BodyBlock, blocks.StructBlock):
    teaser = blocks.CharBlock(
        label=_("What the next part answers"),
        required=False,
        max_length=200,
        help_text=_("Shown to everyone at the gate. Everything below is for members only."),
    )

    level = LevelBlock(required=False)

    is_gate = True
    element = elements.More

    def level_of(self, value: Any, access: int) -> int:
        """The access level of the text behind the gate, in an article whose level is `access`."""
        return int(value.get("level") or access)

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        return ""  # its teaser is stored with the passage that it locks

    def to_markdown(self, value: Any) -> elements.More:
        return elements.More(teaser=value.get("teaser") or "", level=value.get("level"))

    def from_markdown(self, element: elements.More) -> Any:
        value = {"teaser": element.teaser}
        return value if element.level is None else {**value, "level": element.level}

    class Meta:
        icon = "lock"
        label = _("From here: members only")
        form_classname = "gate-block"


#: For a draft, Wagtail takes away what is required of the blocks while it validates them. All
#: threads share the blocks: a request to publish would miss it, and two drafts at once would fail.
VALIDATING = RLock()


class PageBody(blocks.StreamBlock):
    """The blocks that every page of text may have."""

    text = TextBlock()
    picture = PictureBlock()
    quote = QuoteBlock()
    facts = FactsBlock()
    steps = StepsBlock()
    definition = DefinitionBlock()
    table = TableBlock(
        [
            ("text", CellBlock(label=_("Text"))),
            ("number", CellBlock(label=_("Number"))),
        ],
        label=_("Table"),
        icon="table",
    )
    code = CodeBlock()
    formula = FormulaBlock()
    embed = EmbedBlock()
    file = FileBlock()
    footnote = FootnoteBlock()
    drawing = DrawingBlock()

    def get_form_state(self, value: Any) -> Any:
        """An empty body opens with one empty text block."""
        return super().get_form_state(value or self.to_python([{"type": "text", "value": ""}]))

    def clean(self, value: Any) -> Any:
        """Also refuses a value that can't be published. A draft may still be saved with it."""
        with VALIDATING:
            cleaned = super().clean(value)
            if not self.is_deferred_validation:
                check(cleaned)
            return cleaned

    def clean_deferred(self, value: Any) -> Any:
        with VALIDATING:
            return super().clean_deferred(value)


class ArticleBody(PageBody):
    gate = GateBlock()

"""Formulas and code."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from articles.publishing import elements
from articles.publishing.base import BodyBlock, address_of
from articles.publishing.formulas import mathml
from articles.publishing.formulas import normal as normal_formula
from articles.publishing.highlighting import (
    LANGUAGES,
    MAX_SIZE,
    NAMES,
    highlighted,
    language_of,
)
from articles.publishing.highlighting import normal as normal_code
from articles.publishing.rendering import Footnotes, RenderedPassage
from articles.publishing.speech import Utterance, said


class VerbatimBlock(blocks.TextBlock):
    """A field whose text is kept letter by letter, in a typeface where all letters are as wide."""

    @cached_property
    def field(self) -> forms.CharField:
        attributes = {"rows": self.meta.rows, "class": "code", "spellcheck": "false"}
        options = {**self.field_options, "strip": False}
        return forms.CharField(widget=forms.Textarea(attributes), **options)

    class Meta:
        rows = 4


class FormulaBlock(BodyBlock, blocks.StructBlock):
    latex = VerbatimBlock(
        label=_("Formula in LaTeX"),
        help_text=_(r"Such as \frac{a}{b}, x^2, \sqrt{x} and \sum_{i=1}^{n}. No $ around it."),
    )
    said = blocks.CharBlock(
        label=_("Read as"),
        required=False,
        max_length=500,
        help_text=_("What a voice says, such as «a divided by b»."),
    )

    template_name = "articles/blocks/formula.html"
    element = elements.Formula

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        math = mathml(value["latex"], value["said"] or "")
        return self.from_template(value, block_id, math=math)

    def check_value(self, value: Any) -> None:
        super().check_value(value)
        mathml(value["latex"])

    def advice(self, value: Any) -> list[str]:
        return [] if value["said"] else [str(_("Write how the formula is read aloud."))]

    def search_text(self, value: Any) -> str:
        return value["said"] or ""

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        words = value["said"] or " ".join(re.findall(r"[^\W_]+|[=+<>/-]", value["latex"]))
        return said(address_of(block_id), f"{_('Formula')}: {words}")

    def to_markdown(self, value: Any) -> elements.Formula:
        return elements.Formula(
            latex=normal_formula(value["latex"] or ""), caption=value.get("said") or ""
        )

    def from_markdown(self, element: elements.Formula) -> Any:
        return {"latex": element.latex, "said": element.caption}

    class Meta:
        icon = "formula"
        label = _("Formula")


class CodeBlock(BodyBlock, blocks.StructBlock):
    language = blocks.ChoiceBlock(label=_("Language"), choices=LANGUAGES, required=False)
    code = VerbatimBlock(label=_("Code"), max_length=MAX_SIZE, rows=10)
    caption = blocks.CharBlock(
        label=pgettext_lazy("of code", "Caption"),
        required=False,
        max_length=200,
        help_text=_("What the code does. A voice says this instead of the code."),
    )

    template_name = "articles/blocks/code.html"
    element = elements.Code

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        cleaned["code"] = normal_code(cleaned["code"])
        return cleaned

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        language = value["language"] or ""
        code = highlighted(normal_code(value["code"]), language)
        name = NAMES.get(language, "") if language else ""
        return self.from_template(value, block_id, code=code, language=name)

    def check_value(self, value: Any) -> None:
        super().check_value(value)
        if not normal_code(value["code"]):
            raise ValidationError(_("Write the code."))
        if len(value["code"]) > MAX_SIZE:
            raise ValidationError(
                _("The code is too long for one block. Show the part that counts.")
            )

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        name = f"{_('Code')}: {value['caption']}" if value["caption"] else str(_("Code left out"))
        return said(address_of(block_id), name)

    def to_markdown(self, value: Any) -> elements.Code:
        return elements.Code(
            code=normal_code(value["code"] or ""),
            language=value.get("language") or "",
            caption=value.get("caption") or "",
        )

    def from_markdown(self, element: elements.Code) -> Any:
        return {
            "code": element.code,
            "language": language_of(element.language),
            "caption": element.caption,
        }

    class Meta:
        icon = "code"
        label = _("Code")

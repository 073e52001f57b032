"""Blocks that stand apart from the running text: quotes with a source, fact boxes, and steps."""

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.core.exceptions import ValidationError
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from articles.publishing import elements
from articles.publishing.base import BodyBlock, address_of
from articles.publishing.rendering import Footnotes, RenderedPassage, plain_text, sanitise
from articles.publishing.speech import Utterance, said, utterances

INLINE = ["bold", "italic", "link"]
LISTED = [*INLINE, "ol", "ul"]
#: A step may hold bullets. Numbers within numbers would be hard to follow, in a text or by ear.
STEP = [*INLINE, "ul"]
#: Between the parts of a quote's first line in Markdown, and between the steps of a list.
BETWEEN_PARTS = re.compile(r" \|(?= |$)")
BETWEEN_STEPS = re.compile(r"<hr\b[^>]*>")


class QuoteBlock(BodyBlock, blocks.StructBlock):
    """The words of somebody else, with who has said them and where."""

    text = blocks.RichTextBlock(label=_("Quote"), features=LISTED)
    who = blocks.CharBlock(
        label=_("Who said it"), required=False, max_length=150, help_text=_("Name and role.")
    )
    source = blocks.CharBlock(
        label=_("Where it is from"),
        required=False,
        max_length=200,
        help_text=_("The book, the report or the interview."),
    )
    url = blocks.URLBlock(label=_("Link to the source"), required=False, max_length=500)

    template_name = "articles/blocks/quote.html"
    rich_features = LISTED
    box_title = _("Who | Where it is from | https://…")

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        text = mark_safe(notes.rich(value["text"].source, address_of(block_id)))
        return self.from_template(value, block_id, text=text)

    def check_value(self, value: Any) -> None:
        super().check_value(value)
        if not plain_text(sanitise(value["text"].source)):
            raise ValidationError(_("Write the quote."))
        if value["url"] and not value["url"].lower().startswith(("https://", "http://")):
            raise ValidationError(_("The link to the source begins with https://."))

    def advice(self, value: Any) -> list[str]:
        has_source = value["who"] or value["source"]
        return [] if has_source else [str(_("The quote says neither who said it nor where."))]

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        address = address_of(block_id)
        named = ", ".join(each for each in (value["who"], value["source"]) if each)
        html = Footnotes([]).rich(value["text"].source, address)
        heading = f"{_('Quote')}: {named}" if named else str(_("Quote"))
        return [
            *said(address, heading),
            *utterances(html, address),
            *said(address, str(_("End quote"))),
        ]

    def to_markdown(self, value: Any) -> elements.Box:
        parts = [value.get(key) or "" for key in ("who", "source", "url")]
        while parts and not parts[-1]:
            parts.pop()
        title = " | ".join(re.sub(r"([\\|])", r"\\\1", part.strip()) for part in parts)
        return elements.Box(name=self.name, title=title, text=value["text"])

    def from_markdown(self, element: elements.Box) -> Any:
        # A first part that is empty leaves no space before its sign.
        parts = BETWEEN_PARTS.split(f" {element.title}")
        parts = [re.sub(r"\\([\\|])", r"\1", part).strip() for part in parts]
        if len(parts) > 3:  # noqa: PLR2004
            raise ValidationError(_("A quote's first line has three parts at most."))
        who, source, url = [*parts, "", ""][:3]
        return {"text": element.text, "who": who, "source": source, "url": url}

    class Meta:
        icon = "openquote"
        label = _("Quote with source")


class FactsBlock(BodyBlock, blocks.StructBlock):
    """What is worth knowing beside the text: a short list, some figures, a summary."""

    title = blocks.CharBlock(label=_("Title"), max_length=100)
    text = blocks.RichTextBlock(label=_("Facts"), features=LISTED)

    template_name = "articles/blocks/facts.html"
    rich_features = LISTED
    box_title = _("Title")

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        text = mark_safe(notes.rich(value["text"].source, address_of(block_id)))
        return self.from_template(value, block_id, text=text)

    def check_value(self, value: Any) -> None:
        super().check_value(value)
        if not (value["title"] or "").strip():
            raise ValidationError(_("The fact box needs a title."))
        if not plain_text(sanitise(value["text"].source)):
            raise ValidationError(_("Write the facts."))

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        address = address_of(block_id)
        html = Footnotes([]).rich(value["text"].source, address)
        return [*said(address, f"{_('Facts')}: {value['title']}"), *utterances(html, address)]

    def to_markdown(self, value: Any) -> elements.Box:
        return elements.Box(name=self.name, title=value["title"], text=value["text"])

    def from_markdown(self, element: elements.Box) -> Any:
        return {"title": element.title, "text": element.text}

    class Meta:
        icon = "info-circle"
        label = _("Fact box")


class StepsBlock(BodyBlock, blocks.StructBlock):
    """What to do, in its order."""

    title = blocks.CharBlock(
        label=_("Title"),
        required=False,
        max_length=100,
        help_text=_("What one has done at the end, such as «Set a budget»."),
    )
    steps = blocks.ListBlock(blocks.RichTextBlock(label=_("Step"), features=STEP), label=_("Steps"))

    template_name = "articles/blocks/steps.html"
    rich_features = [*LISTED, "hr"]
    box_title = _("Title")

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        return self.from_template(value, block_id, steps=self.rich_steps(value, block_id, notes))

    def rich_steps(self, value: Any, block_id: str, notes: Footnotes) -> list[str]:
        """The HTML of each step. All are rendered at once, so that their paragraphs are numbered
        through."""
        whole = "<hr>".join(BETWEEN_STEPS.sub("", step.source) for step in value["steps"])
        html = notes.rich(whole, address_of(block_id))
        return [mark_safe(step.strip()) for step in BETWEEN_STEPS.split(html)]

    def sources(self, value: Any) -> list[str]:
        return [step.source for step in value["steps"]]

    def check_value(self, value: Any) -> None:
        super().check_value(value)
        if not value["steps"]:
            raise ValidationError(_("Write at least one step."))
        if not all(plain_text(sanitise(step.source)) for step in value["steps"]):
            raise ValidationError(_("A step is empty. Write it, or remove it."))

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        address = address_of(block_id)
        found = said(address, value["title"])
        for n, html in enumerate(self.rich_steps(value, block_id, Footnotes([])), 1):
            found += said(address, _("Step %d") % n)
            found += utterances(html, address)
        return found

    def to_markdown(self, value: Any) -> elements.Box:
        steps = [step["value"] if isinstance(step, dict) else step for step in value["steps"]]
        items = [as_item(step) for step in steps]
        if all(items):
            text = f"<ol>{''.join(f'<li>{item}</li>' for item in items)}</ol>"
        else:
            text = "<hr/>".join(steps)
        return elements.Box(name=self.name, title=value.get("title") or "", text=text)

    def from_markdown(self, element: elements.Box) -> Any:
        soup = BeautifulSoup(element.text, "html.parser")
        children = [child for child in soup.children if isinstance(child, Tag)]
        if len(children) == 1 and children[0].name == "ol":
            items = children[0].find_all("li", recursive=False)
            return {"title": element.title, "steps": [of_item(item) for item in items]}
        return {"title": element.title, "steps": BETWEEN_STEPS.split(element.text)}

    class Meta:
        icon = "list-ol"
        label = _("List of steps")


def as_item(step: str) -> str:
    """A step of one paragraph, or with bullets below it, as what stands in an item of a list; ""
    if it holds more."""
    soup = BeautifulSoup(step or "", "html.parser")
    children = list(soup.children)
    names = [child.name if isinstance(child, Tag) else "" for child in children]
    if names not in (["p"], ["p", "ul"]):
        return ""
    paragraph, *lists = children
    assert isinstance(paragraph, Tag)  # noqa: S101 — by `names`
    inner = paragraph.decode_contents(formatter="minimal")
    return inner + "".join(str(each) for each in lists) if inner.strip() else ""


def of_item(item: Tag) -> str:
    lists = [str(each.extract()) for each in item.find_all(["ul", "ol"], recursive=False)]
    return f"<p>{item.decode_contents(formatter='minimal')}</p>{''.join(lists)}"

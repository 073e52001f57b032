"""What is done with a block of a body, whichever kind it is."""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from wagtail.rich_text import RichText

from accounts.access import Access
from articles.publishing.elements import Box, Element
from articles.publishing.rendering import (
    Footnotes,
    RenderedPassage,
    plain_text,
    refuse_excess,
    without_marks,
)


class BodyBlock:
    """A kind of block: the first base of its class, before Wagtail's.

    A new kind is one class, one template and its line in a StreamBlock. The class says here what
    it does otherwise, and no other module knows it by name. Each `value` is as Wagtail hands it
    out; only the two methods for Markdown have it as the stream stores it.
    """

    #: The name in its stream, which Wagtail sets.
    name: str
    #: Of a template that gets `value` and `address`, the id of the block's element.
    template_name = ""
    #: Whether it is a gate, {"teaser", "level"}: the body is cut here, and it has no text.
    is_gate = False
    #: Whether it is a footnote, {"label", "text"}: it stands where its passage ends.
    is_note = False
    #: What it is in Markdown, and what the rich text in it may hold there.
    element: type[Element] = Box
    rich_features: Collection[str] = ()
    #: Of a Box, what stands behind its name, as those are told who misspell the name.
    box_title: str | Promise = ""

    # --- Publishing --------------------------------------------------------------------------

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        """The block as safe HTML of `passage`, to which it may add what is stored beside it.

        Rich text becomes safe by `notes.rich`, which also makes links of the footnotes' marks.
        """
        return self.from_template(value, block_id)

    def from_template(self, value: Any, block_id: str, **context: Any) -> str:
        context = {"address": address_of(block_id), "value": value, **context}
        return render_to_string(self.template_name, context).strip()

    def check_value(self, value: Any) -> None:
        """Raises ValidationError for what must not be published, to be shown at the block.

        Not `check`: Wagtail's blocks have one, for Django's system checks.
        """
        for source in self.sources(value):
            refuse_excess(source)

    def sources(self, value: Any) -> list[str]:
        """Its rich texts, in which footnotes may be referred to."""
        values = value.values() if isinstance(value, Mapping) else [value]
        return [each.source for each in values if isinstance(each, RichText)]

    def is_seen(self, value: Any) -> bool:
        """Whether readers meet it where it stands."""
        return not (self.is_gate or self.is_note)

    # --- Words -------------------------------------------------------------------------------

    def search_text(self, value: Any) -> str:
        """The words by which it is found: those that are read, without the footnotes' marks."""
        with translation.override(settings.LANGUAGE_CODE):
            passage = RenderedPassage(access=Access.PUBLIC)
            html = self.passage_html(value, "", passage, Footnotes([]))
        return plain_text(without_marks(html))

    def spoken_text(self, value: Any) -> str:
        """What a reading voice says."""
        return self.search_text(value)

    # --- Markdown ----------------------------------------------------------------------------

    def to_markdown(self, value: Any) -> Element:
        raise NotImplementedError

    def from_markdown(self, element: Any) -> Any:
        """The value that `to_markdown` makes `element` of. It is checked afterwards."""
        raise NotImplementedError


def address_of(block_id: str) -> str:
    return f"b-{block_id}"


def sentences(*parts: str) -> str:
    """The parts that say something, each ended so that a voice pauses after it."""
    ended = (part if part[-1] in ".!?…:" else f"{part}." for part in parts if part)
    return " ".join(ended)

"""The interface that every kind of block in a body shares."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from wagtail.rich_text import RichText

from accounts.access import Access
from articles.publishing import prose
from articles.publishing.elements import Box, Element
from articles.publishing.links import leads_into_panel, links_in
from articles.publishing.rendering import (
    Footnotes,
    RenderedPassage,
    plain_text,
    refuse_excess,
    without_marks,
)
from articles.publishing.speech import Utterance, utterances


class BodyBlock:
    """The base of every kind of block. It comes first among a class's bases, before Wagtail's.

    A new kind needs a class, a template and a line in a StreamBlock. The class overrides what it
    does differently, and no other module refers to it by name. `value` is Wagtail's Python value,
    except in the two methods for Markdown, which use the value that the stream stores.
    """

    #: The block's name in its stream. Wagtail sets it.
    name: str
    #: The template gets `value` and `address`. The address is the id of the block's element.
    template_name = ""
    #: Whether it is a gate, {"teaser", "level"}. It cuts the body and has no text of its own.
    is_gate = False
    #: Whether it is a footnote, {"label", "text"}. It appears at the end of its passage.
    is_note = False
    #: Its element in Markdown, and the features that its rich text may have there.
    element: type[Element] = Box
    rich_features: Collection[str] = ()
    #: For a Box, the kind of title after its name. The error for a misspelled name shows it.
    box_title: str | Promise = ""

    # --- Publishing --------------------------------------------------------------------------

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        """The block as safe HTML. It may add definitions and pictures to `passage`.

        `notes.rich` makes rich text safe and turns footnote marks into links.
        """
        return self.from_template(value, block_id)

    def from_template(self, value: Any, block_id: str, **context: Any) -> str:
        context = {"address": address_of(block_id), "value": value, **context}
        return render_to_string(self.template_name, context).strip()

    def check_value(self, value: Any) -> None:
        """Raises ValidationError for a value that must not be published. It is shown at the block.

        The name is not `check`, because Wagtail's blocks use that for Django's system checks.
        """
        for source in self.sources(value):
            refuse_excess(source)
            for link in links_in(source):
                if leads_into_panel(link.address):
                    raise ValidationError(
                        _("The link «%s» leads into the panel, where no reader gets in.")
                        % link.text
                    )

    def advice(self, value: Any) -> Iterable[str]:
        """What an editor should think of before publishing. It stops nothing."""
        for source in self.sources(value):
            yield from prose.advice(source)

    def sources(self, value: Any) -> list[str]:
        """The block's rich texts. They may refer to footnotes."""
        values = value.values() if isinstance(value, Mapping) else [value]
        return [each.source for each in values if isinstance(each, RichText)]

    def is_seen(self, value: Any) -> bool:
        """Whether readers see it at its own position in the text."""
        return not (self.is_gate or self.is_note)

    # --- Words -------------------------------------------------------------------------------

    def search_text(self, value: Any) -> str:
        """The words that search finds: the visible text, without footnote marks."""
        with translation.override(settings.LANGUAGE_CODE):
            passage = RenderedPassage(access=Access.PUBLIC)
            html = self.passage_html(value, "", passage, Footnotes([]))
        return plain_text(without_marks(html))

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        """What a reading voice says of it."""
        passage = RenderedPassage(access=Access.PUBLIC)
        html = self.passage_html(value, block_id, passage, Footnotes([]))
        return list(utterances(html, address_of(block_id)))

    # --- Markdown ----------------------------------------------------------------------------

    def to_markdown(self, value: Any) -> Element:
        raise NotImplementedError

    def from_markdown(self, element: Any) -> Any:
        """The inverse of `to_markdown`. The value is checked afterwards."""
        raise NotImplementedError


def address_of(block_id: str) -> str:
    return f"b-{block_id}"

"""The panel's rich text editor."""

import json
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy
from wagtail.admin.rich_text import DraftailRichTextArea

from articles.characters import clean

#: Of lists within each other. Fewer are refused in words, by the rendering.
DEEPEST = 30
#: Kinds of styles in a block, which are also the most on a letter, and stretches with one.
MOST_STYLES, MOST_RANGES = 30, 2_000


class RichTextArea(DraftailRichTextArea):
    """Wagtail's widget, but a text that its own script did not write raises BadRequest.

    Wagtail's lets the errors of its parser through: KeyError, IndexError, RecursionError. It also
    makes as many lists within each other as the text says, and nests every style in every other.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Draftail's field is no form control, so the label beside it doesn't name it.
        self.options["ariaLabel"] = gettext_lazy("Text")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        try:
            if source := data.get(name):
                refuse_nesting(json.loads(source))
            html = super().value_from_datadict(data, files, name)
        except Exception as error:
            raise BadRequest(f"«{name}» is not a text from the panel's editor") from error
        # Neither PostgreSQL nor UTF-8 can hold half of a surrogate pair.
        return html and clean(html)


def refuse_nesting(content: Any) -> None:
    """Raises ValueError for lists nested too deep, and for very many styles and links: the parser
    takes the square of their number. A style may lie within itself, as in a text from elsewhere."""
    for block in (content or {}).get("blocks", ()):
        if not 0 <= block.get("depth", 0) <= DEEPEST:
            raise ValueError(block["depth"])
        styles = block.get("inlineStyleRanges", [])
        ranges = styles + block.get("entityRanges", [])
        covered = sum(abs(each["length"]) for each in ranges)
        # The editor counts some letters twice.
        if (
            len({each["style"] for each in styles}) > MOST_STYLES
            or len(ranges) > MOST_RANGES
            or covered > MOST_STYLES * 2 * len(block["text"])
        ):
            raise ValueError(len(ranges))

"""The panel's rich text editor."""

from typing import Any

from django.core.exceptions import BadRequest
from wagtail.admin.rich_text import DraftailRichTextArea

from articles.characters import clean


class RichTextArea(DraftailRichTextArea):
    """Wagtail's widget, but a text that its own script did not write raises BadRequest.

    Wagtail's lets the errors of its parser through: KeyError, IndexError, RecursionError.
    """

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        try:
            html = super().value_from_datadict(data, files, name)
        except Exception as error:
            raise BadRequest(f"«{name}» is not a text from the panel's editor") from error
        # Neither PostgreSQL nor UTF-8 can hold half of a surrogate pair.
        return html and clean(html)

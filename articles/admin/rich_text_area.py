"""The panel's editor of running text."""

from typing import Any

from django.core.exceptions import BadRequest
from wagtail.admin.rich_text import DraftailRichTextArea

from articles.characters import clean


class RichTextArea(DraftailRichTextArea):
    """Wagtail's, which raises whatever its parts do at a text that its own script didn't write:
    KeyError, IndexError, RecursionError."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        try:
            html = super().value_from_datadict(data, files, name)
        except Exception as error:
            raise BadRequest(f"«{name}» is no text of the editor's") from error
        # Half of a pair of surrogates is no text that PostgreSQL or UTF-8 can hold.
        return html and clean(html)

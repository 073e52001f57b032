"""The table block: columns of text or numbers."""

from typing import Any

from django.utils.translation import gettext
from wagtail.admin.telepath import register
from wagtail.contrib.typed_table_block.blocks import (
    TypedTable,
    TypedTableBlock,
    TypedTableBlockAdapter,
)

from articles.publishing import elements
from articles.publishing.base import BodyBlock, address_of
from articles.publishing.rendering import (
    Footnotes,
    RenderedPassage,
    plain_text,
    sanitise,
    unwrapped,
    without_marks,
)
from articles.publishing.speech import Utterance, said

#: The most cells that are read aloud.
HEARD = 24


class TableBlock(BodyBlock, TypedTableBlock):
    template_name = "articles/blocks/table.html"
    element = elements.Table

    def passage_html(
        self, value: TypedTable, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        rows = [
            [(cell.block.name, unwrapped(notes.rich(cell.value.source))) for cell in row]
            for row in value.rows
        ]
        return self.from_template(value, block_id, rows=rows)

    def sources(self, value: TypedTable) -> list[str]:
        return [cell.value.source for row in value.rows for cell in row]

    def spoken(self, value: TypedTable, block_id: str) -> list[Utterance]:
        """Row by row, with the column's heading before each cell. Of a large table, only what it is
        about: nobody keeps so many numbers in their ear."""
        address = address_of(block_id)
        name = f"{gettext('Table')}: {value.caption}" if value.caption else gettext("A table.")
        rows = list(value.rows)
        if len(rows) * len(value.columns) > HEARD:
            return said(address, name)
        lines = (
            ", ".join(
                f"{column['heading']}: {text}" if column["heading"] else text
                for column, cell in zip(value.columns, row, strict=True)
                if (text := plain_text(without_marks(sanitise(cell.value.source))))
            )
            for row in rows
        )
        return [each for part in (name, *lines) for each in said(address, part)]

    def to_markdown(self, value: Any) -> elements.Table:
        return elements.Table(
            columns=[
                elements.Column(column["heading"] or "", column["type"] == "number")
                for column in value["columns"]
            ],
            rows=[row["values"] for row in value["rows"]],
            caption=value.get("caption") or "",
        )

    def from_markdown(self, element: elements.Table) -> Any:
        return {
            "columns": [
                {"type": "number" if is_number else "text", "heading": heading}
                for heading, is_number in element.columns
            ],
            "rows": [{"values": row} for row in element.rows],
            "caption": element.caption,
        }


class TableAdapter(TypedTableBlockAdapter):
    """Wagtail's adapter, with a label for the caption that differs from a picture's."""

    def js_args(self, block: TypedTableBlock) -> list[Any]:
        args: list[Any] = super().js_args(block)
        args[-1]["strings"]["CAPTION"] = gettext("Heading of the table")
        return args


register(TableAdapter(), TableBlock)

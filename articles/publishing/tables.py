"""The table block: columns of text or numbers."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
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
#: The most rows that a table has without a question to the editor.
MANY_ROWS = 40


class TableBlock(BodyBlock, TypedTableBlock):
    template_name = "articles/blocks/table.html"
    element = elements.Table

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> TypedTable:
        """Wagtail's, but more cells than a form can have fields raise BadRequest. It would make
        as many as the two counts say."""
        columns, rows = (
            sum(not data[f"{prefix}-{name}-{number}-deleted"] for number in range(count))
            for name in ("column", "row")
            for count in [int(data[f"{prefix}-{name}-count"])]
        )
        if columns * rows > settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
            raise BadRequest(f"{columns} columns × {rows} rows are more cells than were sent")
        return super().value_from_datadict(data, files, prefix)

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

    def advice(self, value: TypedTable) -> Iterable[str]:
        yield from super().advice(value)
        if (rows := len(value.row_data)) > MANY_ROWS:
            yield gettext("The table has %d rows. Few read that far.") % rows

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

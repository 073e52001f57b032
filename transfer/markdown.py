"""From Markdown to blocks: what a series' file may say, and faults for the rest."""

import html
import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _
from markdown_it.rules_block.table import escapedSplit
from markdown_it.tree import SyntaxTreeNode

from articles.publishing.blocks import BOXED, INLINE, TEXT
from transfer.html import write_html
from transfer.richtext import Line, Node, normal, plain
from transfer.running_text import GATE, RunningText

DEFINITION = re.compile(r"\s*definition(?:\s+(.*?))?\s*")
CLOSING = re.compile(r"\s*:{3,}\s*")


@dataclass(frozen=True)
class ParsedBlock:
    """A block as a stream stores it, but for pictures: their `value` holds a path.

    `line` is where it starts in its file. Rich text is still a tree.
    """

    type: str
    value: dict[str, Any]
    line: int

    def stored(self, pages: dict[str, str]) -> Any:
        """The value as a stream stores it; `pages` as in `write_html`."""

        def stored(value: Any) -> Any:
            if isinstance(value, tuple):
                return write_html(value, pages)
            if isinstance(value, list):
                return [stored(each) for each in value]
            if isinstance(value, dict):
                return {key: stored(each) for key, each in value.items()}
            return value

        value = stored(self.value)
        return value["text"] if self.type == "text" else value


def read_blocks(file: PurePath | str, body: str, first_line: int = 1) -> list[ParsedBlock]:
    """The blocks of `body`, which starts at `first_line` of `file`. Raises Fault."""
    return _Body(file, body, first_line).blocks()


def read_inline(file: PurePath | str, body: str, first_line: int = 1) -> tuple[Node, ...]:
    """Paragraphs of text with the features of INLINE. Raises Fault."""
    return _Body(file, body, first_line).rich_text(INLINE)


class _Body(RunningText):
    def blocks(self) -> list[ParsedBlock]:
        found: list[ParsedBlock] = []
        text: list[SyntaxTreeNode] = []
        for node in [*self.tree.children, None]:
            if node is not None and not self.is_special(node):
                is_caption = not text and found and found[-1].type == "table"
                if is_caption and node.type == "paragraph" and self.source(node)[:2] == ": ":
                    found[-1] = replace(found[-1], value=self.captioned(found[-1], node))
                else:
                    text.append(node)
                continue
            if text:
                line = self.first_line + (text[0].map or (0, 0))[0]
                found.append(ParsedBlock("text", {"text": self.nodes(text, TEXT)}, line))
                text = []
            if node is not None:
                found.append(self.special(node))
        if sum(block.type == "gate" for block in found) > 1:
            self.line = [block.line for block in found if block.type == "gate"][1]
            self.fail(_("There is a gate already."), _("Keep one <!--more-->."))
        return found

    def source(self, node: SyntaxTreeNode) -> str:
        return node.children[0].content if node.children else ""

    def special(self, node: SyntaxTreeNode) -> ParsedBlock:
        self.at(node)
        line = self.line
        match node.type:
            case "paragraph":
                return ParsedBlock("picture", self.picture(node.children[0].children[0]), line)
            case "container_box":
                return ParsedBlock("definition", self.definition(node), line)
            case "table":
                return ParsedBlock("table", self.table(node), line)
            case "footnote_reference":
                text = self.nodes(node.children, INLINE)
                return ParsedBlock("footnote", {"label": node.meta["label"], "text": text}, line)
        gate = GATE.fullmatch(node.content.strip())
        if not gate:
            self.fail_html()
        return ParsedBlock("gate", {"teaser": plain(html.unescape(gate[1] or ""))}, line)

    def picture(self, image: SyntaxTreeNode) -> dict[str, Any]:
        return {
            "picture": unquote(str(image.attrs.get("src", ""))),
            "alt": self.plain(image.children),
            "caption": plain(str(image.attrs.get("title", ""))),
        }

    def definition(self, node: SyntaxTreeNode) -> dict[str, Any]:
        match = DEFINITION.fullmatch(node.info)
        if not match:
            self.fail(
                _("«:::%s» is not known.") % node.info.strip(),
                _("Only «:::definition Term» is, closed by «:::» on a line of its own."),
            )
        end = node.map[1] if node.map else 0
        if end >= len(self.lines) or not CLOSING.fullmatch(self.lines[end]):
            self.fail(
                _("The definition is not closed."), _("Put «:::» on a line of its own after it.")
            )
        return {"term": plain(match[1] or ""), "text": self.nodes(node.children, BOXED)}

    def table(self, node: SyntaxTreeNode) -> dict[str, Any]:
        head, *bodies = node.children
        cells = head.children[0].children
        columns = [
            {
                "type": "number" if th.attrs.get("style") == "text-align:right" else "text",
                "heading": self.plain(th.children[0].children),
            }
            for th in cells
        ]
        rows = []
        for tr in [tr for body in bodies for tr in body.children]:
            self.at(tr)
            source = self.lines[self.line - self.first_line].strip()
            count = len(escapedSplit(re.sub(r"^\||(?<!\\)\|$", "", source)))
            if count != len(columns):
                self.fail(
                    _("The row has %(count)d cells, and the table %(columns)d columns.")
                    % {"count": count, "columns": len(columns)},
                    _("Make them agree; a «|» within a cell is written «\\|»."),
                )
            rows.append({"values": [self.cell(td.children[0]) for td in tr.children]})
        return {"columns": columns, "rows": rows, "caption": ""}

    def cell(self, inline: SyntaxTreeNode) -> tuple[Node, ...]:
        return normal([Line("p", tuple(self.runs(inline.children)))])

    def captioned(self, table: ParsedBlock, node: SyntaxTreeNode) -> dict[str, Any]:
        self.at(node)
        text = self.plain(node.children[0].children)
        return {**table.value, "caption": text.removeprefix(":").strip()}

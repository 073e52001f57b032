"""From Markdown to blocks. Anything that a series' file may not contain is a fault."""

import html
import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _
from markdown_it.rules_block.table import escapedSplit
from markdown_it.tree import SyntaxTreeNode
from wagtail.blocks import StreamBlock

from articles.publishing import elements
from articles.publishing.base import BodyBlock
from articles.publishing.blocks import INLINE
from transfer.html import write_html
from transfer.richtext import Line, Node, normal, plain
from transfer.running_text import GATE, RunningText
from transfer.writing import ARTICLE

BOX = re.compile(r"\s*(\S+)(?:\s+(.*?))?\s*")
CLOSING = re.compile(r"\s*:{3,}\s*")


class PicturePath(str):
    """A picture's path, used in place of its id until the picture is stored."""

    __slots__ = ()


@dataclass(frozen=True)
class ParsedBlock:
    """A block of the stream's kind `type`. `line` is the line of the file where it starts."""

    type: str
    kind: BodyBlock
    element: elements.Element
    line: int

    def stored(self, pages: dict[str, str]) -> Any:
        """Returns the value as a stream stores it, except that pictures are still paths.

        `pages` is as in `write_html`.
        """
        return self.kind.from_markdown(self.element.with_rich(lambda tree: write_html(tree, pages)))

    def pictures(self) -> list[PicturePath]:
        return [self.element.picture] if isinstance(self.element, elements.Image) else []


def read_blocks(
    file: PurePath | str, text: str, first_line: int = 1, body: StreamBlock = ARTICLE
) -> list[ParsedBlock]:
    """Returns the blocks of `text`, which starts at `first_line` of `file`. Raises Fault."""
    return _Body(file, text, first_line, body).blocks()


def read_inline(file: PurePath | str, text: str, first_line: int = 1) -> tuple[Node, ...]:
    """Reads paragraphs that use only the features in INLINE. Raises Fault."""
    return RunningText(file, text, first_line).rich_text(INLINE)


class _Body(RunningText):
    """Finds elements of Markdown. The kinds in `body` decide which block each one becomes."""

    def __init__(self, file: PurePath | str, text: str, first_line: int, body: StreamBlock) -> None:
        super().__init__(file, text, first_line)
        self.kinds: dict[str, BodyBlock] = body.child_blocks

    def blocks(self) -> list[ParsedBlock]:
        found: list[ParsedBlock] = []
        text: list[SyntaxTreeNode] = []
        for node in [*self.tree.children, None]:
            if node is not None and not self.is_special(node):
                table = found[-1].element if found and not text else None
                if isinstance(table, elements.Table) and self.is_caption(node):
                    found[-1] = replace(found[-1], element=self.captioned(table, node))
                else:
                    text.append(node)
                continue
            if text:
                found.append(self.text(text))
                text = []
            if node is not None:
                found.append(self.special(node))
        highest = -1
        for block in found:
            if isinstance(block.element, elements.More):
                level = block.element.level or 0
                if level <= highest:
                    self.line = block.line
                    self.fail(_("There is a gate already."), _("Keep one <!--more-->."))
                highest = level
        return found

    def text(self, nodes: list[SyntaxTreeNode]) -> ParsedBlock:
        line = self.first_line + (nodes[0].map or (0, 0))[0]
        features = self.kinds[self.type_of(elements.Text)].rich_features
        return self.block(elements.Text(text=self.nodes(nodes, features)), line)

    def special(self, node: SyntaxTreeNode) -> ParsedBlock:
        self.at(node)
        line = self.line
        element: elements.Element
        match node.type:
            case "paragraph":
                element = self.image(node.children[0].children[0])
            case "container_box":
                element = self.box(node)
            case "table":
                element = self.table(node)
            case "footnote_reference":
                element = self.footnote(node)
            case _html:
                element = self.more(node)
        return self.block(element, line)

    def block(self, element: elements.Element, line: int) -> ParsedBlock:
        self.line = line
        name = element.name if isinstance(element, elements.Box) else self.type_of(type(element))
        return ParsedBlock(name, self.kinds[name], element, line)

    def type_of(self, element: type[elements.Element]) -> str:
        """Returns the kind of block that declares this element. A box names its own kind."""
        names = [name for name, kind in self.kinds.items() if kind.element is element]
        if not names and element is elements.More:
            self.fail(_("There is no gate outside articles."), _("Take it away."))
        if not names:
            self.fail(_("This can't stand here."), _("Take it away."))
        return names[0]

    # --- Elements ----------------------------------------------------------------------------

    def image(self, image: SyntaxTreeNode) -> elements.Image | elements.Drawing:
        path = unquote(str(image.attrs.get("src", "")))
        alt, title = self.plain(image.children), plain(str(image.attrs.get("title", "")))
        if path.lower().endswith(".svg"):
            return elements.Drawing(svg=path, alt=alt, title=title)
        return elements.Image(picture=PicturePath(path), alt=alt, title=title)

    def box(self, node: SyntaxTreeNode) -> elements.Box:
        boxes = {name: kind for name, kind in self.kinds.items() if kind.element is elements.Box}
        match = BOX.fullmatch(node.info)
        if not match or match[1] not in boxes:
            known = ", ".join(f"«:::{name} {kind.box_title}»" for name, kind in boxes.items())
            self.fail(
                _("«:::%s» is not known.") % node.info.strip(),
                _("Only %s is, closed by «:::» on a line of its own.") % known,
            )
        end = node.map[1] if node.map else 0
        if end >= len(self.lines) or not CLOSING.fullmatch(self.lines[end]):
            self.fail(
                _("The definition is not closed."), _("Put «:::» on a line of its own after it.")
            )
        text = self.nodes(node.children, boxes[match[1]].rich_features)
        return elements.Box(name=match[1], title=plain(match[2] or ""), text=text)

    def table(self, node: SyntaxTreeNode) -> elements.Table:
        head, *bodies = node.children
        cells = head.children[0].children
        columns = [
            elements.Column(
                heading=self.plain(th.children[0].children),
                is_number=th.attrs.get("style") == "text-align:right",
            )
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
            rows.append([self.cell(td.children[0]) for td in tr.children])
        return elements.Table(columns=columns, rows=rows, caption="")

    def cell(self, inline: SyntaxTreeNode) -> tuple[Node, ...]:
        return normal([Line("p", tuple(self.runs(inline.children)))])

    def is_caption(self, node: SyntaxTreeNode) -> bool:
        return node.type == "paragraph" and node.children[0].content[:2] == ": "

    def captioned(self, table: elements.Table, node: SyntaxTreeNode) -> elements.Table:
        self.at(node)
        text = self.plain(node.children[0].children)
        return replace(table, caption=text.removeprefix(":").strip())

    def footnote(self, node: SyntaxTreeNode) -> elements.Footnote:
        features = self.kinds[self.type_of(elements.Footnote)].rich_features
        return elements.Footnote(label=node.meta["label"], text=self.nodes(node.children, features))

    def more(self, node: SyntaxTreeNode) -> elements.More:
        gate = GATE.fullmatch(node.content.strip())
        if not gate:
            self.fail_html()
        level = int(gate[1]) if gate[1] else None
        return elements.More(teaser=plain(html.unescape(gate[2] or "")), level=level)

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
from wagtail.blocks import Block, StreamBlock

from articles.publishing import elements
from articles.publishing.base import BodyBlock
from articles.publishing.blocks import INLINE
from articles.publishing.highlighting import normal as normal_code
from transfer.html import write_html
from transfer.richtext import Line, Node, normal, plain
from transfer.running_text import GATE, RunningText
from transfer.writing import ARTICLE

#: What «: caption» may stand below.
CAPTIONED = (elements.Table, elements.Formula, elements.Code)
BOX = re.compile(r"\s*(\S+)(?:\s+(.*?))?\s*")
CLOSING = re.compile(r"\s*:{3,}\s*")


class StoredPath(str):
    """A path in the folder, used in place of an id until what it names is stored."""

    __slots__ = ()


class PicturePath(StoredPath):
    __slots__ = ()


class FilePath(StoredPath):
    __slots__ = ()


@dataclass(frozen=True)
class ParsedBlock:
    """A block of the stream's kind `type`. `line` is the line of the file where it starts."""

    type: str
    kind: BodyBlock
    element: elements.Element
    line: int

    def stored(self, pages: dict[str, str]) -> Any:
        """Returns the value as a stream stores it, except that pictures and files are still paths.

        `pages` is as in `write_html`.
        """
        return self.kind.from_markdown(self.element.with_rich(lambda tree: write_html(tree, pages)))

    def pictures(self) -> list[PicturePath]:
        return [self.element.picture] if isinstance(self.element, elements.Image) else []

    def files(self) -> list[FilePath]:
        return [self.element.file] if isinstance(self.element, elements.File) else []


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
                above = found[-1].element if found and not text else None
                if isinstance(above, CAPTIONED) and self.is_caption(node):
                    found[-1] = replace(found[-1], element=self.captioned(above, node))
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
            case "paragraph" if node.children[0].children[0].type == "link":
                element = self.download(node.children[0].children[0])
            case "paragraph":
                image, *mark = node.children[0].children
                element = self.image(image, is_decoration=bool(mark))
            case "fence":
                element = self.code(node)
            case "formula":
                element = elements.Formula(latex=node.content, caption="")
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

    def image(
        self, image: SyntaxTreeNode, is_decoration: bool
    ) -> elements.Image | elements.Drawing:
        path = unquote(str(image.attrs.get("src", "")))
        alt, title = self.plain(image.children), plain(str(image.attrs.get("title", "")))
        if not path.lower().endswith(".svg"):
            return elements.Image(
                picture=PicturePath(path), alt=alt, title=title, is_decoration=is_decoration
            )
        if is_decoration:
            self.fail(_("A drawing is never decoration."), _("Take «{decoration}» away."))
        return elements.Drawing(svg=path, alt=alt, title=title)

    def download(self, link: SyntaxTreeNode) -> elements.File:
        path = FilePath(unquote(str(link.attrs.get("href", ""))))
        return elements.File(file=path, title=self.plain(link.children))

    def code(self, node: SyntaxTreeNode) -> elements.Code:
        last = self.lines[node.map[1] - 1].strip() if node.map else ""
        if not node.map or node.map[1] - node.map[0] < 2 or set(last) != {node.markup[0]}:  # noqa: PLR2004
            self.fail(_("The code is not closed."), _("Put ``` on a line of its own after it."))
        return elements.Code(code=normal_code(node.content), language=node.info.strip(), caption="")

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
            self.fail(_("The box is not closed."), _("Put «:::» on a line of its own after it."))
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

    def captioned(
        self, element: elements.Table | elements.Formula | elements.Code, node: SyntaxTreeNode
    ) -> elements.Element:
        self.at(node)
        text = self.plain(node.children[0].children)
        return replace(element, caption=text.removeprefix(":").strip())

    def footnote(self, node: SyntaxTreeNode) -> elements.Footnote:
        features = self.kinds[self.type_of(elements.Footnote)].rich_features
        return elements.Footnote(label=node.meta["label"], text=self.nodes(node.children, features))

    def more(self, node: SyntaxTreeNode) -> elements.More:
        gate = GATE.fullmatch(node.content.strip())
        if not gate:
            self.fail_html()
        level = int(gate[1]) if gate[1] else None
        return elements.More(teaser=plain(html.unescape(gate[2].strip())), level=level)


def cleaned(kind: Block, stored: Any) -> Any:
    """Returns the cleaned value of a block. A path stays as it is: what it names has no id yet."""
    if isinstance(stored, StoredPath):
        return stored
    if isinstance(stored, dict) and any(isinstance(each, StoredPath) for each in stored.values()):
        return {name: cleaned(kind.child_blocks[name], each) for name, each in stored.items()}
    return kind.clean(kind.to_python(stored))

"""From rich text and blocks to Markdown: the normal form of a series on disk."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from wagtail.blocks import StreamBlock

from articles.publishing import elements
from articles.publishing.blocks import ArticleBody
from transfer.html import read_html
from transfer.inline import ENTITY, write_address, write_inline
from transfer.richtext import DECORATION, Line, List, Node, Rule, Run, normal_runs, plain

#: Blocks refer to pages and pictures by id. A picture that is not stored yet has its path as id. A
#: drawing is named by its text.
AddressOf = Callable[[str], str]
NameOf = Callable[[Any], str]
#: An article may have every kind of block.
ARTICLE = ArticleBody()


def write_nodes(nodes: Iterable[Node]) -> str:
    """Writes `nodes` in their normal form."""
    parts: list[str] = []
    for is_quote, group in groupby(nodes, key=_is_quote):
        if is_quote:
            quotes = (indented(write_inline(n.runs), "> ") for n in group if isinstance(n, Line))
            parts.append("\n>\n".join(quotes))
        else:
            parts += (_node(node) for node in group)
    return "\n\n".join(parts)


def _is_quote(node: Node) -> bool:
    return isinstance(node, Line) and node.kind == "blockquote"


def _node(node: Node) -> str:
    if isinstance(node, Rule):
        return "---"
    if isinstance(node, List):
        return _list(node)
    if node.kind == "p":
        return write_inline(node.runs)
    text = write_inline(node.runs, is_at_start=False)
    # Markdown would read a «#» at the end as the closing mark of the heading.
    return "#" * int(node.kind[1]) + " " + re.sub(r"#$", r"\\#", text)


def _list(node: List) -> str:
    lines = []
    for n, item in enumerate(node.items, 1):
        mark = f"{n}. " if node.is_ordered else "- "
        parts = [write_inline(item.runs)] if item.runs else []
        text = "\n".join([*parts, *(_list(each) for each in item.lists)])
        lines.append(mark + indented(text, " " * len(mark))[len(mark) :])
    return "\n".join(lines)


def indented(text: str, mark: str) -> str:
    return "\n".join(mark + line if line else line for line in text.split("\n"))


def write_plain(text: str) -> str:
    """Writes text without style, for a table's headings or a picture's description."""
    return write_inline(normal_runs([Run(plain(text))]), is_at_start=False)


def write_body(
    blocks: Iterable[Mapping[str, Any]],
    address_of: AddressOf,
    name_of: NameOf,
    body: StreamBlock = ARTICLE,
) -> str:
    """Writes a stream in its normal form: joins neighbouring texts, and leaves out empty ones."""
    found: list[tuple[Mapping[str, Any], str]] = []
    for each in blocks:
        block = each
        form = write_block(block, address_of, name_of, body)
        if not form:
            continue
        if found and is_text(found[-1][0], body) and is_text(block, body):
            block = {**block, "value": found.pop()[0]["value"] + block["value"]}
            form = write_block(block, address_of, name_of, body)
        found.append((block, form))
    return "\n\n".join(form for _block, form in found)


def is_text(block: Mapping[str, Any], body: StreamBlock) -> bool:
    return body.child_blocks[block["type"]].element is elements.Text


def write_block(
    block: Mapping[str, Any], address_of: AddressOf, name_of: NameOf, body: StreamBlock = ARTICLE
) -> str:
    """Writes a stored block, {"type", "value"}. Returns "" for an empty block.

    `name_of` returns the path of a picture by its id, or "" if the picture is gone, and of a
    drawing by its text.
    """
    element = body.child_blocks[block["type"]].to_markdown(block["value"])
    return write_element(element.with_rich(lambda html: read_html(html or "", address_of)), name_of)


def write_element(element: elements.Element, name_of: NameOf) -> str:  # noqa: PLR0911
    match element:
        case elements.Text():
            return write_nodes(element.text)
        case elements.Image() | elements.Drawing():
            return _image(element, name_of)
        case elements.Box():
            head = f":::{element.name} {plain(element.title)}".rstrip()
            return "\n".join([head, write_nodes(element.text), ":::"])
        case elements.Table():
            return _table(element)
        case elements.Formula() | elements.Code():
            return _verbatim(element)
        case elements.File():
            return _file(element, name_of)
        case elements.Footnote():
            text = indented(write_nodes(element.text), "    ")[4:]
            return f"[^{plain(element.label)}]: {text}".rstrip()
        case elements.More():
            teaser = re.sub(r"&(?=[a-zA-Z#])", "&amp;", plain(element.teaser))
            teaser = re.sub(r"^l(?=evel=)", "&#108;", teaser.replace("-->", "--&gt;"))
            level = "" if element.level is None else f"level={element.level} "
            return f"<!--more {level}{teaser}".rstrip() + "-->"
    raise TypeError(element)


def _image(image: elements.Image | elements.Drawing, name_of: NameOf) -> str:
    shown = image.svg if isinstance(image, elements.Drawing) else image.picture
    name = name_of(shown) if shown else ""
    if not name:
        return ""
    title = ENTITY.sub(r"\\&", re.sub(r'([\\"])', r"\\\1", plain(image.title)))
    shown_as = f"![{write_plain(image.alt)}]({write_address(name)}"
    mark = DECORATION if isinstance(image, elements.Image) and image.is_decoration else ""
    return shown_as + (f' "{title}")' if title else ")") + mark


def _table(table: elements.Table) -> str:
    if not table.columns:
        return ""
    rows = [
        [write_plain(column.heading) for column in table.columns],
        ["---:" if column.is_number else "---" for column in table.columns],
        *([_cell(cell) for cell in row] for row in table.rows),
    ]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return with_caption("\n".join(lines), table.caption)


def with_caption(form: str, caption: str) -> str:
    written = write_plain(caption)
    return f"{form}\n\n: {written}" if written else form


def _file(file: elements.File, name_of: NameOf) -> str:
    name = name_of(file.file) if file.file else ""
    return f"[{write_plain(file.title)}]({write_address(name)})" if name else ""


def _verbatim(code: elements.Formula | elements.Code) -> str:
    """Code stands between fences that are longer than any row of backticks in it."""
    if isinstance(code, elements.Formula):
        return with_caption(f"$$\n{code.latex}\n$$", code.caption)
    longest = max((len(found) for found in re.findall("`+", code.code)), default=0)
    fence = "`" * max(3, longest + 1)
    return with_caption(f"{fence}{code.language}\n{code.code}\n{fence}", code.caption)


def _cell(nodes: tuple[Node, ...]) -> str:
    runs: list[Run] = []
    for node in nodes:
        if isinstance(node, Line):
            runs += [Run(" "), *node.runs]
    return write_inline(normal_runs(runs, has_breaks=False), is_at_start=False)

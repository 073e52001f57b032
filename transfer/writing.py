"""From rich text and blocks to Markdown: the normal form of a series on disk."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from transfer.html import read_html
from transfer.inline import ENTITY, write_address, write_inline
from transfer.richtext import Line, List, Node, Rule, Run, normal_runs, plain

#: The three things that a block refers to elsewhere.
AddressOf = Callable[[str], str]
NameOf = Callable[[int], str]


def write_nodes(nodes: Iterable[Node]) -> str:
    """`nodes` in their normal form."""
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
    # A «#» at the end would be taken for the closing mark of the heading.
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
    """Text without style, as it stands in a heading of a table or for a picture."""
    return write_inline(normal_runs([Run(plain(text))]), is_at_start=False)


def write_body(blocks: Iterable[Mapping[str, Any]], address_of: AddressOf, name_of: NameOf) -> str:
    """A stream in its normal form: texts that follow each other are one, the empty are none."""
    found: list[tuple[Mapping[str, Any], str]] = []
    for each in blocks:
        block = each
        form = write_block(block, address_of, name_of)
        if not form:
            continue
        if found and found[-1][0]["type"] == block["type"] == "text":
            block = {**block, "value": found.pop()[0]["value"] + block["value"]}
            form = write_block(block, address_of, name_of)
        found.append((block, form))
    return "\n\n".join(form for _block, form in found)


def write_block(block: Mapping[str, Any], address_of: AddressOf, name_of: NameOf) -> str:
    """A block of a stream as it is stored, {"type", "value"}; "" where nothing is in it.

    `name_of` gives the path of a picture by its id, "" for one that is gone.
    """
    value = block["value"]

    def rich(html: str) -> tuple[Node, ...]:
        return read_html(html or "", address_of)

    match block["type"]:
        case "text":
            return write_nodes(rich(value))
        case "picture":
            return _picture(value, name_of)
        case "definition":
            text = write_nodes(rich(value["text"]))
            return "\n".join([f":::definition {plain(value['term'])}".rstrip(), text, ":::"])
        case "table":
            return _table(value, rich)
        case "footnote":
            text = write_nodes(rich(value["text"]))
            label = plain(value["label"])
            return (f"[^{label}]: " + indented(text, "    ")[4:]).rstrip()
        case "gate":
            teaser = re.sub(r"&(?=[a-zA-Z#])", "&amp;", plain(value.get("teaser") or ""))
            return f"<!--more {teaser.replace('-->', '--&gt;')}".rstrip() + "-->"
    raise ValueError(block["type"])


def _picture(value: Mapping[str, Any], name_of: NameOf) -> str:
    name = name_of(value["picture"]) if value["picture"] else ""
    if not name:
        return ""
    caption = plain(value.get("caption") or "")
    title = ENTITY.sub(r"\\&", re.sub(r'([\\"])', r"\\\1", caption))
    alt = write_plain(value.get("alt") or "")
    return f"![{alt}]({write_address(name)}" + (f' "{title}")' if title else ")")


def _table(value: Mapping[str, Any], rich: Callable[[str], tuple[Node, ...]]) -> str:
    columns = value["columns"]
    if not columns:
        return ""
    rows = [
        [write_plain(column["heading"] or "") for column in columns],
        ["---:" if column["type"] == "number" else "---" for column in columns],
        *([_cell(rich(cell)) for cell in row["values"]] for row in value["rows"]),
    ]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    caption = write_plain(value.get("caption") or "")
    return "\n".join([*lines, *(["", f": {caption}"] if caption else [])])


def _cell(nodes: tuple[Node, ...]) -> str:
    runs: list[Run] = []
    for node in nodes:
        if isinstance(node, Line):
            runs += [Run(" "), *node.runs]
    return write_inline(normal_runs(runs, has_breaks=False), is_at_start=False)

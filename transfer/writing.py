"""From rich text and blocks to Markdown: the normal form of a series on disk."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from markdown_it.common.utils import isPunctChar, isWhiteSpace

from transfer.richtext import (
    STYLES,
    Line,
    List,
    Node,
    Rule,
    Run,
    Runs,
    furthest,
    normal_runs,
    plain,
    read_html,
)

ALWAYS_ESCAPED = frozenset("\\`*_[]<")
ESCAPED_AT_START = frozenset("#>-+=|:~")
NUMBER_AT_START = re.compile(r"\d{1,9}(?=[.)](\s|$))")
ENTITY = re.compile(r"&(?=#[xX]?[0-9a-fA-F]+;|[a-zA-Z][a-zA-Z0-9]*;)")
FOOTNOTE = re.compile(r"\[\^([\w-]{1,20})\]")
BARE_ADDRESS = re.compile(r"[^\s<>()\\\x00-\x1f]+")

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


# --- Within a paragraph --------------------------------------------------------------------


class Atom(str):
    """A piece of Markdown: a `char` of text as it is written, or a mark (`char` is None)."""

    __slots__ = ("char", "opens")
    char: str | None
    opens: bool | None

    @classmethod
    def of(cls, written: str, char: str | None = None, opens: bool | None = None) -> "Atom":
        atom = cls(written)
        atom.char, atom.opens = char, opens
        return atom


def write_inline(runs: Runs, is_at_start: bool = True) -> str:
    """One paragraph; `is_at_start` where the first character stands at the start of a line."""
    atoms: list[Atom] = []
    for href, part in groupby(runs, key=lambda run: run.href):
        if href:
            _escape_exclamation(atoms)
            atoms.append(Atom.of("["))
        _write_styled(atoms, list(part), STYLES, is_at_start)
        if href:
            atoms.append(Atom.of(f"]({_address(href)})"))
    _prefer_asterisks(atoms)
    _make_delimiters_work(atoms)
    return "".join(atoms)


def _write_styled(
    atoms: list[Atom], runs: list[Run], styles: tuple[str, ...], is_at_start: bool
) -> None:
    """The style that reaches further is the outer one."""
    while runs:
        style, reach = furthest(runs, styles)
        if not reach:
            _write_text(atoms, runs[0].text, is_at_start)
            runs = runs[1:]
            continue
        mark = "**" if style == "bold" else "_"
        before, inner, after = _stripped(runs[:reach])
        runs = runs[reach:]
        _write_text(atoms, before, is_at_start)
        atoms.append(Atom.of(mark, opens=True))
        _write_styled(atoms, inner, tuple(s for s in styles if s != style), is_at_start)
        atoms.append(Atom.of(mark, opens=False))
        _write_text(atoms, after, is_at_start)


def _stripped(runs: list[Run]) -> tuple[str, list[Run], str]:
    """The spaces before and after `runs`, which a style in Markdown can't begin or end with."""
    first, last = runs[0].text, runs[-1].text
    before = first[: len(first) - len(first.lstrip())]
    after = last[len(last.rstrip()) :]
    runs = [replace(runs[0], text=first.lstrip()), *runs[1:]]
    return before, [*runs[:-1], replace(runs[-1], text=runs[-1].text.rstrip())], after


def _write_text(atoms: list[Atom], text: str, is_at_start: bool) -> None:
    marks = {m.start(): m.end() for m in FOOTNOTE.finditer(text)}
    entities = {m.start() for m in ENTITY.finditer(text)}
    mark_end = position = 0
    while position < len(text):
        char = text[position]
        starts_line = atoms[-1] == "\\\n" if atoms else is_at_start
        if position in marks:
            mark_end = marks[position]
            _escape_exclamation(atoms)
        is_in_mark = position < mark_end
        if char == "\n":
            atoms.append(Atom.of("\\\n"))
        elif starts_line and (number := NUMBER_AT_START.match(text, position)):
            atoms += [Atom.of(digit, digit) for digit in number[0]]
            position = number.end()
            atoms.append(Atom.of("\\" + text[position], text[position]))
        elif (
            (char in ALWAYS_ESCAPED and not (is_in_mark and char in "[]"))
            or (char in ESCAPED_AT_START and starts_line)
            or position in entities
            or (position == mark_end and mark_end and char in "(:")
        ):
            atoms.append(Atom.of("\\" + char, char))
        else:
            atoms.append(Atom.of(char, char))
        position += 1


def _escape_exclamation(atoms: list[Atom]) -> None:
    """«!» before «[» would make a picture of a link."""
    if atoms and atoms[-1] == "!":
        atoms[-1] = Atom.of("\\!", "!")


def _prefer_asterisks(atoms: list[Atom]) -> None:
    """«*» for italics, as most people write it, where it doesn't run into a «**»."""
    opening = 0
    for n, atom in enumerate(atoms):
        if atom == "_" and atom.opens:
            opening = n
        elif atom == "_" and atom.opens is False:
            neighbours = [*atoms[max(opening - 1, 0) : opening], atoms[opening + 1]]
            neighbours += [atoms[n - 1], *atoms[n + 1 : n + 2]]
            if all(each.opens is None for each in neighbours):
                atoms[opening], atoms[n] = Atom.of("*", opens=True), Atom.of("*", opens=False)


def _make_delimiters_work(atoms: list[Atom]) -> None:
    """Markdown looks at both sides of «**» and «_» before it lets them open or close.

    Where a letter stands in the way it is written as a character reference, which begins and
    ends with punctuation: https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
    """
    is_settled = False
    while not is_settled:
        is_settled = True
        for n, atom in enumerate(atoms):
            if atom.opens is None:
                continue
            outer = n - 1 if atom.opens else n + 1
            inner = n + 1 if atom.opens else n - 1
            if not 0 <= outer < len(atoms) or not _is_letter(atoms[outer], atom.opens):
                continue
            if atom == "_" or not _is_letter(atoms[inner], not atom.opens):
                char = atoms[outer].char or ""
                atoms[outer] = Atom.of(f"&#{ord(char)};", char)
                is_settled = False


def _is_letter(atom: Atom, is_end: bool) -> bool:
    """Whether the side of `atom` that a delimiter sees is neither space nor punctuation."""
    seen = atom[-1] if is_end else atom[0]
    return not isWhiteSpace(ord(seen)) and not isPunctChar(seen)


def _address(href: str) -> str:
    href = ENTITY.sub(r"\\&", href.replace("\\", "\\\\"))
    if BARE_ADDRESS.fullmatch(href):
        return href
    return "<" + re.sub(r"([<>])", r"\\\1", href) + ">"


# --- Blocks --------------------------------------------------------------------------------


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
    return f"![{alt}]({_address(name)}" + (f' "{title}")' if title else ")")


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

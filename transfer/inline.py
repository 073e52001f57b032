"""Writes one paragraph of Markdown: escapes characters, and makes style marks work."""

import re
from dataclasses import replace
from itertools import groupby

from markdown_it.common.utils import isPunctChar, isWhiteSpace

from transfer.richtext import STYLES, Run, Runs, furthest

ALWAYS_ESCAPED = frozenset("\\`*_[]<")
ESCAPED_AT_START = frozenset("#>-+=|:~")
NUMBER_AT_START = re.compile(r"\d{1,9}(?=[.)](\s|$))")
ENTITY = re.compile(r"&(?=#[xX]?[0-9a-fA-F]+;|[a-zA-Z][a-zA-Z0-9]*;)")
FOOTNOTE = re.compile(r"\[\^([\w-]{1,20})\]")
BARE_ADDRESS = re.compile(r"[^\s<>()\\\x00-\x1f]+")


class Atom(str):
    """A piece of Markdown: the character `char` as it is written, or a mark (`char` is None)."""

    __slots__ = ("char", "opens")
    char: str | None
    opens: bool | None

    @classmethod
    def of(cls, written: str, char: str | None = None, opens: bool | None = None) -> "Atom":
        atom = cls(written)
        atom.char, atom.opens = char, opens
        return atom


def write_inline(runs: Runs, is_at_start: bool = True) -> str:
    """Writes one paragraph. `is_at_start` says whether it begins at the start of a line."""
    atoms: list[Atom] = []
    for href, part in groupby(runs, key=lambda run: run.href):
        if href:
            _escape_exclamation(atoms)
            atoms.append(Atom.of("["))
        _write_styled(atoms, list(part), STYLES, is_at_start)
        if href:
            atoms.append(Atom.of(f"]({write_address(href)})"))
    _prefer_asterisks(atoms)
    _make_delimiters_work(atoms)
    return "".join(atoms)


def _write_styled(
    atoms: list[Atom], runs: list[Run], styles: tuple[str, ...], is_at_start: bool
) -> None:
    """Writes the style that reaches further as the outer one."""
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
    """Splits off the spaces around `runs`: a style in Markdown can't begin or end with a space."""
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
            or (starts_line and text.startswith("$$", position))
            or (char == "^" and _begins_link(atoms))
            or position in entities
            or (position == mark_end and mark_end and char in "(:")
        ):
            atoms.append(Atom.of("\\" + char, char))
        else:
            atoms.append(Atom.of(char, char))
        position += 1


def _begins_link(atoms: list[Atom]) -> bool:
    """Whether a link's text begins here. A «^» would make a footnote of it."""
    return bool(atoms) and atoms[-1] == "[" and atoms[-1].char is None


def _escape_exclamation(atoms: list[Atom]) -> None:
    """Escapes «!» before «[», which would turn the link into a picture."""
    if atoms and atoms[-1] == "!":
        atoms[-1] = Atom.of("\\!", "!")


def _prefer_asterisks(atoms: list[Atom]) -> None:
    """Writes italics with «*», as most people do, unless it would run into a «**»."""
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
    """Makes each «**» and «_» open or close as it should.

    Markdown decides that by the characters on both sides. A letter that is in the way is written
    as a character reference, which begins and ends with punctuation:
    https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
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
    """Returns whether `atom` faces the delimiter with neither a space nor punctuation."""
    seen = atom[-1] if is_end else atom[0]
    return not isWhiteSpace(ord(seen)) and not isPunctChar(seen)


def write_address(href: str) -> str:
    href = ENTITY.sub(r"\\&", href.replace("\\", "\\\\"))
    if BARE_ADDRESS.fullmatch(href):
        return href
    return "<" + re.sub(r"([<>])", r"\\\1", href) + ">"

"""Rich text as a tree: what the panel's editor stores, and what Markdown can express.

Import and export both use this normal form, so that the same text always looks the same.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from articles.characters import clean

#: After a picture that tells nothing which the text doesn't tell.
DECORATION = "{decoration}"
#: Where a link may lead. A link to anywhere else becomes plain text.
HREF = re.compile(r"(https?://|mailto:|tel:|/(?!/)|#).*", re.IGNORECASE | re.DOTALL)
HEADINGS = ("h2", "h3", "h4")
STYLES = ("bold", "italic")


@dataclass(frozen=True)
class Run:
    """Text in one style; a line break is "\\n"."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Line:
    """`kind` is p, h2, h3, h4 or blockquote."""

    kind: str
    runs: Runs


@dataclass(frozen=True)
class Rule:
    pass


@dataclass(frozen=True)
class Item:
    runs: Runs
    lists: "tuple[List, ...]" = ()


@dataclass(frozen=True)
class List:
    is_ordered: bool
    items: tuple[Item, ...]


Node = Line | Rule | List


def plain(text: str) -> str:
    """Returns the text on one line, with one space between words."""
    return re.sub(r"[ \t\n\u2028\u2029]+", " ", clean(text)).strip()


def normal_runs(runs: Iterable[Run], has_breaks: bool = True) -> Runs:
    """Joins runs of one style. Leaves no space or break at an edge of a text, link or style."""
    cleaned: list[Run] = []
    for run in runs:
        href = _href(run.href) if run.href else ""
        text = re.sub("[\t\u2028\u2029]", " ", clean(run.text))
        if href or not has_breaks:
            text = text.replace("\n", " ")
        cleaned.append(Run(text, run.bold, run.italic, href))
    whole = "".join(run.text for run in cleaned)
    if "\n" not in whole and not any(r.bold or r.italic or r.href for r in cleaned):
        # This serves most paragraphs. Letter by letter, they take a hundred times as long.
        whole = re.sub(" +", " ", whole.strip())
        return (Run(whole),) if whole else ()
    chars = [_char(c, run.bold, run.italic, run.href) for run in cleaned for c in run.text]
    chars = _spaced(chars)
    chars = list(_linked(chars))
    styled: list[Run] = []
    for _link, part in groupby(chars, key=lambda c: c.href):
        styled += _bridged(list(part))
    return tuple(
        Run("".join(c.text for c in part), *style)
        for style, part in groupby(styled, key=lambda c: (c.bold, c.italic, c.href))
    )


_char = lru_cache(maxsize=4096)(Run)


def _href(href: str) -> str:
    href = re.sub(r"\s", "%20", clean(href).strip())
    return href if HREF.fullmatch(href) else ""


def _spaced(chars: list[Run]) -> list[Run]:
    """Leaves one space between words, and none beside a break or at either end."""
    lines: list[list[Run]] = [[]]
    breaks: list[Run] = []
    for char in chars:
        if char.text == "\n":
            lines.append([])
            breaks.append(char)
        elif char.text != " " or (lines[-1] and lines[-1][-1].text != " "):
            lines[-1].append(char)
    lines = [_stripped(line) for line in lines]
    while lines and not lines[0]:
        del lines[:1], breaks[:1]
    while lines and not lines[-1]:
        del lines[-1:], breaks[-1:]
    return [c for n, line in enumerate(lines) for c in ([breaks[n - 1]] if n else []) + line]


def _stripped(chars: list[Run]) -> list[Run]:
    words = [n for n, char in enumerate(chars) if not char.text.isspace()]
    return chars[words[0] : words[-1] + 1] if words else []


def _linked(chars: list[Run]) -> Iterator[Run]:
    """Takes the link off the spaces at either end of it."""
    for _link, part in groupby(chars, key=attrgetter("href")):
        stretch = list(part)
        words = [n for n, char in enumerate(stretch) if not char.text.isspace()]
        for n, char in enumerate(stretch):
            is_inside = words and words[0] <= n <= words[-1]
            yield char if is_inside else _char(char.text, char.bold, char.italic)


def _bridged(chars: list[Run]) -> list[Run]:
    """Gives each space the styles that the words on both sides of it share.

    Nobody can see a style on a space, and both Markdown and the panel's editor move spaces in and
    out of styles.
    """
    found = list(chars)
    before, gap = _char(""), 0
    for n, char in enumerate([*chars, _char("")]):
        if char.text.isspace():
            continue
        bold, italic = before.bold and char.bold, before.italic and char.italic
        for m in range(gap, n):
            found[m] = _char(chars[m].text, bold, italic, chars[m].href)
        before, gap = char, n + 1
    return found


def furthest(runs: Sequence[Run], styles: tuple[str, ...]) -> tuple[str, int]:
    """Returns the style that reaches furthest from the first run, and how many runs it covers."""
    reach = {
        style: next((n for n, run in enumerate(runs) if not getattr(run, style)), len(runs))
        for style in styles
    }
    return max(reach.items(), key=lambda item: item[1], default=("", 0))


def normal(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Leaves out empty nodes, and joins neighbouring lists of one kind."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Line):
            runs = normal_runs(node.runs, has_breaks=node.kind not in HEADINGS)
            if runs:
                found.append(Line(node.kind, runs))
        elif isinstance(node, List):
            for each in _normal_lists([node]):
                before = found[-1] if found else None
                if isinstance(before, List) and before.is_ordered == each.is_ordered:
                    found[-1] = replace(before, items=before.items + each.items)
                else:
                    found.append(each)
        else:
            found.append(node)
    return tuple(found)


def _normal_lists(lists: Iterable[List], kind: bool | None = None) -> tuple[List, ...]:
    """`kind` makes all the lists ordered or unordered. With None, each keeps its own kind."""
    found: list[List] = []
    for each in lists:
        is_ordered = each.is_ordered if kind is None else kind
        items = [normal_item for item in each.items for normal_item in _normal_items(item, kind)]
        if found and found[-1].is_ordered == is_ordered:
            items = [*found.pop().items, *items]
        if items:
            found.append(List(is_ordered, tuple(items)))
    return tuple(found)


def _normal_items(item: Item, kind: bool | None) -> tuple[Item, ...]:
    """Makes an item one that the panel's editor can keep.

    The editor can't keep an item that holds only lists. Below the first level, it loses items
    where bullets and numbers are mixed (draftjs_exporter 5.2, `WrapperState`).
    """
    if kind is None and item.lists:
        kind = item.lists[0].is_ordered
    runs, lists = normal_runs(item.runs), _normal_lists(item.lists, kind)
    if not runs:
        return tuple(each for lower in lists for each in lower.items)
    return (Item(runs, lists),)

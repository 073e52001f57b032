"""The plain text of a mail: the same words as its HTML, with the addresses of its links."""

import re
from collections.abc import Iterable, Iterator

from bs4 import NavigableString, PageElement, Tag

LISTS, HEADINGS = {"ul", "ol"}, {"h2": "=", "h3": "-"}
#: Elements with others in them, whose own lines begin and end with theirs.
BOXES = {"div", "section", "aside", "article", "figure"}
BLOCKS = {*LISTS, *HEADINGS, *BOXES, "p", "h4", "blockquote", "table", "hr", "pre"}


def plain(elements: Iterable[PageElement]) -> str:
    return "\n\n".join(paragraphs(elements))


def paragraphs(elements: Iterable[PageElement]) -> Iterator[str]:
    """The text of `elements`, one paragraph, heading, list or table at a time."""
    run: list[PageElement] = []
    for element in elements:
        if isinstance(element, Tag) and element.name in BLOCKS:
            if text := line(run):
                yield text
            run = []
            yield from block(element)
        else:
            run.append(element)
    if text := line(run):
        yield text


def block(element: Tag) -> Iterator[str]:
    name = element.name
    if name in BOXES:
        yield from paragraphs(element.children)
    elif name in LISTS:
        yield "\n".join(items(element))
    elif name == "blockquote":
        quoted = plain(element.children).split("\n")
        yield "\n".join(f"> {each}".rstrip() for each in quoted)
    elif name == "table":
        yield "\n".join(rows(element))
    elif name == "pre":
        yield "\n".join(f"    {each}".rstrip() for each in element.get_text().split("\n"))
    elif name == "hr":
        yield "* * *"
    elif text := line(element.children):
        underline = HEADINGS.get(name, "")
        yield f"{text}\n{underline * min(len(text), 60)}" if underline else text


def items(listed: Tag) -> Iterator[str]:
    start = listed.get("start")
    number = int(start[:18]) if isinstance(start, str) and start.isdecimal() else 1
    for item in listed.find_all("li", recursive=False):
        mark = f"{number}. " if listed.name == "ol" else "– "
        number += 1
        lines = "\n".join(paragraphs(item.children)).split("\n")
        yield mark + f"\n{' ' * len(mark)}".join(lines)


def rows(table: Tag) -> Iterator[str]:
    if caption := table.find("caption"):
        yield line([caption])
    for row in table.find_all("tr"):
        yield " | ".join(line([cell]) for cell in row.find_all(["th", "td"]))


def line(elements: Iterable[PageElement]) -> str:
    """The words of inline elements, one line for each stretch between line breaks."""
    lines = "".join(map(inline, elements)).split("\n")
    return "\n".join(re.sub(" +", " ", each).strip() for each in lines).strip()


def inline(element: PageElement) -> str:
    if isinstance(element, NavigableString):
        return re.sub(r"[ \t\r\n]+", " ", element)
    if not isinstance(element, Tag):
        return ""
    if element.name == "br":
        return "\n"
    text = "".join(map(inline, element.children))
    href = str(element.get("href") or "") if element.name == "a" else ""
    if not href or text.strip() in (href, href.removeprefix("mailto:")):
        return text
    return f"{text} <{href.removeprefix('mailto:')}>"

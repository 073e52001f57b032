"""Turns blocks into passages: cuts them at the gates, renders them once and sanitises them once.

The cut divides the list of blocks. It never searches HTML.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypedDict
from urllib.parse import unquote, urlsplit

import nh3
from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from accounts.access import VISITOR, Access
from articles.characters import clean, unbroken

#: The elements that rich text may hold. Never svg or math: see nh3's notes on mutation XSS.
TAGS = {
    "a", "b", "blockquote", "br", "em", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "strong",
    "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}}
URL_SCHEMES = {"http", "https", "mailto", "tel"}

#: nh3 is quadratic in nesting depth: 80 kB of nested <div> took 0.5 s of CPU, 320 kB took 12 s. So
#: the size in characters and the depth in elements are limited first.
MAX_SIZE = 500_000
MAX_DEPTH = 30

#: Elements that may begin or end in the middle of a word.
WITHIN_WORDS = {"a", "b", "cite", "code", "dfn", "em", "i", "span", "strong", "sub", "sup"}
#: Elements that are left out if they have no words. The panel's editor leaves such lines.
DROPPED_IF_EMPTY = ["p", "h2", "h3", "h4", "blockquote", "li", "ol", "ul"]
ID = re.compile(r'\bid="([^"]*)"')
ANCHOR = re.compile(r'<a href="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)

FOOTNOTE = re.compile(r"\[\^([\w-]{1,20})\]")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>")
VOID = {"br", "hr", "img", "embed"}


class RenderError(ValidationError):
    """A text that can't be rendered as a passage."""


class Heading(TypedDict):
    """A line of the table of contents."""

    id: str
    level: int  # 2 or 3
    text: str


@dataclass
class RenderedDefinition:
    term: str
    slug: str
    block_id: str
    html: str


@dataclass
class RenderedPassage:
    """A run of text that shares one access level, ready to be stored."""

    access: int
    teaser: str = ""
    html: str = ""
    text: str = ""
    contents: list[Heading] = field(default_factory=list)
    definitions: list[RenderedDefinition] = field(default_factory=list)
    pictures: set[int] = field(default_factory=set)
    #: Files to download, and the addresses of cards.
    files: set[int] = field(default_factory=set)
    embeds: set[str] = field(default_factory=set)

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def is_public(self) -> bool:
        return VISITOR.may_read(self.access, "")


def render(blocks: Iterable[Any], access: int) -> list[RenderedPassage]:
    """The passages of a page whose full text needs `access`, in reading order.

    The text before the first gate is public. Each gate sets the access level of the text behind it.
    Without a gate, all of a members' page is locked. An open page ignores gates. Raises RenderError
    for a text beyond MAX_SIZE or MAX_DEPTH.
    """
    blocks = list(blocks)
    notes = Footnotes(blocks)
    # In the readers' language, not the one that the publishing editor uses in the panel.
    with translation.override(settings.LANGUAGE_CODE):
        passages = [
            _render_run(RenderedPassage(access=level, teaser=teaser), run, notes)
            for level, teaser, run in runs(blocks, access)
        ]
    drop_dead_anchors(passages)
    return passages


def _render_run(passage: RenderedPassage, run: list[Any], notes: "Footnotes") -> RenderedPassage:
    html = [b.block.passage_html(b.value, str(b.id), passage, notes) for b in run]
    html.append(notes.collected())
    passage.html = clean("\n".join(part for part in html if part))
    soup = BeautifulSoup(passage.html, "html.parser")
    passage.text = words_of(soup)
    passage.contents = list(headings(soup))
    passage.html = unbroken(passage.html)
    return passage


def headings(soup: BeautifulSoup) -> Iterator[Heading]:
    """The headings for the table of contents. Removes footnote marks from them in `soup`."""
    for element in soup.find_all(["h2", "h3"], id=True, recursive=False):
        for mark in element.find_all("sup"):
            mark.decompose()
        if text := words_of(element):
            yield Heading(id=str(element["id"]), level=int(element.name[1]), text=text)


def runs(blocks: list[Any], access: int) -> Iterator[tuple[int, str, list[Any]]]:
    """(access, teaser, blocks) of each run that is not empty."""
    if access == Access.PUBLIC:
        cuts = [(int(Access.PUBLIC), "", [b for b in blocks if not b.block.is_gate])]
    elif not any(b.block.is_gate for b in blocks):
        cuts = [(access, "", blocks)]
    else:
        cuts = [(int(Access.PUBLIC), "", [])]
        for bound in blocks:
            if not bound.block.is_gate:
                cuts[-1][2].append(bound)
            # The level never falls, and a gate with the same level changes nothing.
            elif (level := bound.block.level_of(bound.value, access)) > cuts[-1][0]:
                cuts.append((level, bound.value.get("teaser") or "", []))
    return (cut for cut in cuts if cut[2])


class Footnotes:
    """The footnotes of one article, numbered in the order of their first references.

    A note belongs to the passage with its first reference.
    """

    def __init__(self, blocks: Iterable[Any]) -> None:
        self.notes = {b.value["label"]: b.value["text"].source for b in blocks if b.block.is_note}
        self.numbers: dict[str, int] = {}
        self.pending: list[str] = []

    def rich(self, source: str, address: str = "") -> str:
        """Rich text as safe HTML, with an id on each element and links for footnote marks."""
        html = sanitise(source)
        soup = BeautifulSoup(html, "html.parser")
        if address:
            elements = (child for child in soup.children if isinstance(child, Tag))
            for n, element in enumerate(elements, 1):
                element["id"] = f"{address}-{n}"
        for empty in [each for each in soup.find_all(DROPPED_IF_EMPTY) if is_empty(each)]:
            empty.extract()  # the other elements keep their numbers
        for string in soup.find_all(string=FOOTNOTE):
            self._link_marks(soup, string)
        mark_terms(soup)
        return soup.decode(formatter="minimal")

    def _link_marks(self, soup: BeautifulSoup, string: NavigableString) -> None:
        parts: list[str | Tag] = []
        for i, part in enumerate(FOOTNOTE.split(str(string))):
            if i % 2 == 0 or part not in self.notes:
                parts.append(part if i % 2 == 0 else f"[^{part}]")
                continue
            is_first = part not in self.numbers
            number = self.numbers.setdefault(part, len(self.numbers) + 1)
            mark = soup.new_tag("sup", attrs={"class": "footnote-mark"})
            link = soup.new_tag("a", href=f"#fotnote-{number}", attrs={"role": "doc-noteref"})
            link.string = str(number)
            if is_first:
                mark["id"] = f"fotnote-{number}-i-teksten"
                self.pending.append(part)
            mark.append(link)
            parts.append(mark)
        string.replace_with(*parts)

    def collected(self) -> str:
        """An HTML list of the notes that this passage is the first to refer to."""
        if not self.pending:
            return ""
        labels, self.pending = self.pending, []
        items = format_html_join(
            "\n",
            '<li id="fotnote-{0}">{1} <a href="#fotnote-{0}-i-teksten" role="doc-backlink"'
            ' aria-label="{2}">↩</a></li>',
            (
                (self.numbers[label], unwrapped(sanitise(self.notes[label])), _("Back to the text"))
                for label in labels
            ),
        )
        return format_html(
            '<section class="footnotes" role="doc-endnotes" aria-label="{}">'
            '<ol start="{}">\n{}\n</ol></section>',
            _("Footnotes"),
            self.numbers[labels[0]],
            items,
        )


def mark_terms(soup: BeautifulSoup) -> None:
    """Mark links to the glossary as terms. A script shows a term's meaning at its link. It fetches
    the meaning from the glossary on demand, so the meaning passes through the gate."""
    glossary = reverse("articles:glossary")
    for link in soup.find_all("a", href=True):
        href = str(link["href"]).removeprefix(settings.SITE_URL)
        if re.fullmatch(rf"{glossary}[\w-]+/", href):
            link["href"], link["class"] = href, "term"


def is_empty(element: Tag) -> bool:
    return not element.get_text(strip=True) and not element.find("hr")


def drop_dead_anchors(passages: list[RenderedPassage]) -> None:
    """Turn a link to a place that the text doesn't have into plain text. Word writes such links."""
    known = {found for passage in passages for found in ID.findall(passage.html)}
    for passage in passages:
        passage.html = ANCHOR.sub(lambda a: a[0] if a[1] in known else a[2], passage.html)


def sanitise(source: str) -> SafeString:
    """Rich text from the database as safe HTML.

    Raises RenderError beyond MAX_SIZE or MAX_DEPTH.
    """
    refuse_excess(source)
    html = nh3.clean(
        expand_db_html(clean(source)),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=for_readers,
        url_schemes=URL_SCHEMES,
        link_rel=None,
    )
    if "<a>" in html:
        soup = BeautifulSoup(html, "html.parser")
        for link in soup.find_all("a", href=False):
            link.unwrap()
        html = soup.decode(formatter="minimal")
    return mark_safe(html)


def for_readers(tag: str, attribute: str, value: str) -> str | None:
    """The attribute's value, or None for a link into the panel, which no reader may open.

    A browser completes what Word writes, «#_ftn1», with the address of the panel's form.
    """
    try:
        parts = urlsplit(value.strip())
        path = unquote(parts.path)
    except ValueError:  # such as «http://[»
        return None
    panel = reverse("wagtailadmin_home")
    is_ours = not parts.netloc or parts.netloc.lower() == urlsplit(settings.SITE_URL).netloc.lower()
    if is_ours and f"{re.sub('/+', '/', path)}/".lower().startswith(panel):
        return None
    return value


def without_marks(html: str) -> str:
    """Safe HTML without the footnote marks that aren't links yet, such as [^1]."""
    return FOOTNOTE.sub("", html)


def unwrapped(html: str) -> SafeString:
    """The safe HTML of one paragraph, without its <p> element."""
    return mark_safe(re.sub(r"^<p>|</p>$", "", html.strip()))


def refuse_excess(source: str) -> None:
    if len(source) > MAX_SIZE:
        raise RenderError(_("The text is too long for one block; split it."))
    depth = 0
    # As a browser counts: «<div/>» opens an element, and an end tag without a start ends none.
    for closing, name in TAG.findall(source):
        if name.lower() in VOID:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        if depth > MAX_DEPTH:
            raise RenderError(_("The text is nested too deeply."))


def plain_text(html: str) -> str:
    """The words of `html`, separated by single spaces."""
    return words_of(BeautifulSoup(html, "html.parser"))


def words_of(element: Tag) -> str:
    """The words of `element`, from which it removes drawings and formulas: labels of an axis and
    single letters aren't text. A word ends where a line or a cell does, and before the mark of a
    footnote, not where only the type changes."""
    for drawing in element.find_all(["svg", "math"]):
        drawing.decompose()
    for inner in element.find_all(is_apart):
        inner.insert_before(" ")
        inner.insert_after(" ")
    return " ".join(element.get_text().split())


def is_apart(element: Tag) -> bool:
    return element.name not in WITHIN_WORDS or "footnote-mark" in (element.get("class") or "")

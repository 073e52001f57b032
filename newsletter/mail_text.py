"""Passages as a mail shows them: without pictures and scripts, with whole addresses."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.models import Passage
from articles.publishing.rendering import RenderedPassage
from newsletter.plain import plain

#: Bytes that the inlined styles add to an element at most (templates/newsletter/mail/_base.html).
STYLES = 110
#: What quoted-printable makes of Norwegian text with long lines, at most.
ENCODED = 1.25
#: The attributes that mean something in a mail.
KEPT = {"href", "start", "scope", "colspan", "rowspan"}


class MailText(NamedTuple):
    html: SafeString
    text: str
    #: The id of the first element that was left out, as in «b-…-3»; "" if nothing was.
    goes_on_at: str


def mail_text(
    passages: Iterable[Passage | RenderedPassage],
    page_url: str,
    most_words: int = 0,
    *,
    most_bytes: int = 0,
    batch: str = "",
) -> MailText:
    """The text of `passages`, which the recipient may read (`readable_by`), for a mail.

    `page_url` is the whole address of the page, for links within it. With `most_words`, whole
    elements up to about that many words, and at least one. With `most_bytes`, whole elements that
    take no more than that in both forms of the mail together. With `batch`, links to our own pages
    say that a reader comes from those mails.
    """
    htmls = tuple(passage.html for passage in passages)
    return converted(htmls, page_url, most_words, most_bytes, batch)


@lru_cache(64)
def converted(
    htmls: tuple[str, ...], page_url: str, most_words: int, most_bytes: int, batch: str
) -> MailText:
    """Most recipients of a mail may read the same. It takes milliseconds, and they are many."""
    soup = BeautifulSoup("\n".join(htmls), "html.parser")
    starts = {id(child): start_of(child) for child in soup.children if isinstance(child, Tag)}
    without_pictures(soup, page_url)
    for file in soup.find_all("p", class_="file"):
        # At its place on the page a reader who isn't logged in meets the gate.
        file.a["href"] = f"#{file['id']}"
    for link in soup.find_all("a", href=True):
        link["href"] = whole(str(link["href"]), page_url, batch)
    for table in soup.find_all("div", class_="table"):
        table.unwrap()
    for label in soup.find_all("span", class_="definition-label"):
        label.append(":")
    notes = taken_notes(soup)
    for element in chain(soup.find_all(True), *(note.find_all(True) for note in notes.values())):
        keep_attributes(element)
    goes_on_at = cut(soup, notes, starts, most_words, most_bytes)
    left = [notes[number] for number in numbers_in(soup) if number in notes]
    if left:
        box = soup.new_tag("div", attrs={"class": "notes"})
        for note in left:
            box.append(note)
        soup.append(box)
    html = "\n".join(str(child) for child in soup.children if isinstance(child, Tag))
    return MailText(mark_safe(html), plain(soup.children), goes_on_at)


def start_of(element: Tag) -> str:
    found = element if element.get("id") else element.find(id=True)
    return str(found["id"]) if isinstance(found, Tag) else ""


def without_pictures(soup: BeautifulSoup, page_url: str) -> None:
    """A line in the place of each picture and drawing: what it shows, and a link to it. A formula
    is said, and a card is only its link."""
    for math in soup.find_all("math"):
        math.replace_with(str(math["alttext"]))
    for card in soup.find_all("div", class_="embed"):
        for picture in card.find_all("picture"):
            picture.decompose()
    for figure in soup.find_all("figure"):
        if not figure.find(["svg", "img"]):  # a quote
            figure.name = "div"
            if figure.figcaption:
                figure.figcaption.name = "p"
            continue
        svg, picture, caption = figure.find("svg"), figure.find("img"), figure.find("figcaption")
        name = _("Drawing") if svg else _("Picture")
        told = [svg.find("desc"), svg.find("title")] if svg else []
        shown = next((words for each in told if each and (words := each.get_text())), "")
        if isinstance(picture, Tag):
            shown = str(picture.get("alt") or "")
        under = caption.get_text(" ") if caption else ""
        line = soup.new_tag("p", attrs={"class": "picture"})
        link = soup.new_tag("a", href=f"{page_url}#{figure.get('id')}")
        link.string = name
        line.append(link)
        words = [words for part in (shown, under) if (words := " ".join(part.split()))]
        if words:
            line.append(f": {' – '.join(dict.fromkeys(words))}")
        figure.replace_with(line)


def taken_notes(soup: BeautifulSoup) -> dict[int, Tag]:
    """The footnotes by their numbers, taken out of the text, where their marks become «[1]»."""
    notes = {}
    for section in soup.find_all("section", class_="footnotes"):
        for item in section.ol.find_all("li", recursive=False) if section.ol else ():
            number = int(str(item["id"]).rpartition("-")[2])
            for back in item.find_all("a", role="doc-backlink"):
                back.decompose()
            item.name, item.attrs = "p", {}
            item.insert(0, f"[{number}] ")
            notes[number] = item.extract()
        section.decompose()
    for mark in soup.find_all("a", role="doc-noteref"):
        mark.replace_with(f"[{mark.get_text()}]")
    return notes


def numbers_in(element: Tag) -> Iterator[int]:
    """The numbers of the footnotes that `element` refers to, each once."""
    found = (re.fullmatch(r"\[(\d+)\]", mark.get_text()) for mark in element.find_all("sup"))
    yield from dict.fromkeys(int(number[1]) for number in found if number)


def whole(href: str, page_url: str, batch: str) -> str:
    """A link as it is in a mail, with its host."""
    if href.startswith("#"):
        href = page_url + href
    elif href.startswith("//"):
        href = f"https:{href}"
    elif href.startswith("/"):
        href = settings.SITE_URL + href
    return tracked(href, batch)


def tracked(url: str, batch: str) -> str:
    """`url`, which says that its reader comes from the mails of `batch` if it is one of ours.

    It says nothing of who the reader is.
    """
    parts = urlsplit(url)
    if not batch or f"{parts.scheme}://{parts.netloc}" != settings.SITE_URL:
        return url
    query = f"{parts.query}&fra={batch}" if parts.query else f"fra={batch}"
    return urlunsplit(parts._replace(path=parts.path or "/", query=query))


def keep_attributes(element: Tag) -> None:
    classes = element.get("class") or []
    kept = [name for name in classes if name in ("number", "definition", "picture")]
    element.attrs = {name: value for name, value in element.attrs.items() if name in KEPT}
    if kept:
        element["class"] = " ".join(kept)
    if element.name == "aside":
        element.name = "div"


def cut(
    soup: BeautifulSoup,
    notes: dict[int, Tag],
    starts: dict[int, str],
    most_words: int,
    most_bytes: int,
) -> str:
    """Leave out the elements from the first one on that is too much. Returns where it begins."""
    words, size, noted = 0, 0.0, set[int]()
    children = [child for child in soup.children if isinstance(child, Tag)]
    for number, child in enumerate(children):
        new = [n for n in numbers_in(child) if n in notes and n not in noted]
        noted.update(new)
        words += len(child.get_text(" ").split())
        size += sum(map(size_of, [child, *(notes[n] for n in new)]))
        is_too_long = most_words and words > most_words and number
        if is_too_long or (most_bytes and size > most_bytes):
            for left_out in children[number:]:
                left_out.extract()
            return starts.get(id(child), "")
    return ""


def size_of(element: Tag) -> float:
    """Bytes, at most, that an element takes in a mail, as HTML and as text."""
    html = len(str(element).encode()) + STYLES * (1 + len(element.find_all(True)))
    return ENCODED * (html + len(plain([element]).encode()))

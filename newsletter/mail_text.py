"""Passages as a mail shows them: without pictures and scripts, with whole addresses."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.models import Passage


class MailText(NamedTuple):
    html: SafeString
    text: str
    #: The id of the first element that was left out, as in «b-…-3»; "" if nothing was.
    goes_on_at: str


def mail_text(passages: Iterable[Passage], page_url: str, most_words: int = 0) -> MailText:
    """The text of `passages`, which the recipient may read (`readable_by`), for a mail.

    `page_url` is the whole address of the page, for links within it. With `most_words`, whole
    elements up to about that many words.
    """
    return converted(tuple(passage.html for passage in passages), page_url, most_words)


@lru_cache(64)
def converted(htmls: tuple[str, ...], page_url: str, most_words: int) -> MailText:
    """Most recipients of a mail may read the same. It takes milliseconds, and they are many."""
    soup = BeautifulSoup("\n".join(htmls), "html.parser")
    goes_on_at = cut(soup, most_words) if most_words else ""
    for figure in soup.find_all(["figure", "svg", "img"]):
        shown = figure.find("img") if figure.name == "figure" else figure
        told = str(shown.get("alt") or "") if isinstance(shown, Tag) else ""
        line = soup.new_tag("p")
        line.string = f"[{_('Picture')}: {told}]" if told else f"[{_('Picture')}]"
        figure.replace_with(line)
    for element in soup.find_all(id=True):
        del element["id"]
    for link in soup.find_all("a", href=True):
        href = str(link["href"])
        if href.startswith("#"):
            link["href"] = page_url + href
        elif href.startswith("/"):
            link["href"] = settings.SITE_URL + href
    text = "\n\n".join(
        " ".join(child.get_text(" ").split()) for child in soup.children if isinstance(child, Tag)
    )
    return MailText(mark_safe(soup.decode(formatter="minimal")), text, goes_on_at)


def cut(soup: BeautifulSoup, most_words: int) -> str:
    words, children = 0, [child for child in soup.children if isinstance(child, Tag)]
    for number, child in enumerate(children):
        words += len(child.get_text(" ").split())
        if words > most_words and number:
            for left_out in children[number:]:
                left_out.extract()
            found = child if child.get("id") else child.find(id=True)
            return str(found["id"]) if isinstance(found, Tag) else ""
    return ""

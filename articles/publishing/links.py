"""Where the links of a rich text lead."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse

from articles.characters import clean


class Link(NamedTuple):
    text: str
    #: The page that the editor has chosen, or None for an address.
    page: int | None
    address: str


def links_in(source: str) -> Iterator[Link]:
    """Yields the links of rich text as the database stores it."""
    if "<a" not in source:
        return
    for link in BeautifulSoup(source, "html.parser").find_all("a"):
        text = " ".join(link.get_text(" ").split())
        chosen = str(link.get("id") or "")[:18]
        is_page = link.get("linktype") == "page" and chosen.isdecimal()
        yield Link(text, int(chosen) if is_page else None, str(link.get("href") or ""))


def own_path(address: str) -> str | None:
    """The path of an address in this portal. None for other hosts, mail addresses and the like."""
    try:
        parts = urlsplit(clean(address).strip())  # which normalizes the host
    except ValueError:
        return None
    own = urlsplit(settings.SITE_URL)
    is_own = not parts.netloc or parts.netloc.lower() == own.netloc.lower()
    if parts.scheme not in ("", "http", "https") or not is_own:
        return None
    return parts.path if parts.path.startswith("/") else None


def leads_into_panel(address: str) -> bool:
    path = own_path(address)
    return path is not None and f"{path}/".startswith(reverse("wagtailadmin_home"))

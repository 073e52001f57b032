"""The picture that other sites show with a link to one of our pages. Everybody may see it."""

import html
import re
from collections.abc import Iterable
from typing import NamedTuple

from wagtail.models import Page

from articles.models import Article, Author, Home, Passage, Picture, Series, ShareCard, SimplePage
from articles.models.base import AddressedPage
from articles.publishing.rendering import RenderedPassage
from articles.share_cards import HEIGHT, WIDTH
from delivery.cache import cached_rows

IMAGE = re.compile(r"<img [^>]*>")
ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
IN_ADDRESS = re.compile(r"/(\d+)\.[a-z]+$")


class SharePicture(NamedTuple):
    address: str
    #: Pixels.
    width: int
    height: int
    alt: str

    @property
    def is_wide(self) -> bool:
        """Whether it fills a wide frame. A portrait doesn't."""
        return self.width > 1.2 * self.height


def of_picture(picture: Picture, alt: str) -> SharePicture:
    width = picture.plain_width
    height = round(picture.height * width / picture.width)
    return SharePicture(picture.plain_address, width, height, picture.description or alt)


def of_card(card: ShareCard, alt: str) -> SharePicture:
    return SharePicture(card.address, WIDTH, HEIGHT, alt)


def in_passages(passages: Iterable[Passage | RenderedPassage], alt: str) -> SharePicture | None:
    """The first picture in a public passage."""
    for passage in passages:
        if passage.is_public and (found := IMAGE.search(passage.html)):
            given = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(found[0])}
            if width_in_address := IN_ADDRESS.search(given["src"]):
                width = int(width_in_address[1])
                height = round(int(given["height"]) * width / int(given["width"]))
                return SharePicture(given["src"], width, height, given.get("alt") or alt)
    return None


def for_article(
    article: Article, passages: Iterable[Passage | RenderedPassage]
) -> SharePicture | None:
    """The editor's choice, else the first public picture, else the card, else the series' cover."""
    found = chosen(article) or in_passages(passages, article.title) or card_of(article)
    if found:
        return found
    above = Series.objects.filter(path=article.path[: -Page.steplen]).select_related("picture")
    cover = next((series.picture for series in above if series.picture), None)
    return of_picture(cover, article.title) if cover else None


def for_page(
    page: SimplePage, passages: Iterable[Passage | RenderedPassage]
) -> SharePicture | None:
    return chosen(page) or in_passages(passages, page.title) or card_of(page)


def for_series(series: Series) -> SharePicture | None:
    if found := chosen(series):
        return found
    return of_picture(series.picture, series.title) if series.picture else card_of(series)


def for_author(author: Author) -> SharePicture | None:
    if found := chosen(author):
        return found
    return of_picture(author.portrait, author.title) if author.portrait else card_of(author)


def for_site(name: str) -> SharePicture | None:
    """The front page's picture or card, for every page that has none of its own."""

    def rows() -> list[SharePicture | None]:
        homes = Home.objects.live().select_related("share_picture", "share_card")[:1]
        return [chosen(home) or card_of(home) for home in homes]

    found = next(iter(cached_rows("site_card", rows)), None)
    return found._replace(alt=name) if found else None


def chosen(page: AddressedPage) -> SharePicture | None:
    return of_picture(page.share_picture, page.title) if page.share_picture else None


def card_of(page: Page) -> SharePicture | None:
    # A page without a card has no such attribute.
    card: ShareCard | None = getattr(page, "share_card", None)
    return of_card(card, page.title) if card else None

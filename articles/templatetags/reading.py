import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.access import VISITOR, Reader
from articles import in_words
from articles.characters import unbroken
from articles.covers import cover_of
from articles.models import Article, Author
from articles.models.articles import anchor_of
from articles.models.base import address_of
from articles.models.by_lines import credits_of
from articles.models.pictures import Picture
from delivery.cache import shared_cache

register = template.Library()

#: The width of the text column, see static/css/blocks.css.
SIZES = "(min-width: 46rem) 42rem, 100vw"

register.filter("address", address_of)
register.filter("cover", cover_of)


@register.inclusion_tag("articles/_picture.html")
def picture(
    picture: Picture, alt: str = "", sizes: str = SIZES, loading: str = "lazy"
) -> dict[str, Any]:
    """A picture in all its widths and formats. Its size is given, so the page doesn't shift.

    `loading` is "eager" for a picture at the top of a page.
    """
    return {"picture": picture, "alt": alt, "sizes": sizes, "loading": loading}


@register.filter
def anchored(passages: Sequence[Any]) -> list[tuple[Any, str]]:
    """Each passage with the id of its start, which is "" for a passage open to everyone."""
    locked = [passage for passage in passages if not passage.is_public]
    anchors = {id(p): anchor_of(number, p.access) for number, p in enumerate(locked)}
    return [(passage, anchors.get(id(passage), "")) for passage in passages]


@register.filter
def is_closed_to(article: Article, reader: Reader | None) -> bool:
    """Whether `reader` meets a gate in the article. A preview has no reader: a visitor."""
    return article.metadata.gate_for(reader or VISITOR, article.path) is not None


@register.filter
def is_visitor(reader: Reader | None) -> bool:
    return (reader or VISITOR) == VISITOR


@register.filter
def day(iso: str) -> date:
    return date.fromisoformat(iso)


register.filter("unbroken", unbroken)
register.filter("local_day", in_words.day_of)
register.filter("iso", in_words.iso)
register.filter("in_minutes", in_words.minutes)


@register.filter
def dated(moment: date | datetime | None) -> str:
    """«3. mai 2026»"""
    return in_words.day(in_words.day_of(moment)) if moment else ""


register.filter("credits", credits_of)


@register.simple_tag
def bio(author: Author) -> SafeString:
    """An author's card, rendered once and cached for all their articles."""

    def make() -> tuple[SafeString, int]:
        html = render_to_string("articles/_bio.html", {"author": author})
        return html, 2 * len(html)

    portrait = author.portrait.file_hash if author.portrait else ""
    shown = (author.title, author.url_path, author.role, author.born, author.bio_html, portrait)
    card: SafeString = shared_cache.get_or_make(("bio", author.pk, *shown), make)
    return card


@register.filter
def srcset(picture: Picture, format: str) -> str:
    return picture.srcset(format)


@register.filter
def json_ld(items: list[dict[str, Any]]) -> SafeString:
    """Structured data as a script element that can't be closed from within."""
    data = {"@context": "https://schema.org", "@graph": items}
    text = json.dumps(data, ensure_ascii=False)
    for sign, escape in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(sign, escape)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))

import json
from datetime import date
from operator import attrgetter
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles.memory import rows_in_common
from articles.models import SimplePage
from articles.models.addresses import address_of
from articles.models.pictures import Picture

register = template.Library()

#: The text column's width in the layout; see static/css/reading.css.
SIZES = "(min-width: 46rem) 42rem, 100vw"

register.filter("address", address_of)


@register.inclusion_tag("articles/_picture.html")
def picture(
    picture: Picture, alt: str = "", sizes: str = SIZES, loading: str = "lazy"
) -> dict[str, Any]:
    """A picture in every width and format it has, with its size, so that nothing moves.

    `loading` is "eager" for what stands at the top of a page.
    """
    return {"picture": picture, "alt": alt, "sizes": sizes, "loading": loading}


@register.filter
def day(iso: str) -> date:
    return date.fromisoformat(iso)


@register.filter
def srcset(picture: Picture, format: str) -> str:
    return picture.srcset(format)


@register.simple_tag
def menu() -> list[SimplePage]:
    """The simple pages of the footer."""
    return rows_in_common("menu", _menu)


def _menu() -> list[SimplePage]:
    pages = SimplePage.objects.live().filter(show_in_menus=True).order_by()
    # Sorted here: in the database it would be a walk through all the pages that there are.
    return sorted(pages.only("title", "url_path", "path"), key=attrgetter("path"))


@register.filter
def json_ld(items: list[dict[str, Any]]) -> SafeString:
    """Structured data as a script element that can't be closed from within."""
    data = {"@context": "https://schema.org", "@graph": items}
    escapes = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
    text = json.dumps(data, ensure_ascii=False).translate(escapes)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))

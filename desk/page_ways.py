"""The page itself, and what programs make of it: print, search engines, share cards and feeds."""

import json
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from bs4 import BeautifulSoup, Tag
from django.http import Http404, HttpResponse
from django.templatetags.static import static
from django.urls import resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.impersonation import visitor_at
from articles.models import Article
from articles.publishing.previews import Viewing, shown
from desk.ways import Sight, told, way


@way("siden", _("The page"), order=10)
def page(sight: Sight) -> HttpResponse:
    """The reading view's own answer, or the same view's page with the draft in it."""
    if sight.is_draft:
        return shown(sight.page, Viewing(sight.request, sight.reader, sight.editor))
    match = sight.request.resolver_match
    if match is None:
        raise Http404
    answer: HttpResponse = match.func(sight.request, *match.args, **match.kwargs)
    return answer


@way("utskrift", _("On paper"), order=20)
def on_paper(sight: Sight) -> HttpResponse:
    """The page, with the stylesheet of print for the screen as well."""
    sheet = format_html('<link rel="stylesheet" href="{}">', static("css/print.css"))
    whole = page(sight).content.decode()
    return HttpResponse(whole.replace("</head>", f"{sheet}</head>", 1))


def as_visitor(sight: Sight) -> BeautifulSoup:
    """The page that a visitor, and so every program, gets."""
    request = visitor_at(sight.request.path)
    asked = Sight(sight.page, sight.is_draft, request, sight.editor)
    return BeautifulSoup(page(asked).content, "html.parser")


def meta(soup: BeautifulSoup, name: str) -> str:
    found = soup.find("meta", attrs={"name": name}) or soup.find("meta", attrs={"property": name})
    return str(found.get("content", "")) if isinstance(found, Tag) else ""


@way("sokemotor", _("A search engine"), order=30, is_for_all=True)
def search_engine(sight: Sight) -> HttpResponse:
    soup = as_visitor(sight)
    data = [json.loads(each.string or "null") for each in soup.find_all("script", type=JSON_LD)]
    for each in soup.find_all(["script", "style", "template", "svg"]):
        each.decompose()
    main = soup.find("main") or soup
    lines = [line.strip() for line in main.get_text("\n").splitlines()]
    context = {
        "title": soup.title.get_text() if soup.title else "",
        "address": sight.page.full_url,
        "description": meta(soup, "description"),
        "robots": meta(soup, "robots"),
        "text": "\n".join(line for line in lines if line),
        "data": json.dumps(data, indent=2, ensure_ascii=False),
    }
    return told("desk/search_engine.html", context)


JSON_LD = "application/ld+json"


@way("delingskort", _("A share card"), order=40, is_for_all=True)
def share_card(sight: Sight) -> HttpResponse:
    soup = as_visitor(sight)
    picture = urlsplit(meta(soup, "og:image"))
    context = {
        "title": meta(soup, "og:title"),
        "description": meta(soup, "og:description"),
        "site_name": meta(soup, "og:site_name"),
        "host": urlsplit(meta(soup, "og:url")).hostname,
        "picture": picture.path,
        "alt": meta(soup, "og:image:alt"),
    }
    return told("desk/share_card.html", context)


@way("strom", _("A feed"), order=50, models=(Article,), is_for_all=True)
def feed(sight: Sight) -> HttpResponse:
    """The article in the feed of its series."""
    series = sight.request.path.strip("/").partition("/")[0]
    path = reverse("articles:series_feed", args=[series])
    view, args, kwargs = resolve(path)
    answer = view(visitor_at(path), *args, **kwargs)
    address = urlsplit(sight.page.full_url).path
    item = None if sight.is_draft else item_at(answer.content, address)
    return told("desk/feed.html", {"item": item, "is_draft": sight.is_draft, "path": path})


def item_at(feed: bytes, address: str) -> dict[str, Any] | None:
    """What the feed says of the article at `address`. Its HTML is our own, sanitised."""
    for item in ElementTree.fromstring(feed).iter("item"):  # noqa: S314 — the feed is ours
        if urlsplit(item.findtext("link") or "").path == address:
            html = mark_safe(item.findtext("description") or "")
            return {"title": item.findtext("title"), "html": html}
    return None

"""Asks every address there is, in every way we could think of, and reads the answers."""

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.leaks.world import World

#: How a request may be dressed up. Each is a way that opened a text somewhere else.
DISGUISES = [
    {"HTTP_ACCEPT": "application/json"},
    {"HTTP_HX_REQUEST": "true", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    {"HTTP_RANGE": "bytes=0-"},
    {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
    {"HTTP_USER_AGENT": "GPTBot/1.2"},
    {"HTTP_USER_AGENT": "facebookexternalhit/1.1"},
    {"HTTP_IF_NONE_MATCH": "*"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET", "HTTP_X_FORWARDED_HOST": "localhost"},
]
#: The routes that show text or pictures, and are asked in every disguise.
TELLING = (
    *("articles:article", "articles:section", "articles:picture", "articles:term"),
    *("articles:feed", "articles:series_feed", "articles:author_feed"),
    *("articles:author", "articles:author_series"),
)
QUERIES = ["?format=json", "?side=2", "?amp=1", "?preview=true", "?mode=member&in_preview=1"]


def routes() -> Iterator[tuple[str, str]]:
    """(name, pattern) of every address outside the panel, and of each of its own doors."""

    def walk(patterns: Iterable, prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, route, inner)
            elif isinstance(pattern, URLPattern):
                yield f"{namespace}{pattern.name or route}", route

    return walk(get_resolver().url_patterns, "", "")


def examples(world: World) -> dict[str, list[str]]:
    """For each route outside the panel, the addresses to ask. A route that is missing fails."""
    names = ["home", "authors", "glossary", "feed", "sitemaps", "robots"]
    found = {f"articles:{name}": [reverse(f"articles:{name}")] for name in names}
    slugs = ["serien", "nedlagt", "om", "forfattere", "finnes-ikke"]
    articles = [(a.get_parent().slug, a.slug) for a in world.articles]
    picture = world.picture
    return (
        found
        | {
            "articles:author": ["/forfattere/kari-ytreoy/", "/forfattere/utkast-forfatter/"],
            "articles:author_series": [
                "/forfattere/kari-ytreoy/serier/",
                "/forfattere/utkast-forfatter/serier/",
            ],
            "articles:glossary_from": [
                f"/ordbok/fra/aerlighet-{picture.pk}/",
                "/ordbok/fra/finnes-ikke/",
            ],
            "articles:term": [f"/ordbok/aerlighet-{picture.pk}/", "/ordbok/finnes-ikke/"],
            "articles:series_feed": ["/feed/serie/serien/", "/feed/serie/nedlagt/"],
            "articles:author_feed": [
                "/feed/forfatter/kari-ytreoy/",
                "/feed/forfatter/utkast-forfatter/",
            ],
            "articles:picture": [
                picture.address(width, format)
                for width, format in ((picture.width, "webp"), (99, "webp"), (picture.width, "gif"))
            ],
            "articles:sitemap": [
                f"/sitemap-{section}.xml"
                for section in ("portal", "series", "articles", "authors", "pages", "terms", "x")
            ],
            "articles:section": [f"/{slug}/" for slug in slugs],
            "articles:article": [f"/{series}/{slug}/" for series, slug in articles]
            + [f"/nedlagt/{world.article.slug}/", "/serien/igjen/", "/serien/serien/", "/om/om/"],
            "articles:citation": [
                f"{article.get_absolute_url()}sitering.{format}"
                for article in world.articles
                for format in ("bib", "ris")
            ],
            "healthz": ["/healthz"],
            "favicon": ["/favicon.ico"],
            "accounts:overview": ["/konto/"],
            "accounts:download": [f"/konto/mine-data/fil.{format}" for format in ("json", "html")],
            "reading:shelf": [
                f"/konto/lesing/{name}/{query}"
                for name in ("pabegynt", "lagret", "lest", "finnes-ikke")
                for query in ("", "?side=2")
            ],
            "openid_connect_login": ["/konto/inn/finnes-ikke/"],
            "openid_connect_callback": ["/konto/inn/finnes-ikke/tilbake/?code=x&state=y"],
        }
        | {
            name: [
                f"/{route}?next={world.article.get_absolute_url()}".replace("<int:pk>", str(pk))
                for pk in [article.pk for article in world.articles][: route.count("<int:pk>") * 9]
                or [0]
            ]
            for name, route in routes()
            if route.startswith("konto/") and route != "konto/" and "<slug:" not in route
        }
    )


def odd_addresses(world: World) -> list[str]:
    """Other readings of the same address."""
    path = world.article.get_absolute_url()
    return [
        path.rstrip("/"),
        f"/{path}",
        path.upper(),
        path.replace("-", "%2d"),
        f"{path}..%2f",
        f"{path}print/",
        f"{path}index.md",
        f"/feed{path}",
        f"/api/v2/pages/{world.article.pk}/",
        f"/?p={world.article.pk}",
        f"/media/{world.picture.file.name}",
        f"/admin/filer/{world.picture.file.name}",
        f"/images/{world.picture.file.name}",
        "/llms.txt",
        "/serien/omdopt/",
        f"{path}%00",
    ]


def panel_addresses(world: World) -> list[str]:
    """Every address of the panel, its gaps filled with what there is to steal."""
    fill = {"int": str(world.article.pk), "slug": world.article.slug, "path": "x", "str": "visitor"}
    addresses = []
    for _name, route in routes():
        if not route.startswith("admin/"):
            continue
        path = re.sub(r"<(\w+):\w+>", lambda m: fill.get(m[1], "x"), route)
        path = re.sub(r"<\w+>", str(world.article.pk), path)
        addresses.append("/" + re.sub(r"\(\?P<\w+>[^)]*\)|[\\^$?]", "1", path))
    return addresses


def linked(responses: Iterable[HttpResponseBase]) -> set[str]:
    """The addresses of ours that these answers mention: links, sources, sitemaps, feeds."""
    found = set()
    for response in responses:
        body = text_of(response)
        for address in re.findall(r'(?:href|src|content)="([^"]+)"|<(?:loc|link)>([^<]+)<', body):
            url = urlsplit(html.unescape(address[0] or address[1]))
            if url.hostname in (None, "localhost", "testserver") and url.path.startswith("/"):
                found.add(url.path + (f"?{url.query}" if url.query else ""))
    return {path for path in found if not path.startswith(("/static/", "/admin/"))}


def text_of(response: HttpResponseBase) -> str:
    """Body and headers, as text."""
    if response.streaming:
        if not hasattr(response, "read_body"):
            response.read_body = b"".join(response.streaming_content)
        body = response.read_body
    else:
        body = response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = response.cookies.output()
    return f"{headers}\n{cookies}\n{body.decode('utf-8', 'replace')}"


def words_in(text: str, words: dict[str, str]) -> set[str]:
    """The places whose word stands in `text`: as it is, unescaped, unquoted, in any case."""
    return set(_places_in(text, frozenset(words.items())))


@lru_cache(maxsize=200)  # the same page comes in many disguises
def _places_in(text: str, words: frozenset[tuple[str, str]]) -> list[str]:
    once = html.unescape(text)
    readings = {text, once, html.unescape(once), unquote(text)}
    lowered = "\n".join(readings).lower()
    return [place for place, word in words if word.lower() in lowered]


def sweep(
    client: Client, world: World, forbidden: dict[str, str], first: Client
) -> Iterator[tuple[str, set[str]]]:
    """What leaks to `client`: (address and disguise, places whose words it told).

    `first` fetches every reader's address just before, so that whatever it warms is warm.
    """
    client.raise_request_exception = first.raise_request_exception = False
    images = set(examples(world)["articles:picture"])
    asked: dict[str, HttpResponseBase] = {}

    def ask(path: str, method: str = "get", **headers: str) -> Iterator[tuple[str, set[str]]]:
        asked[path] = response = getattr(client, method)(path, **headers)
        # An answer may say again what it was asked.
        told = words_in(text_of(response), forbidden) - words_in(path, forbidden)
        if path in images and response.status_code == 200 and "picture" in forbidden:
            told.add("picture")
        if told:
            yield f"{method.upper()} {path} {headers or ''}".strip(), told

    # Plainly first, and then what tells most, so that a planted leak is found soon.
    known = examples(world)
    telling = [path for name in TELLING for path in known[name]]
    others = [path for name in known if name not in TELLING for path in known[name]]
    for path in telling:
        first.get(path)
        yield from ask(path)
    for path in [*others, *odd_addresses(world)]:
        yield from ask(path)
    for path in telling:
        tag = first.get(path).headers.get("ETag", '"x"')
        for disguise in [*DISGUISES, {"HTTP_IF_NONE_MATCH": tag}]:
            yield from ask(path, **disguise)
        for query in QUERIES:
            yield from ask(path + query)
        for method in ("head", "options", "post"):
            yield from ask(path, method)
    for path in others:
        yield from ask(path, "post")
    for path in panel_addresses(world):
        yield from ask(path)
    for path in sorted(linked(list(asked.values())) - set(asked)):
        yield from ask(path)

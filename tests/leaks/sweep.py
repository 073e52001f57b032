"""Asks every address there is, in every way we could think of, and reads the answers."""

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.leaks.planting import rooms
from tests.leaks.world import World

#: How a request may be dressed up: method, query and headers. Each is a way that opened a text
#: somewhere else.
DISGUISES: list[tuple[str, str, dict[str, str]]] = [
    ("get", "", {"HTTP_ACCEPT": "application/json"}),
    ("get", "", {"HTTP_HX_REQUEST": "true", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}),
    ("get", "", {"HTTP_RANGE": "bytes=0-"}),
    ("get", "", {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
    ("get", "", {"HTTP_USER_AGENT": "GPTBot/1.2"}),
    ("get", "", {"HTTP_USER_AGENT": "facebookexternalhit/1.1"}),
    ("get", "", {"HTTP_IF_NONE_MATCH": "*"}),
    ("get", "", {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET", "HTTP_X_FORWARDED_HOST": "localhost"}),
    ("get", "?format=json", {}),
    ("get", "?side=2", {}),
    ("get", "?amp=1", {}),
    ("get", "?preview=true", {}),
    ("get", "?mode=member&in_preview=1", {}),
    ("head", "", {}),
    ("options", "", {}),
    ("post", "", {}),
]
#: How many sweeps share the disguises: see `sweep`.
TURNS = 4


def routes() -> Iterator[tuple[str, str]]:
    """(name, pattern) of every address outside the panel, and of each of its own ways out."""

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
    with_routes = [room for room in rooms() if hasattr(room, "examples")]
    return {name: found for room in with_routes for name, found in room.examples(world).items()}


def telling() -> list[str]:
    """The routes that show text or pictures, and are asked in every disguise."""
    return [name for room in rooms() for name in getattr(room, "TELLING", ())]


def account_forms(world: World, *namespaces: str) -> dict[str, list[str]]:
    """The routes below /konto/ of these namespaces, each with where it should lead back to."""
    keys = [article.pk for article in world.articles]
    back = f"?next={world.article.get_absolute_url()}"
    return {
        name: [
            f"/{route}{back}".replace("<int:pk>", str(pk))
            for pk in keys[: route.count("<int:pk>") * 9] or [0]
        ]
        for name, route in routes()
        if route.startswith("konto/")
        and route != "konto/"
        and "<slug:" not in route
        and name.rpartition(":")[0] in namespaces
    }


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
    client: Client,
    world: World,
    forbidden: dict[str, str],
    first: Client,
    turn: int | None = None,
) -> Iterator[tuple[str, set[str]]]:
    """What leaks to `client`: (address and disguise, places whose words it told).

    `first` fetches every reader's address just before, so that whatever it warms is warm.

    Every address is asked plainly, and with the ETag that `first` got. With a `turn`, each is asked
    in every `TURNS`th disguise only, and its neighbour in the next ones: every reader tries every
    disguise, and the readers of `TURNS` turns try every disguise at every address.
    """
    client.raise_request_exception = first.raise_request_exception = False
    images = set(examples(world)["articles:picture"])
    asked: dict[str, HttpResponseBase] = {}

    def ask(path: str, method: str = "get", **headers: str) -> Iterator[tuple[str, set[str]]]:
        asked[path] = response = getattr(client, method)(path, **headers)
        # A request that is refused for coming too fast would prove nothing.
        assert response.status_code != 429 or path.partition("?")[0] not in bare, path
        # An answer may say again what it was asked.
        told = words_in(text_of(response), forbidden) - words_in(path, forbidden)
        if path in images and response.status_code in (200, 304) and "picture" in forbidden:
            told.add("picture")
        if told:
            yield f"{method.upper()} {path} {headers or ''}".strip(), told

    # Plainly first, and then what tells most, so that a planted leak is found soon.
    known = examples(world)
    names = telling()
    loud = [path for name in names for path in known[name]]
    bare = {path.partition("?")[0] for path in loud}
    others = [path for name in known if name not in names for path in known[name]]
    for path in loud:
        first.get(path)
        yield from ask(path)
    for path in [*others, *odd_addresses(world)]:
        yield from ask(path)
    for n, path in enumerate(loud):
        tag = first.get(path).headers.get("ETag", '"x"')
        yield from ask(path, HTTP_IF_NONE_MATCH=tag)
        mine = DISGUISES if turn is None else DISGUISES[(n + turn) % TURNS :: TURNS]
        for method, query, headers in mine:
            yield from ask(path + query, method, **headers)
    for path in others:
        yield from ask(path, "post")
    for path in panel_addresses(world):
        yield from ask(path)
    for path in sorted(linked(list(asked.values())) - set(asked)):
        yield from ask(path)

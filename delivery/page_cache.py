"""The visitors' page cache, a WSGI application in front of Django.

Django is asked once for each page and content version.

Whole answers of reading pages, for those who have no session cookie, and of files that are the
same for everyone, such as feeds. What is not in the key is taken out of the request before Django
sees it, so that no header, cookie or parameter can put anything into a page that others get.
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import brotli
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import Error as DatabaseAway
from django.urls import Resolver404, resolve

from delivery.cache import LRUCache
from delivery.content_version import content_version
from delivery.decorators import View, is_for_all, parameters_of

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

#: For each worker process, in bytes; a page with its compressed forms takes some 40,000.
MAX_BYTES = 16 * 1024 * 1024
#: The size of what stands around a page in memory, in bytes, about.
OVERHEAD = 4_000
#: What comes from the visitor beside the headers.
FROM_VISITOR = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_PORT", "RAW_URI"})
#: Set anew with each answer.
OWN_HEADERS = frozenset({"etag", "vary", "content-length", "content-encoding"})


class Key(NamedTuple):
    host: str
    is_secure: bool
    path: str
    query: str


@lru_cache(256)
def best_encoding(accepted: str) -> str:
    """Of «br, gzip;q=0.5»: "br", "gzip" or "", the plain bytes."""
    offered = set()
    for part in accepted.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";")
        if weight.rstrip("0.") != "q=":  # q=0 is a no
            offered.add(name)
    return next((name for name in ("br", "gzip") if name in offered), "")


COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    # As small as a few milliseconds make it: it is done once.
    "br": lambda body: bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=6)),
    "gzip": lambda body: gzip.compress(body, 7, mtime=0),
}


@dataclass
class StoredPage:
    """A page, ready to be sent."""

    headers: Headers
    body: bytes
    tag: str
    answers: dict[str, tuple[Headers, bytes]] = field(default_factory=dict)

    @classmethod
    def of(cls, headers: Headers, body: bytes) -> "StoredPage":
        kept = [(name, value) for name, value in headers if name.lower() not in OWN_HEADERS]
        # Weak: one tag for the same page in every encoding. Of the headers too: whoever confirms
        # what they have go on using those they have. The first header lets nginx keep this
        # page for a second (deploy/nginx.conf); it must stand before the Cache-Control that it
        # overrules, for older versions of nginx.
        tag = f'W/"{hashlib.sha256(repr(kept).encode() + body).hexdigest()[:32]}"'
        own = [("ETag", tag), ("Vary", "Cookie, Accept-Encoding")]
        return cls([("X-Accel-Expires", "1"), *kept, *own], body, tag)

    def in_encoding(self, encoding: str) -> tuple[Headers, bytes]:
        if encoding not in self.answers:
            body = COMPRESS[encoding](self.body)
            headers = [*self.headers, ("Content-Length", str(len(body)))]
            if encoding:
                headers.append(("Content-Encoding", encoding))
            self.answers[encoding] = headers, body
        return self.answers[encoding]

    def is_known_by(self, tags: str) -> bool:
        """Whether one of the tags in If-None-Match is this page's."""
        opaque = self.tag.removeprefix("W/")
        return any(
            tag.strip() == "*" or tag.strip().removeprefix("W/") == opaque
            for tag in tags.split(",")
        )


class PageCache:
    """A WSGI application in front of another."""

    def __init__(self, application: Application, max_bytes: int = MAX_BYTES) -> None:
        self.application = application
        self.cache = LRUCache(max_bytes)
        self.hosts = {host.lower() for host in settings.ALLOWED_HOSTS}
        # As Django finds it: whoever only seems to have one would have each page made anew.
        self.session = re.compile(rf"(?:^|;)\s*{re.escape(settings.SESSION_COOKIE_NAME)}\s*=")

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        key = self.key_of(environ)
        if key is None:
            return self.application(environ, start)
        try:
            page = self.cache.get(key, content_version(in_request=False))
            if page is None:
                page = self.made(key, environ)
        except DatabaseAway:
            # Django says so in the portal's dress.
            return self.application(environ, start)
        if isinstance(page, StoredPage):
            return answer(page, environ, start)
        status, headers, body = page
        start(status, headers)
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def key_of(self, environ: Environ) -> Key | None:
        """None for what is not a visitor's reading of a page, or anyone's of a file for all, at one
        of our own hosts."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return None
        host, _, port = environ.get("HTTP_HOST", "").lower().partition(":")
        if host not in self.hosts or not (port.isdecimal() or not port):
            return None
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        view = view_at(path)
        if view is None or (known := parameters_of(view)) is None:
            return None
        if self.has_session(environ) and not is_for_all(view):
            return None
        if query:
            query = known_part(query, known)
        return Key(host, is_secure(environ), path, query)

    def has_session(self, environ: Environ) -> bool:
        return self.session.search(environ.get("HTTP_COOKIE", "")) is not None

    def made(self, key: Key, environ: Environ) -> "StoredPage | tuple[str, Headers, bytes]":
        """The page, made by one thread while the others wait; or what isn't to be kept."""
        with self.cache.making(key):
            version = content_version(in_request=False)
            if page := self.cache.get(key, version):
                return page  # type: ignore[no-any-return]
            status, headers, body = self.ask(cleaned(environ, key))
            if not may_be_kept(status, headers):
                is_cut = environ.get("QUERY_STRING", "") != key.query
                # A redirect may go by what was cut, and a member is told so in their own page.
                if status.startswith("404 ") and (is_cut or self.has_session(environ)):
                    return self.ask(environ)
                return status, headers, body
            page = StoredPage.of(headers, body)
            # Compressed as well, and twice: less than the page again.
            self.cache.set(key, page, 2 * len(body) + OVERHEAD, version)
            return page

    def ask(self, environ: Environ) -> tuple[str, Headers, bytes]:
        said: list[Any] = []

        def start(status: str, headers: Headers, exc_info: Any = None) -> None:
            said[:] = [status, headers]

        answer = self.application(environ, start)
        try:
            body = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close:
                close()
        return said[0], said[1], body


def answer(page: StoredPage, environ: Environ, start: Start) -> Iterable[bytes]:
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags and page.is_known_by(tags):
        start("304 Not Modified", page.headers)
        return []
    headers, body = page.in_encoding(best_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")))
    start("200 OK", headers)
    return [body] if environ["REQUEST_METHOD"] == "GET" else []


def is_secure(environ: Environ) -> bool:
    """As Django will see it."""
    scheme = environ["wsgi.url_scheme"]
    if settings.SECURE_PROXY_SSL_HEADER and (said := environ.get("HTTP_X_FORWARDED_PROTO")):
        scheme = said.partition(",")[0].strip()
    return bool(scheme == "https")


@lru_cache(1024)
def view_at(path: str) -> View | None:
    """None where none lies there."""
    try:
        # As Django decodes it: WSGI hands bytes on as Latin-1.
        return resolve(path.encode("latin-1").decode()).func
    except (Resolver404, UnicodeError, ValidationError):
        return None


def known_part(query: str, known: frozenset[str]) -> str:
    """Of «utm_source=x&side=02», for a page that knows `side`: «side=2»."""
    try:
        given = dict(parse_qsl(query, max_num_fields=50))
    except ValueError:
        return ""
    numbers = {name: given[name] for name in sorted(known) if given.get(name, "").isdecimal()}
    return "&".join(f"{name}={int(value[:6])}" for name, value in numbers.items())


def cleaned(environ: Environ, key: Key) -> Environ:
    """The request as any visitor could have made it: nothing of theirs but the key."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("HTTP_") and name not in FROM_VISITOR
    }
    scheme = "https" if key.is_secure else "http"
    return {
        **kept,
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": key.query,
        "HTTP_HOST": key.host,
        "HTTP_X_FORWARDED_PROTO": scheme,
        "wsgi.url_scheme": scheme,
    }


def may_be_kept(status: str, headers: Headers) -> bool:
    """Only what says itself that it is the same for every visitor."""
    named: dict[str, list[str]] = {}
    for name, value in headers:
        named.setdefault(name.lower(), []).append(value)
    return (
        status.startswith("200 ")
        and "set-cookie" not in named
        and named.get("cache-control") in (["no-cache"], ["public, no-cache"])
        and named.get("vary") == ["Cookie"]
    )

"""The visitors' page cache, a WSGI application in front of Django.

Django renders each page once for each content version.

The cache holds whole responses: reading pages for visitors without a session cookie, and files that
are the same for everyone, such as feeds. It removes everything outside the key from the request
before Django sees it. So no header, cookie or parameter can change a page that others get.
"""

import gzip
import hashlib
import logging
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
from delivery.decorators import View, is_for_all, is_reading_page, parameters_of

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

#: Bytes, for each worker process. A page with its compressed forms takes about 40,000.
MAX_BYTES = 16 * 1024 * 1024
#: The estimated memory that a page needs besides its body, in bytes.
OVERHEAD = 4_000
#: The visitor's values in the environment, besides the headers.
FROM_VISITOR = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_PORT", "RAW_URI"})
#: The cache sets these itself.
OWN_HEADERS = frozenset({"etag", "vary", "content-length", "content-encoding"})


class Key(NamedTuple):
    host: str
    is_secure: bool
    path: str
    query: str


@lru_cache(256)
def best_encoding(accepted: str) -> str:
    """The best encoding in a header such as «br, gzip;q=0.5»: "br", "gzip", or "" for none."""
    offered = set()
    for part in accepted.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";")
        if weight.rstrip("0.") != "q=":  # q=0 refuses it
            offered.add(name)
    return next((name for name in ("br", "gzip") if name in offered), "")


COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    # Each page is compressed once, so a few milliseconds are well spent.
    "br": lambda body: bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=6)),
    "gzip": lambda body: gzip.compress(body, 7, mtime=0),
}


@dataclass
class StoredPage:
    """A page that is ready to send."""

    headers: Headers
    body: bytes
    tag: str
    answers: dict[str, tuple[Headers, bytes]] = field(default_factory=dict)

    @classmethod
    def of(cls, headers: Headers, body: bytes) -> "StoredPage":
        kept = [(name, value) for name, value in headers if name.lower() not in OWN_HEADERS]
        # The tag is weak because the page has the same tag in every encoding. It covers the headers
        # too, because a browser that gets a 304 goes on using its old ones. The first header lets
        # nginx cache this page for a second (deploy/nginx.conf). It overrules Cache-Control, and
        # older versions of nginx require it to come first.
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
        """Whether `tags`, from If-None-Match, includes this page's tag."""
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
        # The same rule as Django's. A cookie that only looks like a session's must not bypass the
        # cache.
        self.session = re.compile(rf"(?:^|;)\s*{re.escape(settings.SESSION_COOKIE_NAME)}\s*=")

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if answered:
            start = telling(environ, start)
        key = self.key_of(environ)
        if key is None:
            return self.application(environ, start)
        try:
            page = self.cache.get(key, content_version(in_request=False))
            if page is None:
                page = self.made(key, environ)
        except DatabaseAway:
            # Django responds with the portal's own error page.
            return self.application(environ, start)
        if isinstance(page, StoredPage):
            return answer(page, environ, start)
        status, headers, body = page
        start(status, headers)
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def key_of(self, environ: Environ) -> Key | None:
        """The key of a request that the cache may answer, else None. That is a visitor's request
        for a reading page or anyone's for a file for all, at one of our own hosts."""
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
        """The page, made by one thread while others wait. A response that may not be kept is
        returned as its status, headers and body."""
        with self.cache.making(key):
            version = content_version(in_request=False)
            if page := self.cache.get(key, version):
                return page  # type: ignore[no-any-return]
            status, headers, body = self.ask(cleaned(environ, key))
            if not may_be_kept(status, headers):
                is_cut = environ.get("QUERY_STRING", "") != key.query
                # A redirect may depend on the removed query. A member gets a 404 page of their own.
                if status.startswith("404 ") and (is_cut or self.has_session(environ)):
                    return self.ask(environ)
                return status, headers, body
            page = StoredPage.of(headers, body)
            # The two compressed forms together are smaller than the page.
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


#: Called for each answered GET for a reading page, from the cache or not. What they read of the
#: request, such as «fra=brev-12», isn't in the key, so no page depends on it.
answered: list[Callable[[Environ], None]] = []


def telling(environ: Environ, start: Start) -> Start:
    """`start`, which tells those in `answered` once a reading page is answered."""
    if environ["REQUEST_METHOD"] != "GET":
        return start
    view = view_at(environ.get("PATH_INFO", ""))
    if view is None or not is_reading_page(view):
        return start

    def start_and_tell(status: str, headers: Headers, *rest: Any) -> Any:
        if status.startswith(("200 ", "304 ")):
            for tell in answered:
                try:
                    tell(environ)
                except Exception:  # no count is worth a page
                    logger.exception("%s failed", tell.__module__)
        return start(status, headers, *rest)

    return start_and_tell


def path_of(environ: Environ) -> str:
    """The path of a request, decoded as in Django. What isn't text is replaced."""
    path: str = environ.get("PATH_INFO", "")
    return path.encode("latin-1", "replace").decode("utf-8", "replace")


def answer(page: StoredPage, environ: Environ, start: Start) -> Iterable[bytes]:
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags and page.is_known_by(tags):
        start("304 Not Modified", page.headers)
        return []
    headers, body = page.in_encoding(best_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")))
    start("200 OK", headers)
    return [body] if environ["REQUEST_METHOD"] == "GET" else []


def is_secure(environ: Environ) -> bool:
    """Whether Django will treat the request as secure."""
    scheme = environ["wsgi.url_scheme"]
    if settings.SECURE_PROXY_SSL_HEADER and (said := environ.get("HTTP_X_FORWARDED_PROTO")):
        scheme = said.partition(",")[0].strip()
    return bool(scheme == "https")


@lru_cache(1024)
def view_at(path: str) -> View | None:
    """The view at `path`, or None."""
    try:
        # Decoded as in Django: WSGI passes bytes as Latin-1.
        return resolve(path.encode("latin-1").decode()).func
    except (Resolver404, UnicodeError, ValidationError):
        return None


def known_part(query: str, known: frozenset[str]) -> str:
    """The `known` parameters in `query`. With `side`, «utm_source=x&side=02» gives «side=2»."""
    try:
        given = dict(parse_qsl(query, max_num_fields=50))
    except ValueError:
        return ""
    numbers = {name: given[name] for name in sorted(known) if given.get(name, "").isdecimal()}
    return "&".join(f"{name}={int(value[:6])}" for name, value in numbers.items())


def cleaned(environ: Environ, key: Key) -> Environ:
    """The request without anything from this visitor except the key."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("HTTP_") and name not in FROM_VISITOR
    }
    scheme = "https" if key.is_secure else "http"
    # A sitemap names its host with the port, which isn't in the key.
    host = settings.SITE.netloc if key.host == settings.SITE_HOST else key.host
    return {
        **kept,
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": key.query,
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_PROTO": scheme,
        "wsgi.url_scheme": scheme,
    }


def may_be_kept(status: str, headers: Headers) -> bool:
    """Only a response whose headers say that it is the same for every visitor."""
    named: dict[str, list[str]] = {}
    for name, value in headers:
        named.setdefault(name.lower(), []).append(value)
    return (
        status.startswith("200 ")
        and "set-cookie" not in named
        and named.get("cache-control") in (["no-cache"], ["public, no-cache"])
        and named.get("vary") == ["Cookie"]
    )

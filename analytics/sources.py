"""Where a reader came from, by what the browser and the address say."""

import re
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from analytics.models import What

#: Search engines, and assistants that answer with links.
ENGINES = re.compile(
    r"(?:^|\.)(?:google|bing|duckduckgo|ecosia|qwant|startpage|yahoo|yandex|baidu|kvasir|sesam|kagi"
    r"|mojeek|search\.brave|swisscows|perplexity|chatgpt|copilot\.microsoft|gemini\.google)\.[a-z.]+$"
)
FEED_READERS = re.compile(
    r"(?:^|\.)(?:feedly\.com|inoreader\.com|newsblur\.com|theoldreader\.com|feedbin\.com|feeder\.co"
    r"|netvibes\.com|bazqux\.com|reeder\.app)$"
)
#: A mail's link says which mails it is from: newsletter/arrivals.py.
MAILS = re.compile(r"(?:^|&)fra=[a-z]")
#: No IP address: those end in a number.
HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+")
LONGEST = 100


class Source(NamedTuple):
    what: str = ""
    #: The host of another site.
    host: str = ""


def source_of(environ: dict[str, Any]) -> Source:
    if MAILS.search(environ.get("QUERY_STRING", "")):
        return Source(What.FROM_MAILS)
    said = environ.get("HTTP_REFERER")
    return source_at(said[:300]) if said else Source()


@lru_cache(4096)
def source_at(address: str) -> Source:
    """The source at the address of the page before this one. It is Source() for no address."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower().removeprefix("www.")
    except ValueError:
        return Source()
    if host == settings.SITE_HOST.removeprefix("www."):
        is_search = parts.path.startswith("/sok/")
        return Source(What.FROM_SEARCH if is_search else What.FROM_OWN)
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(host):
        return Source()
    if ENGINES.search(host):
        return Source(What.FROM_ENGINES)
    if FEED_READERS.search(host):
        return Source(What.FROM_FEEDS)
    return Source(What.FROM_ELSEWHERE, host if len(host) <= LONGEST else "")

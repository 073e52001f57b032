"""Asks another site for the title and the picture of a video or sound: once, by the worker.

Only the addresses on the list in `publishing/embed_hosts.py` are asked. No answer can lead the
worker elsewhere: only https, no redirect is followed, and what is too long or too slow is dropped.
"""

import json
import time
from urllib.parse import urlencode, urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.characters import clean
from articles.models import Embed, Picture
from articles.publishing.embed_hosts import Host, host_of
from articles.slugs import norwegian_slug

#: Seconds: for each step, and for all of an answer.
STEP, WHOLE = 5, 20
MAX_JSON, MAX_PICTURE = 200_000, 5_000_000
#: Answers that another try won't change: the video is gone, private, or never was.
FINAL = {400, 401, 403, 404, 410, 422, 501}


class RefusedError(Exception):
    """The other site has answered, and there is nothing to show."""


def fetch(embed: Embed) -> bool:
    """Ask for what isn't known yet. True if there was something to show.

    Raises requests.RequestException if the other site should be asked again later.
    """
    host = host_of(embed.url)
    if embed.fetched_at or host is None or not host.endpoint:
        return False
    try:
        told = asked(host, embed.url)
        embed.title = " ".join(clean(str(told.get("title") or "")).split())[:200]
        embed.picture = picture_of(host, told, embed.title)
    except RefusedError:
        pass
    embed.fetched_at = timezone.now()
    embed.save()
    return bool(embed.title or embed.picture)


def asked(host: Host, url: str) -> dict[str, object]:
    query = urlencode({"url": url, "format": "json", "maxwidth": 1280})
    data = got(f"{host.endpoint}?{query}", (str(urlsplit(host.endpoint).hostname),), MAX_JSON)
    try:
        told = json.loads(data)
    except ValueError:
        raise RefusedError from None
    if not isinstance(told, dict):
        raise RefusedError
    return told


def picture_of(host: Host, told: dict[str, object], title: str) -> Picture | None:
    """Its picture, encoded anew as all our pictures are. None if there is none of use."""
    address = told.get("thumbnail_url")
    if not isinstance(address, str):
        return None
    try:
        data = got(address, host.pictures, MAX_PICTURE)
        return Picture.from_bytes(data, f"{norwegian_slug(title)[:60] or 'bilde'}.jpg")
    except (RefusedError, ValidationError):
        return None


def got(url: str, hosts: tuple[str, ...], most: int) -> bytes:
    """The answer at `url`, whose host is one of `hosts`, or ends with one that begins with a dot.

    Raises RefusedError, or requests.RequestException for what may work later.
    """
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
        is_plain = parts.scheme == "https" and parts.netloc.lower() == name
    except ValueError:
        raise RefusedError from None
    if not is_plain or not any(name == h or (h[0] == "." and name.endswith(h)) for h in hosts):
        raise RefusedError
    ends_at, data = time.monotonic() + WHOLE, bytearray()
    headers = {
        "User-Agent": f"{settings.SITE_NAME} (+{settings.SITE_URL})".encode("ascii", "ignore")
    }
    with (
        requests.Session() as session,
        session.get(
            url, timeout=STEP, allow_redirects=False, stream=True, headers=headers
        ) as answer,
    ):
        if answer.status_code in FINAL or answer.is_redirect:
            raise RefusedError
        answer.raise_for_status()
        for chunk in answer.iter_content(16 * 1024):
            data += chunk
            if len(data) > most:
                raise RefusedError
            if time.monotonic() > ends_at:
                raise requests.Timeout
    return bytes(data)

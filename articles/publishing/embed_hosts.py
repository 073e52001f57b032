"""The hosts whose videos and sound an article may show as a card, and how they are asked.

An allow-list: the worker fetches from these addresses and no other.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings


@dataclass(frozen=True)
class Host:
    name: str
    #: The hosts of the addresses that editors paste.
    hosts: tuple[str, ...]
    #: Tells a title and a picture, see https://oembed.com. "" if it has none: only a link is shown.
    endpoint: str = ""
    #: The ends of the hosts that its pictures lie at.
    pictures: tuple[str, ...] = ()


HOSTS = {
    "youtube": Host(
        "YouTube",
        ("www.youtube.com", "youtube.com", "m.youtube.com", "youtu.be"),
        "https://www.youtube.com/oembed",
        (".ytimg.com",),
    ),
    "vimeo": Host(
        "Vimeo",
        ("vimeo.com", "www.vimeo.com", "player.vimeo.com"),
        "https://vimeo.com/api/oembed.json",
        (".vimeocdn.com",),
    ),
    "spotify": Host(
        "Spotify",
        ("open.spotify.com",),
        "https://open.spotify.com/oembed",
        (".scdn.co", ".spotifycdn.com"),
    ),
    "soundcloud": Host(
        "SoundCloud",
        ("soundcloud.com", "www.soundcloud.com"),
        "https://soundcloud.com/oembed",
        (".sndcdn.com",),
    ),
    "ted": Host(
        "TED",
        ("www.ted.com", "ted.com"),
        "https://www.ted.com/services/v1/oembed.json",
        (".tedcdn.com",),
    ),
    "nrk": Host("NRK", ("tv.nrk.no", "radio.nrk.no", "www.nrk.no", "nrk.no")),
}
#: Parameters that say where a link was shared, and by whom.
TRACKING = {"si", "feature", "fbclid", "gclid", "pp", "context"}


def allowed() -> dict[str, Host]:
    return {key: HOSTS[key] for key in settings.EMBED_HOSTS if key in HOSTS}


def names() -> str:
    """«YouTube, Vimeo, NRK»"""
    return ", ".join(host.name for host in allowed().values())


def host_of(url: str) -> Host | None:
    """The allowed host of an address, without a user's name, a port or any other trick in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    plain = parts.netloc.lower()
    if parts.scheme != "https" or not parts.path.strip("/"):
        return None
    return next((host for host in allowed().values() if plain in host.hosts), None)


def normal(url: str) -> str:
    """`url` by https and without what tells who shared it. Others than addresses stay as is."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme not in ("http", "https"):
        return url
    query = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if key not in TRACKING and not key.startswith("utm_")
    ]
    return urlunsplit(("https", parts.netloc.lower(), parts.path, urlencode(query), parts.fragment))

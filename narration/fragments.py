"""The player on the pages of articles, and what search engines are told of the sound."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import User
from articles.models import Article, Passage
from articles.models.base import address_of
from articles.structured_data import absolute
from articles.templatetags.reading import json_ld
from delivery.cache import cached_rows
from delivery.fragments import Shared, fragment
from delivery.prepared_sql import Prepared
from narration.hearing import recorded_series
from narration.models import SpokenText, Stream
from narration.reading import read_by
from reading.positions import addresses
from reading.progress import reading_of

SPOKEN: "Prepared[SpokenText]" = Prepared(
    lambda passages: (
        SpokenText.objects.filter(passage__among=passages)
        .order_by("passage__position")
        .defer("sentences")
    )
)
STREAMS: "Prepared[Stream]" = Prepared(
    lambda page: Stream.objects.filter(page=page).defer("chapters").order_by("-pk")
)


def stream_on(article: Article, passages: Sequence[Any], *, is_cut: bool) -> Stream | None:
    """What is heard of the article on a page that shows `passages`.

    It is kept with the article's instance, which lives as long as the page.
    """
    kept: dict[tuple[int, ...], Stream | None] = article.__dict__.setdefault("heard", {})
    if not article.pk or not all(isinstance(passage, Passage) for passage in passages):
        return None  # the page is a preview
    shown = tuple(passage.pk for passage in passages)
    if shown not in kept:
        kept[shown] = _stream(article, shown, is_cut=is_cut)
    return kept[shown]


def _stream(article: Article, shown: tuple[int, ...], *, is_cut: bool) -> Stream | None:
    streams = STREAMS(article.pk)
    if not streams:
        return None
    hashes = [row.hash for row in SPOKEN(among(shown))]
    if len(hashes) != len(shown):
        return None
    return next((s for s in streams if s.is_cut == is_cut and s.hashes == hashes), None)


def among(keys: Sequence[int]) -> str:
    return ",".join(map(str, keys))


class Player(NamedTuple):
    """Addresses are "" for what isn't there."""

    sound: str
    marks: str
    seconds: int
    read_by: str
    is_natural: bool
    is_cut: bool
    next_url: str
    report_url: str
    title: str
    series_title: str
    artwork: str
    #: Where a member's position is sent. A visitor's browser keeps it itself.
    position_url: str = ""


TAKES = ("article", "passages", "gate", "parts", "part", "series_path")


@fragment("article.start", "narration/_player.html", takes=TAKES, order=50)
def player(request: HttpRequest, shared: Shared) -> Player | dict[str, Any]:
    article: Article = shared["article"]
    is_cut = shared["gate"] is not None
    stream = stream_on(article, shared["passages"], is_cut=is_cut)
    onward = shared["parts"][shared["part"] :]
    found = Player(
        sound=stream.sound_url if stream else "",
        marks=reverse("narration:marks", args=[stream.key]) if stream else "",
        seconds=round(stream.seconds) if stream else 60 * article.minutes,
        read_by=read_by(stream),
        is_natural=stream.is_natural if stream else False,
        is_cut=is_cut,
        next_url=address_of(onward[0]) if onward else "",
        report_url=reverse("narration:report", args=[article.pk]) if stream else "",
        title=article.title,
        series_title=article.series_title,
        artwork=reverse("narration:artwork", args=[article.series_slug]),
    )
    user = request.user
    if stream is None or not isinstance(user, User) or not user.keeps_history:
        return found
    found = found._replace(position_url=reverse("narration:position", args=[article.pk]))
    seconds = position_in(request, shared, stream)
    return {**found._asdict(), "position": seconds} if seconds else found


def position_in(request: HttpRequest, shared: Shared, stream: Stream) -> int:
    """The second at which the member goes on: the paragraph where they stopped reading or
    listening, on any device. 0 for the beginning."""
    series = reading_of(request, shared["series_path"])
    row = series.rows.get(shared["article"].pk) if series else None
    place = row.resume_at(shared["article"], shared["passages"]) if row else ""
    return round(second_of(place, stream, shared["passages"])) if place else 0


def second_of(place: str, stream: Stream, passages: Sequence[Passage]) -> float:
    """When the element at `place` is read, or, for one that no voice says, the last before it."""
    begins: dict[str, float] = {}
    for second, address, *_span in stream.marks:
        begins.setdefault(address, second)
    if place in begins:
        return begins[place]
    known = list(addresses([passage.html for passage in passages]))
    before = known[: known.index(place)] if place in known else []
    return next((begins[each] for each in reversed(before) if each in begins), 0)


class InBar(NamedTuple):
    sound: str


@fragment("article.bar", "narration/_bar.html", takes=TAKES, order=50, is_for_all=True)
def player_in_bar(request: HttpRequest, shared: Shared) -> InBar:
    is_cut = shared["gate"] is not None
    stream = stream_on(shared["article"], shared["passages"], is_cut=is_cut)
    return InBar(stream.sound_url if stream else "")


class Audio(NamedTuple):
    json_ld: SafeString


@fragment("head", "narration/_audio.html", takes=("article", "passages", "gate"), is_for_all=True)
def free_audio(request: HttpRequest, shared: Shared) -> Audio | None:
    """For search engines: the sound of the free part, on the page that visitors get."""
    if "passages" not in shared or not isinstance(shared.get("article"), Article):
        return None
    article, passages = shared["article"], shared["passages"]
    if not all(passage.is_public for passage in passages):
        return None
    stream = stream_on(article, passages, is_cut=shared["gate"] is not None)
    return Audio(json_ld(told(article, stream))) if stream else None


def told(article: Article, stream: Stream) -> list[dict[str, Any]]:
    url = absolute(article.get_absolute_url())
    audio = {
        "@type": "AudioObject",
        "name": article.title,
        "contentUrl": absolute(stream.sound_url),
        "encodingFormat": "audio/mpeg",
        "contentSize": str(stream.size),
        "duration": f"PT{round(stream.seconds)}S",
        "inLanguage": "nb",
        "description": read_by(stream),
        "isAccessibleForFree": True,
    }
    return [{"@type": "Article", "@id": url, "audio": audio}]


class Podcast(NamedTuple):
    slug: str
    #: Whether the reader may have an address of their own, with all of it.
    is_member: bool


@fragment("series.after", "narration/_podcast.html", takes=("series",))
def podcast(request: HttpRequest, shared: Shared) -> Podcast | None:
    """The series as a podcast, once a part of it can be heard."""
    series = shared["series"]
    recorded = cached_rows(("podcasts",), recorded_series)
    if series.pk not in recorded:
        return None
    user = request.user
    return Podcast(series.slug, isinstance(user, User) and user.is_active_member)


class Tab(NamedTuple):
    place: str


@fragment("account.tabs", "narration/_tab.html", order=120)
def listening_tab(request: HttpRequest, shared: Shared) -> Tab:
    match = request.resolver_match
    return Tab(match.view_name if match else "")

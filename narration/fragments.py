"""The player on the pages of articles, and what search engines are told of the sound.

They are the same for all readers with equal access, so they are resolved once for a page.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from articles.models import Article, Passage
from articles.models.base import address_of
from articles.structured_data import absolute
from articles.templatetags.reading import json_ld
from delivery.fragments import Shared, fragment
from delivery.prepared_sql import Prepared
from narration.models import SpokenText, Stream
from narration.reading import read_by

SPOKEN: "Prepared[SpokenText]" = Prepared(
    lambda passages: (
        SpokenText.objects.filter(passage__among=passages)
        .order_by("passage__position")
        .defer("sentences")
    )
)
STREAMS: "Prepared[Stream]" = Prepared(
    lambda page: Stream.objects.filter(page=page).defer("marks", "chapters").order_by("-pk")
)


def stream_on(article: Article, passages: Sequence[Any], *, is_cut: bool) -> Stream | None:
    """What is heard of the article on a page that shows `passages`."""
    streams = STREAMS(article.pk) if article.pk else []
    if not streams or not all(isinstance(passage, Passage) for passage in passages):
        return None  # nothing is made, or the page is a preview
    rows = SPOKEN(",".join(str(passage.pk) for passage in passages))
    hashes = [row.hash for row in rows]
    if len(hashes) != len(passages):
        return None
    return next((s for s in streams if s.is_cut == is_cut and s.hashes == hashes), None)


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


TAKES = ("article", "passages", "gate", "parts", "part")


@fragment("article.start", "narration/_player.html", takes=TAKES, order=50, is_for_all=True)
def player(request: HttpRequest, shared: Shared) -> Player:
    return player_on(shared)


@fragment("article.bar", "narration/_bar.html", takes=TAKES, order=50, is_for_all=True)
def player_in_bar(request: HttpRequest, shared: Shared) -> Player:
    return player_on(shared)


def player_on(shared: Shared) -> Player:
    article: Article = shared["article"]
    is_cut = shared["gate"] is not None
    stream = stream_on(article, shared["passages"], is_cut=is_cut)
    onward = shared["parts"][shared["part"] :]
    return Player(
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


class Tab(NamedTuple):
    place: str


@fragment("account.tabs", "narration/_tab.html", order=120)
def listening_tab(request: HttpRequest, shared: Shared) -> Tab:
    match = request.resolver_match
    return Tab(match.view_name if match else "")

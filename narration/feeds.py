"""Podcast feeds: of each series with the free parts, and a member's own with all of it."""

from datetime import datetime
from typing import Any, NamedTuple, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import VISITOR, Reader
from accounts.models import User
from articles.models import Article, Series
from articles.models.by_lines import names_of
from articles.structured_data import absolute
from articles.views.delivering import deliver
from delivery.decorators import public_file
from narration import artwork
from narration.hearing import recorded_series, streams_for
from narration.models import PodcastToken, Stream
from narration.podcast import PodcastFeed, enclosure, guid_of
from narration.reading import read_by
from narration.transcripts import chapters as chapters_of
from narration.transcripts import webvtt
from narration.views import article_at


class Shown(NamedTuple):
    """What a feed is of, and for whom. `token` is empty for everybody's."""

    series: Series
    reader: Reader
    token: str = ""


class Episode(NamedTuple):
    article: Article
    stream: Stream
    number: int
    token: str


class SeriesPodcast(Feed[Episode, Shown]):
    feed_type = PodcastFeed
    language = "nb"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Shown:
        series = get_object_or_404(Series.objects.for_readers(), slug=kwargs["slug"])
        if token := kwargs.get("token", ""):
            return Shown(series, reader_of(token), token)
        return Shown(series, VISITOR)

    def title(self, shown: Shown) -> str:
        return shown.series.title

    def link(self, shown: Shown) -> str:
        return absolute(shown.series.get_absolute_url())

    def feed_url(self, shown: Shown) -> str:
        slug = shown.series.slug
        if shown.token:
            return absolute(reverse("narration:own_feed", args=[shown.token, slug]))
        return absolute(reverse("narration:series_feed", args=[slug]))

    def description(self, shown: Shown) -> str:
        return shown.series.lead

    def feed_extra_kwargs(self, shown: Shown) -> dict[str, Any]:
        cover = absolute(reverse("narration:artwork", args=[shown.series.slug]))
        guid = guid_of(shown.series.pk, shown.token)
        return {"artwork": cover, "is_private": bool(shown.token), "guid": guid}

    def items(self, shown: Shown) -> list[Episode]:
        parts = list(Article.objects.parts_of(shown.series).prefetch_related("by_line__author"))
        streams = streams_for(parts, shown.reader)
        return [
            Episode(part, streams[part.pk], number, shown.token)
            for number, part in enumerate(parts, 1)
            if part.pk in streams
        ]

    def item_title(self, item: Episode) -> str:
        return item.article.title

    def item_link(self, item: Episode) -> str:
        return absolute(item.article.get_absolute_url())

    def item_guid(self, item: Episode) -> str:
        return f"{absolute('/lyd')}#{item.article.pk}"

    item_guid_is_permalink = False

    def item_description(self, item: Episode) -> str:
        lines = [item.article.lead, read_by(item.stream)]
        if item.stream.is_cut:
            lines.append(_("You hear the open part. The rest is for members."))
        return "\n\n".join(line for line in lines if line)

    def item_author_name(self, item: Episode) -> str:
        return ", ".join(names_of(item.article.by_line.all()))

    def item_pubdate(self, item: Episode) -> datetime | None:
        return item.article.first_published_at

    def item_enclosures(self, item: Episode) -> list[Any]:
        return [enclosure(absolute(address(item, "sound")), item.stream.size)]

    def item_extra_kwargs(self, item: Episode) -> dict[str, Any]:
        has_chapters = bool(item.stream.chapters)
        return {
            "number": item.number,
            "seconds": round(item.stream.seconds),
            "read_by": item.stream.reader,
            "transcript": absolute(address(item, "transcript")),
            "chapters": absolute(address(item, "chapters")) if has_chapters else "",
        }


def address(item: Episode, what: str) -> str:
    if item.token:
        return reverse(f"narration:own_{what}", args=[item.token, item.article.pk])
    return reverse(f"narration:{what}", args=[item.stream.key])


series_feed = public_file(SeriesPodcast())


@login_not_required
@require_safe
def cover(request: HttpRequest, slug: str) -> HttpResponse:
    series = get_object_or_404(Series.objects.for_readers(), slug=slug)
    response = HttpResponse(artwork.drawn(series.title, series.pk), content_type="image/png")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def reader_of(token: str) -> Reader:
    """What the member with that token may read, as without a session. Raises Http404."""
    found = PodcastToken.objects.filter(token=token).select_related("user").first()
    if found is None or not found.user.is_active_member:
        raise Http404
    return Reader.of_user(found.user)


def own_stream(token: str, pk: int) -> tuple[Article, Stream, Reader]:
    reader = reader_of(token)
    article = article_at(pk)
    stream = streams_for([article], reader).get(article.pk)
    if stream is None:
        raise Http404
    return article, stream, reader


def private(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@require_safe
def own_feed(request: HttpRequest, token: str, slug: str) -> HttpResponseBase:
    return private(SeriesPodcast()(request, token=token, slug=slug))


@login_not_required
@require_safe
def own_sound(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    _article, stream, _reader = own_stream(token, pk)
    return private(deliver(request, stream.file, stream.size, stream.key))


@login_not_required
@require_safe
def own_transcript(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    article, stream, reader = own_stream(token, pk)
    text = webvtt(stream, article, reader)
    return private(HttpResponse(text, content_type="text/vtt; charset=utf-8"))


@login_not_required
@require_safe
def own_chapters(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    _article, stream, _reader = own_stream(token, pk)
    return private(JsonResponse(chapters_of(stream), content_type="application/json+chapters"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_feeds(request: HttpRequest) -> HttpResponse:
    """A member's own addresses. They are made, and made anew, when the member says so."""
    user = cast(User, request.user)
    if request.method == "POST" and user.is_active_member:
        token, is_new = PodcastToken.objects.get_or_create(user=user)
        if not is_new:
            token.renew()
            messages.success(request, _("The addresses are new. The old ones no longer work."))
        return redirect("narration:own_feeds")
    found = PodcastToken.objects.filter(user=user).first()
    context = {
        "is_active": user.is_active_member,
        "token": found,
        "rows": [(each, own_address(found, each)) for each in recorded()] if found else [],
    }
    return render(request, "narration/own_feeds.html", context)


def own_address(token: PodcastToken, series: Series) -> str:
    return absolute(reverse("narration:own_feed", args=[token.token, series.slug]))


def recorded() -> list[Series]:
    series = Series.objects.with_parts().order_by("title", "pk")
    return list(series.filter(pk__in=recorded_series()))

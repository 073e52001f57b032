"""The sound of articles, and what belongs to it."""

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db.models import BigAutoField, F
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import VISITOR, Reader
from accounts.models import User
from accounts.sign_in.same_origin import same_origin
from articles.models import Article
from articles.views.delivering import deliver
from articles.views.pictures import kept
from delivery.prepared_sql import Prepared
from narration.events import heard_to_the_end
from narration.hearing import is_public, may_hear, streams_for
from narration.models import Stream, WordReport
from narration.transcripts import chapters as chapters_of
from narration.transcripts import webvtt
from reading.models import Reading

STREAMS: "Prepared[Stream]" = Prepared(lambda key: Stream.objects.filter(key=key))


def article_at(pk: int) -> Article:
    """Raises Http404 for an article that readers may not know of."""
    if pk > BigAutoField.MAX_BIGINT:
        raise Http404
    return get_object_or_404(Article.objects.for_readers(), pk=pk)


def stream_for(key: str, reader: Reader) -> Stream:
    """Raises Http404 for a stream that `reader` may not hear, as for one that isn't there."""
    stream = STREAMS.first(key)
    if stream is None or not may_hear(stream, reader):
        raise Http404
    return stream


def private_or_public(request: HttpRequest, stream: Stream, response: HttpResponseBase) -> None:
    is_for_all = Reader.of(request) == VISITOR or is_public(stream)
    if is_for_all:
        kept(request, response)
    else:
        response["Cache-Control"] = "private, no-store"


@login_not_required
@require_safe
def sound(request: HttpRequest, key: str) -> HttpResponseBase:
    stream = stream_for(key, Reader.of(request))
    response = deliver(request, stream.file, stream.size, stream.key)
    private_or_public(request, stream, response)
    return response


@login_not_required
@require_safe
def marks(request: HttpRequest, key: str) -> HttpResponse:
    """Where each sentence begins, for the player."""
    stream = stream_for(key, Reader.of(request))
    response = JsonResponse(stream.told())
    private_or_public(request, stream, response)
    return response


@login_not_required
@require_safe
def transcript(request: HttpRequest, key: str) -> HttpResponse:
    reader = Reader.of(request)
    stream = stream_for(key, reader)
    article = Article.objects.for_readers().get(pk=stream.page_id)
    response = HttpResponse(webvtt(stream, article, reader), content_type="text/vtt; charset=utf-8")
    private_or_public(request, stream, response)
    return response


@login_not_required
@require_safe
def chapters(request: HttpRequest, key: str) -> HttpResponse:
    stream = stream_for(key, Reader.of(request))
    response = JsonResponse(chapters_of(stream), content_type="application/json+chapters")
    private_or_public(request, stream, response)
    return response


class PositionForm(forms.Form):
    seconds = forms.FloatField(min_value=0, max_value=10 * 3600)
    #: Whether the recording came to its end.
    ended = forms.BooleanField(required=False)


@same_origin
@require_POST
def position(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps where a member stopped listening as their reading position."""
    user = cast(User, request.user)
    article = article_at(pk)
    form = PositionForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text(), content_type="text/plain")
    stream = streams_for([article], Reader.of(request)).get(article.pk)
    if stream is None or not user.keeps_history:
        return HttpResponse(status=204)
    row = Reading.of(user, article)
    if form.cleaned_data["ended"] and not stream.is_cut:
        if row.finished_at is None:
            row.finish(is_finished=True)
            heard_to_the_end.send(Stream, article=article.pk)
    elif seconds := form.cleaned_data["seconds"]:  # not 0, where they had hardly begun
        keep_position(row, stream, seconds)
    return HttpResponse(status=204)


def keep_position(row: Reading, stream: Stream, seconds: float) -> None:
    heard = [mark[1] for mark in stream.marks if mark[0] <= seconds + 0.5]
    if heard and heard[-1].startswith("b-"):
        row.keep_position(heard[-1])


#: How many different words may wait for the editors of an article. Anybody can report.
MOST_WORDS = 200


class ReportForm(forms.Form):
    word = forms.CharField(max_length=100)
    address = forms.SlugField(max_length=80, required=False)


@login_not_required
@same_origin
@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A listener says that a word is said wrongly."""
    article = article_at(pk)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text(), content_type="text/plain")
    word, address = form.cleaned_data["word"], form.cleaned_data["address"]
    words = WordReport.objects.filter(page=article.pk)
    is_known = words.filter(word=word).update(times=F("times") + 1, reported_at=timezone.now())
    if not is_known and words.count() < MOST_WORDS:
        words.get_or_create(page_id=article.pk, word=word, defaults={"address": address})
    return HttpResponse(status=204)

"""The sound of articles, and what belongs to it."""

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
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Reader
from accounts.sign_in.same_origin import same_origin
from articles.models import Article
from articles.views.pictures import kept
from narration.delivering import deliver
from narration.hearing import is_public, may_hear
from narration.models import Stream, WordReport
from narration.transcripts import chapters as chapters_of
from narration.transcripts import webvtt


def stream_for(key: str, reader: Reader) -> Stream:
    """Raises Http404 for a stream that `reader` may not hear, as for one that isn't there."""
    stream = Stream.objects.filter(key=key).first()
    if stream is None or not may_hear(stream, reader):
        raise Http404
    return stream


def private_or_public(request: HttpRequest, stream: Stream, response: HttpResponseBase) -> None:
    if is_public(stream):
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


class ReportForm(forms.Form):
    word = forms.CharField(max_length=100)
    address = forms.SlugField(max_length=80, required=False)


@login_not_required
@same_origin
@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A listener says that a word is said wrongly."""
    if pk > BigAutoField.MAX_BIGINT:
        raise Http404
    article = get_object_or_404(Article.objects.for_readers(), pk=pk)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text(), content_type="text/plain")
    row, is_new = WordReport.objects.get_or_create(
        page_id=article.pk,
        word=form.cleaned_data["word"],
        defaults={"address": form.cleaned_data["address"]},
    )
    if not is_new:
        row.times = F("times") + 1
        row.save()
    return HttpResponse(status=204)

"""The sound of one article, in the panel."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.auth import require_admin_access

from accounts.models import User
from articles.models import Article
from articles.views.delivering import deliver
from narration.admin.forms import UploadForm
from narration.engines.base import Engine, EngineFailed, Unreadable
from narration.engines.chosen import chosen
from narration.jobs import keep_recording, narrate_article, take_upload
from narration.models import Narration, Pronunciation, Recording, SpokenText, Upload, WordReport
from narration.sound import clips
from narration.sound.ffmpeg import FfmpegFailed
from narration.sound.loudness import gain_for
from narration.speaking import speak
from narration.uploading import says_locked, withdraw


class Part(NamedTuple):
    """A passage, what is heard of it, and an editor's recording of an older text of it."""

    number: int
    access: str
    words: int
    recording: Recording | None
    outdated: Recording | None
    changes: "list[tuple[str, str]]"
    text: SpokenText


def allowed(request: HttpRequest, pk: int) -> Article:
    """Raises Http404, and PermissionDenied for staff who may not publish the article."""
    article = get_object_or_404(Article, pk=pk)
    if not article.permissions_for_user(cast(User, request.user)).can_publish():
        raise PermissionDenied
    return article


@require_admin_access
def sound(request: HttpRequest, pk: int) -> HttpResponse:
    """State and recordings of an article, and the form for an editor's own."""
    article = allowed(request, pk)
    parts = list(parts_of(article))
    form = UploadForm(texts=[part.text for part in parts])
    if request.method == "POST":
        if request.POST.get("do") != "upload":
            act(request, article, parts)
            return redirect("narration_sound", article.pk)
        form = UploadForm(request.POST, request.FILES, texts=[part.text for part in parts])
        if form.is_valid():
            upload = Upload.objects.create(page_id=article.pk, **form.cleaned_data)
            take_upload.enqueue(upload.pk)
            messages.success(request, _("The recording is received, and is made ready now."))
            return redirect("narration_sound", article.pk)
    context: dict[str, Any] = {
        "article": article,
        "header_title": _("Sound of «%s»") % article.get_admin_display_title(),
        "edit_url": reverse("wagtailadmin_pages:edit", args=[article.pk]),
        "state": Narration.objects.filter(page_id=article.pk).first(),
        "engines": [engine for engine in chosen() if engine.is_available()],
        "parts": parts,
        "form": form,
        "uploads": Upload.objects.filter(page_id=article.pk),
        "reports": WordReport.objects.filter(page_id=article.pk),
    }
    return render(request, "wagtailadmin/narration/sound.html", context)


def parts_of(article: Article) -> Iterator[Part]:
    speak(article)  # without an engine the worker never has
    texts = SpokenText.objects.filter(passage__page=article.pk).order_by("passage__position")
    texts = texts.select_related("passage")
    voices = [engine.voice for engine in chosen() if engine.is_available()]
    found = Recording.objects.best([text.hash for text in texts], voices, article.pk)
    own = {row.position: row for row in Recording.objects.uploaded().filter(page=article.pk)}
    for text in texts:
        recording, uploaded = found.get(text.hash), own.get(text.passage.position)
        outdated = uploaded if uploaded and uploaded.hash != text.hash else None
        yield Part(
            text.passage.position + 1,
            text.passage.get_access_display(),
            text.passage.words,
            recording,
            outdated,
            list(changes(outdated, text)) if outdated else [],
            text,
        )


def changes(recording: Recording, text: SpokenText) -> Iterator[tuple[str, str]]:
    """Pairs of what the recording reads and what stands there now, where they differ."""
    before, after = [row[0] for row in recording.sentences], [row[0] for row in text.sentences]
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield " ".join(before[a:b]), " ".join(after[c:d])


def act(request: HttpRequest, article: Article, parts: list[Part]) -> None:
    """Does what a button of the page says."""
    match request.POST.get("do", "").split(":"):
        case ["again"]:
            Narration.queue([article.pk])
            narrate_article.enqueue(article.pk)
            messages.success(request, _("The recording is made now."))
        case ["keep", number, seen]:
            for part in parts:
                if part.outdated and str(part.outdated.pk) == number and part.text.hash == seen:
                    keep_outdated(request, part.outdated, part.text)
        case ["withdraw", number]:
            own = Recording.objects.uploaded().filter(page=article.pk)
            for recording in own.filter(pk=number[:18] if number.isdecimal() else 0):
                withdraw(recording)
                narrate_article.enqueue(article.pk)
                messages.success(request, _("The recording is withdrawn."))
        case ["forget", number]:
            for upload in Upload.objects.filter(page=article.pk):
                if str(upload.pk) == number:
                    upload.delete()
        case ["handled", number]:
            for report in WordReport.objects.filter(page=article.pk):
                if str(report.pk) == number:
                    report.delete()


def keep_outdated(request: HttpRequest, recording: Recording, text: SpokenText) -> None:
    if says_locked(recording, text):
        line = _("The recording says what is for members only now. Upload a new one.")
        messages.error(request, line)
        return
    keep_recording.enqueue(recording.pk, text.hash)
    messages.success(request, _("Your recording is used again in a moment."))


@require_admin_access
def recording(request: HttpRequest, pk: int, recording: int) -> HttpResponseBase:
    """One recording of the article's, for the staff who may publish it."""
    article = allowed(request, pk)
    for part in parts_of(article):
        for found in (part.recording, part.outdated):
            if found and found.pk == recording:
                response = deliver(request, found.file, found.size, f"{found.pk}-{found.size}")
                response["Cache-Control"] = "private, no-store"
                return response
    raise Http404


@require_admin_access
def pronounced(request: HttpRequest, pk: int) -> HttpResponse:
    """How the first engine says a word of the list."""
    if not request.user.has_perm("narration.view_pronunciation"):
        raise PermissionDenied
    word = get_object_or_404(Pronunciation, pk=pk)
    data = said_by(chosen(), word.spoken)
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type="audio/mpeg")
    response["Cache-Control"] = "private, no-store"
    return response


def said_by(engines: list[Engine], words: str) -> bytes | None:
    for engine in engines:
        if not engine.is_available():
            continue
        try:
            with engine:
                return clips.encode(engine.synthesise(words), 0.3, gain_for(engine)).data
        except (EngineFailed, Unreadable, FfmpegFailed):
            continue
    return None

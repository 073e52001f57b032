"""What the narration leaves to the worker, in a lane of its own: an article may take minutes, and
hundreds may be queued at once."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django_tasks import task

from articles.models import Article
from narration.making import narrate
from narration.models import Narration, Recording, SpokenText, Stream, Upload
from narration.models.narrations import State
from narration.uploading import keep, says_locked, take
from worker.jobs import job
from worker.models import QueuedTask

#: The most articles that are queued at once.
AT_ONCE = 500
#: How long a recording is kept that no stream is made of.
KEPT = timedelta(days=7)


@task(backend="worker", queue_name="sound")
def narrate_article(pk: int) -> None:
    """Makes what is missing of an article's recordings. Raises NothingReads: it is tried again."""
    narrate(pk)


@task(backend="worker", queue_name="sound")
def take_upload(pk: int) -> None:
    """Makes recordings of what an editor has uploaded. The streams follow."""
    if upload := Upload.objects.filter(pk=pk, error="").first():
        take(upload, then=partial(narrate_article.enqueue, upload.page_id))


@task(backend="worker", queue_name="sound")
def keep_recording(pk: int, key: str) -> None:
    """Uses an editor's recording for a text that has changed since, if its hash is still `key`."""
    recording = Recording.objects.uploaded().filter(pk=pk).first()
    if recording is None or recording.position is None:
        return
    texts = SpokenText.objects.filter(passage__page=recording.page_id, hash=key)
    text = texts.filter(passage__position=recording.position).first()
    if text and not says_locked(recording, text):
        keep(recording, text)
        narrate(text.passage.page_id)


@job(every=3600, lane="sound")
def narrate_what_was_there() -> None:
    """After an update that brings the narration, or when an engine is set up for the first time.

    Also where a task came to nothing: readers didn't know of the article yet, or a worker died.
    """
    if settings.NARRATION_ENGINES:
        known = Narration.objects.filter(page=OuterRef("pk"), state__in=[State.READY, State.FAILED])
        articles = Article.objects.for_readers().filter(~Exists(known)).order_by("path")
        queued = {pk for (pk,) in QueuedTask.objects.arguments_of(narrate_article)}
        keys = [pk for pk in articles.values_list("pk", flat=True) if pk not in queued][:AT_ONCE]
        Narration.queue(keys)
        for key in keys:
            narrate_article.enqueue(key)


@job(every=86_400, lane="sound")
def forget_recordings() -> None:
    """Delete the recordings of texts that are no longer published, except the editors' own."""
    used = {pk for parts in Stream.objects.values_list("parts", flat=True) for pk, _hash in parts}
    old = Recording.objects.made().filter(made_at__lt=timezone.now() - KEPT)
    for recording in old.iterator():
        if recording.pk not in used:
            recording.delete()

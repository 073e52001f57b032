"""What the narration leaves to the worker. All of it may wait for pictures and mails."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from narration.making import narrate
from narration.models import Recording, Stream
from worker.jobs import job

#: How long a recording is kept that no stream is made of.
KEPT = timedelta(days=7)


@task(backend="worker", queue_name="slow")
def narrate_article(pk: int) -> None:
    """Makes what is missing of an article's recordings. Raises NothingReads: it is tried again."""
    narrate(pk)


@job(every=86_400, lane="slow")
def forget_recordings() -> None:
    """Delete the recordings of texts that are no longer published, except the editors' own."""
    used = {pk for parts in Stream.objects.values_list("parts", flat=True) for pk, _hash in parts}
    old = Recording.objects.made().filter(made_at__lt=timezone.now() - KEPT)
    for recording in old.iterator():
        if recording.pk not in used:
            recording.delete()

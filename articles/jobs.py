"""The articles' tasks and recurring jobs for the worker."""

from django.core.management import call_command
from django_tasks import task

from articles.models import Picture
from worker.jobs import job
from worker.models import QueuedTask


@job(every=10)
def publish_due() -> None:
    call_command("publish_scheduled", verbosity=0)


@task(backend="worker", queue_name="slow")
def prepare_picture(pk: int) -> None:
    """Does nothing if the picture is deleted or prepared already."""
    if picture := Picture.objects.filter(pk=pk, is_prepared=False).first():
        picture.prepare()


@job(every=3600, lane="slow")
def prepare_pictures_left() -> None:
    """Queues the pictures that were never queued, and those whose task failed for good."""
    queued = QueuedTask.objects.arguments_of(prepare_picture)
    for pk in Picture.objects.filter(is_prepared=False).values_list("pk", flat=True):
        if [pk] not in queued:
            prepare_picture.enqueue(pk)

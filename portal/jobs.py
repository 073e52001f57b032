"""The portal's recurring jobs for the worker."""

from django.core.management import call_command

from worker.jobs import job


@job(every=24 * 60 * 60, lane="slow")
def clean_media() -> None:
    call_command("clean_media", verbosity=0)

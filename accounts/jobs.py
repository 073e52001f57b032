"""The worker's jobs for accounts."""

from django.core.cache import caches
from django.core.management import call_command

from accounts.member_imports import continue_import, forget_imports
from accounts.models import Invitation, Limit, MemberImport
from accounts.own_data import erase_who_has_left
from worker.jobs import job
from worker.models import QueuedTask


def forget_invitations() -> None:
    Invitation.objects.forget()


for forgets in (erase_who_has_left, forget_imports, forget_invitations):
    job(every=3600, lane="slow")(forgets)


@job(every=600, lane="slow")
def forget_limits() -> None:
    Limit.objects.forget()
    caches["default"].forget()  # type: ignore[attr-defined]


@job(every=3600, lane="slow")
def clear_sessions() -> None:
    """Delete sessions that have ended, with the personal data in them."""
    call_command("clearsessions", verbosity=0)


@job(every=60)
def continue_imports_left() -> None:
    """Queue each unfinished import that is not in the queue."""
    queued = QueuedTask.objects.arguments_of(continue_import)
    for pk in MemberImport.objects.at_work().values_list("pk", flat=True):
        if [pk] not in queued:
            continue_import.enqueue(pk)

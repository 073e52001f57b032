"""The rows of the worker: what recurs, and what is to be done once. A worker claims a row first."""

import uuid
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task


class ClaimedRowQuerySet(models.QuerySet[Any]):
    def due(self) -> Self:
        """Neither claimed by a worker that is alive, nor to be left until later."""
        return self.filter(due_at__lte=timezone.now())

    def claim_next(self) -> Any:
        """The first of the due rows, claimed; None where another worker was quicker, or where there
        is none."""
        row = self.due().order_by("due_at", "pk").first()
        return row if row and row.claim() else None


class ClaimedRow(models.Model):
    """A claim is a lease: a worker that lives renews it, and one that died loses the row with it.

    So a row is in the hands of one worker at a time, on any number of machines, as long as their
    clocks differ by less than the lease.
    """

    LEASE = timedelta(seconds=45)

    #: When it may be claimed: later than now while it is claimed, or where it waits.
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    #: Which claim holds it, "" where none does.
    claimed_by = models.CharField(max_length=32, blank=True)

    objects: ClassVar[Any] = ClaimedRowQuerySet.as_manager()

    class Meta:
        abstract = True

    def claim(self) -> bool:
        """Whether this worker was the first."""
        claim, until = uuid.uuid4().hex, timezone.now() + self.LEASE
        seen = type(self).objects.filter(pk=self.pk, due_at=self.due_at, claimed_by=self.claimed_by)
        if not seen.update(claimed_by=claim, due_at=until):
            return False
        self.claimed_by, self.due_at = claim, until
        return True

    def renew(self) -> bool:
        """Whether the claim still held, and so does for another LEASE."""
        return bool(self._own().update(due_at=timezone.now() + self.LEASE))

    def release(self, due_in: timedelta, **fields: Any) -> bool:
        """Give it back, to be claimed again after `due_in`. False where the claim was lost."""
        due_at = timezone.now() + due_in
        return bool(self._own().update(claimed_by="", due_at=due_at, **fields))

    def _own(self) -> "models.QuerySet[Any]":
        return type(self).objects.filter(pk=self.pk, claimed_by=self.claimed_by)


class RecurringJob(ClaimedRow):
    """When a job is due again (worker/jobs.py); made the first time a worker knows of the job."""

    name = models.CharField(max_length=200, primary_key=True)

    def __str__(self) -> str:
        return self.name


class QueuedTaskQuerySet(ClaimedRowQuerySet):
    def due(self) -> Self:
        return super().due().filter(failed_at=None)

    def arguments_of(self, task: "Task[Any, Any]") -> list[list[Any]]:
        """With what arguments `task` is queued now, or being done."""
        rows = self.filter(path=task.module_path, failed_at=None)
        return [arguments["args"] for arguments in rows.values_list("arguments", flat=True)]


class QueuedTask(ClaimedRow):
    """A call that is to be made once: of a function that `django_tasks.task` has marked."""

    #: Given up after so many tries, which the growing waits stretch over six hours.
    MAX_TRIES = 12
    #: How long one that was given up is kept, for whoever looks into it.
    KEPT = timedelta(days=30)

    lane = models.CharField(max_length=10)
    path = models.CharField(max_length=200)
    #: {"args": […], "kwargs": {…}}
    arguments = models.JSONField()
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    failed_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = QueuedTaskQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["lane", "due_at"], name="tasks_of_a_lane")]

    def __str__(self) -> str:
        return f"{self.path}{self.arguments}"

    def run(self) -> None:
        """Call it, in the worker that has claimed it. Raises whatever the function does."""
        task: Task[Any, Any] = import_string(self.path)
        task.call(*self.arguments["args"], **self.arguments["kwargs"])

    def mark_done(self) -> None:
        self._own().delete()

    def mark_failed(self, error: str) -> None:
        """Try again after 10 s, 20 s, 40 s …; or never, after MAX_TRIES."""
        self.tries += 1
        is_given_up = self.tries >= self.MAX_TRIES
        self.release(
            timedelta(seconds=10 * 2 ** (self.tries - 1)),
            tries=self.tries,
            error=error,
            failed_at=timezone.now() if is_given_up else None,
        )

"""The worker's rows: recurring jobs, and tasks that run once. A worker claims a row first."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task

from worker.jobs import jobs


class ClaimedRowQuerySet(models.QuerySet[Any]):
    def due(self) -> Self:
        """Rows that no live worker has claimed, and whose time has come."""
        return self.filter(due_at__lte=timezone.now())

    def claim_next(self) -> Any:
        """Claim and return the first due row. None if there is none, or if another was quicker."""
        row = self.due().order_by("due_at", "pk").first()
        return row if row and row.claim() else None

    def bring_back(self) -> None:
        """Give a new time to rows that wait longer, or are claimed for longer, than they may.

        Theirs was written before the clock was set back. A live worker renews its claim in time.
        """
        now = timezone.now()
        waits_too_long = Q(pk__in=[])
        for rows, wait in self.model.waits():
            waits_too_long |= rows & Q(due_at__gt=now + wait + ClaimedRow.LEASE)
        self.filter(waits_too_long, claimed_by="").update(due_at=now)
        held_too_long = self.filter(due_at__gt=now + 2 * ClaimedRow.LEASE).exclude(claimed_by="")
        held_too_long.update(due_at=now + ClaimedRow.LEASE)


class ClaimedRow(models.Model):
    """A claim is a lease: a live worker renews it, and a dead one loses the row when it ends.

    So only one worker at a time holds a row, on any number of machines, as long as their clocks
    differ by less than the lease.
    """

    LEASE = timedelta(seconds=45)

    #: When it may be claimed. This is later than now while the row is claimed, or waits.
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    #: The claim that holds it; "" if none does.
    claimed_by = models.CharField(max_length=32, blank=True)

    objects: ClassVar[Any] = ClaimedRowQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def waits(cls) -> Iterable[tuple[Q, timedelta]]:
        """Which rows may wait for how long, without a claim. Others may wait for ever."""
        raise NotImplementedError

    def claim(self) -> bool:
        """Claim the row. False if another worker was quicker."""
        claim, until = uuid.uuid4().hex, timezone.now() + self.LEASE
        seen = type(self).objects.filter(pk=self.pk, due_at=self.due_at, claimed_by=self.claimed_by)
        if not seen.update(claimed_by=claim, due_at=until, **self.changed_by_claim()):
            return False
        self.claimed_by, self.due_at = claim, until
        return True

    def changed_by_claim(self) -> dict[str, Any]:
        """Further fields that a claim sets."""
        return {}

    def renew(self) -> bool:
        """Prolong the claim by another LEASE. False if it was lost."""
        return bool(self._own().update(due_at=timezone.now() + self.LEASE))

    def release(self, due_in: timedelta, **fields: Any) -> bool:
        """Give the row back, to be claimed again after `due_in`. False if the claim was lost."""
        due_at = timezone.now() + due_in
        return bool(self._own().update(claimed_by="", due_at=due_at, **fields))

    def _own(self) -> "models.QuerySet[Any]":
        return type(self).objects.filter(pk=self.pk, claimed_by=self.claimed_by)


class RecurringJob(ClaimedRow):
    """When a job is due again (worker/jobs.py). The first worker to know the job makes the row."""

    name = models.CharField(max_length=200, primary_key=True)

    @classmethod
    def waits(cls) -> Iterable[tuple[Q, timedelta]]:
        return [(Q(name=job.name), timedelta(seconds=job.every)) for job in jobs.values()]

    def __str__(self) -> str:
        return self.name


class QueuedTaskQuerySet(ClaimedRowQuerySet):
    def due(self) -> Self:
        return super().due().filter(failed_at=None)

    def forget(self) -> None:
        """Delete the tasks that were given up long ago."""
        self.filter(failed_at__lt=timezone.now() - QueuedTask.KEPT).delete()

    def arguments_of(self, task: "Task[Any, Any]") -> list[list[Any]]:
        """The arguments of the calls of `task` that are queued or running now."""
        rows = self.filter(path=task.module_path, failed_at=None)
        return [arguments["args"] for arguments in rows.values_list("arguments", flat=True)]


class QueuedTask(ClaimedRow):
    """One call of a function that `django_tasks.task` has marked."""

    #: A task is given up after this many tries. The growing waits stretch them over six hours.
    MAX_TRIES = 12
    #: How long a task that was given up is kept for the operator.
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

    @classmethod
    def waits(cls) -> Iterable[tuple[Q, timedelta]]:
        """A task that was queued for later has a time that somebody chose, and waits for that."""
        yield Q(tries=0, due_at__lte=F("queued_at")), timedelta(0)
        for tries in range(1, cls.MAX_TRIES + 1):
            yield Q(tries=tries), cls.wait_after(tries)

    @staticmethod
    def wait_after(tries: int) -> timedelta:
        """10 s, 20 s, 40 s …"""
        return timedelta(seconds=10 * 2 ** (tries - 1))

    def run(self) -> None:
        """Call the function, in the worker that has claimed the row. Raises what it raises."""
        task: Task[Any, Any] = import_string(self.path)
        task.call(*self.arguments["args"], **self.arguments["kwargs"])

    def changed_by_claim(self) -> dict[str, Any]:
        """A try counts from its beginning: a task may take its worker down with it."""
        self.tries += 1
        return {"tries": self.tries}

    @property
    def is_used_up(self) -> bool:
        """Whether it was begun as often as it may be, and never came to an end."""
        return self.tries > self.MAX_TRIES

    def mark_done(self) -> None:
        self._own().delete()

    def mark_failed(self, error: str) -> None:
        """Try again after 10 s, 20 s, 40 s …, or never, after MAX_TRIES."""
        is_given_up = self.tries >= self.MAX_TRIES
        self.release(
            self.wait_after(self.tries),
            error=error,
            failed_at=timezone.now() if is_given_up else None,
        )

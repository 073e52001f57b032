"""A running worker has a thread for each lane, and renews the claims of busy lanes."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import close_old_connections, connection

from worker.jobs import LANES, Job, jobs
from worker.models import ClaimedRow, QueuedTask, RecurringJob

logger = logging.getLogger(__name__)

#: Seconds that a lane waits before it looks again: IDLE if it found nothing to do, and TROUBLED if
#: it met a fault outside of any job, such as a database that is down.
IDLE, TROUBLED = 0.5, 5


class Lane(threading.Thread):
    """Runs the jobs and tasks of one lane, one at a time, until `stop` is set."""

    def __init__(self, name: str, stop: threading.Event) -> None:
        super().__init__(name=f"lane-{name}", daemon=True)
        self.lane, self.stop = name, stop
        self.jobs = [job for job in jobs.values() if job.lane == name]
        self.due = {job.name: 0.0 for job in self.jobs}
        #: The row that the lane works on, for the thread that renews the claim.
        self.claimed: ClaimedRow | None = None
        #: When its last turn ended, or when it was made.
        self.turned_at = time.monotonic()

    def register(self) -> None:
        """Create a row for each job that has none yet."""
        rows = [RecurringJob(name=job.name) for job in self.jobs if not job.claims_rows]
        RecurringJob.objects.bulk_create(rows, ignore_conflicts=True)

    def run(self) -> None:
        is_registered = False
        while not self.stop.is_set():
            try:
                if not is_registered:
                    self.register()
                    is_registered = True
                wait = 0.0 if self.turn() else IDLE
            except Exception:
                logger.exception("The lane %s was disturbed", self.lane)
                wait = TROUBLED
            close_old_connections()
            self.turned_at = time.monotonic()
            self.stop.wait(wait)
        connection.close()

    def turn(self) -> bool:
        """Run every job that is due, and one task. Returns whether there was anything to do."""
        found = False
        for job in self.jobs:
            if time.monotonic() >= self.due[job.name] and not self.stop.is_set():
                found |= self.do_job(job)
        return self.do_task() or found

    def do_job(self, job: Job) -> bool:
        if job.claims_rows:
            self.attempt(job.name, job.function)
            self.due[job.name] = time.monotonic() + job.every
            return False  # it runs often, and mostly finds nothing to do
        row = RecurringJob.objects.filter(name=job.name).claim_next()
        # Another worker may be running it, or have just done so. It costs little to look again.
        self.due[job.name] = time.monotonic() + min(job.every, 10)
        if row is None:
            return False
        with self.claiming(row):
            self.attempt(job.name, job.function)
        row.release(timedelta(seconds=job.every))
        return True

    def do_task(self) -> bool:
        row = QueuedTask.objects.filter(lane=self.lane).claim_next()
        if row is None:
            return False
        if row.is_used_up:
            row.mark_failed("Every worker that began it died")
            return True
        with self.claiming(row):
            error = self.attempt(row.path, row.run)
        if error is None:
            row.mark_done()
        else:
            row.mark_failed(f"{type(error).__name__}: {error}")
        return True

    @contextmanager
    def claiming(self, row: ClaimedRow) -> Iterator[None]:
        self.claimed = row
        try:
            yield
        finally:
            self.claimed = None

    def attempt(self, name: str, function: Callable[[], Any]) -> Exception | None:
        """Call `function`. A failure must not end the other jobs, nor the worker."""
        try:
            function()
        except Exception as error:
            logger.exception("%s failed", name)
            return error
        return None

    def seconds_since_turn(self) -> float:
        return time.monotonic() - self.turned_at

    @property
    def is_hung(self) -> bool:
        """Whether its turn takes longer than any job or task of the lane may."""
        return self.seconds_since_turn() > LANES[self.lane].total_seconds()

    def renew(self) -> None:
        """Renew the claim, from another thread, so that a long job or task keeps it."""
        if row := self.claimed:
            row.renew()

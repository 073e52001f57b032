"""The clock is set back by an hour, as a wrong clock is once it is mended."""

import threading
import time
from datetime import timedelta

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

from worker import heartbeat, jobs, lanes
from worker.jobs import Job
from worker.lanes import Lane
from worker.management.commands.worker import Command
from worker.models import ClaimedRow, QueuedTask, RecurringJob

pytestmark = pytest.mark.django_db
calls: list[str] = []


@task(backend="worker", queue_name="slow")
def note(what: str) -> None:
    calls.append(what)
    if what == "fails":
        raise ValueError


@pytest.fixture(autouse=True)
def no_calls() -> None:
    calls.clear()


@pytest.fixture(autouse=True)
def local_cache(monkeypatch) -> None:
    """The cache in the database asks a clock that can't be replaced."""
    cache = LocMemCache("clock", {})
    cache.clear()
    monkeypatch.setattr(heartbeat, "cache", cache)


@pytest.fixture
def lane(monkeypatch) -> Lane:
    job = Job("tests.job", lambda: calls.append("job"), 60, "slow", False)
    for module in (lanes, jobs):
        monkeypatch.setattr(module, "jobs", {job.name: job})
    monkeypatch.setattr("worker.models.jobs", jobs.jobs)
    made = Lane("slow", threading.Event())
    made.register()
    made.turn()
    calls.clear()
    made.due["tests.job"] = 0
    return made


@pytest.fixture
def set_back(monkeypatch):
    """Returns a function that sets the clock back, by an hour in all."""
    real, real_time = timezone.now, time.time

    def set_back(by: timedelta = timedelta(hours=1)) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() - by)
        monkeypatch.setattr(time, "time", lambda: real_time() - by.total_seconds())

    return set_back


@pytest.fixture
def keep_alive(monkeypatch):
    """Returns what a worker does every ten seconds, with the row that it holds."""
    # The connection holds the test's transaction.
    monkeypatch.setattr("worker.management.commands.worker.close_old_connections", lambda: None)

    def keep_alive(held: ClaimedRow | None = None) -> None:
        working = Lane("mail", threading.Event())
        working.claimed = held
        Command().keep_alive([working])

    return keep_alive


def test_a_worker_that_died_before_is_late(set_back):
    heartbeat.beat()
    assert heartbeat.age() < heartbeat.MAX_AGE
    set_back()
    assert heartbeat.age() > heartbeat.MAX_AGE


def test_a_worker_that_lives_on_is_well_again(set_back):
    heartbeat.beat()
    set_back()
    heartbeat.beat()
    assert heartbeat.age() < heartbeat.MAX_AGE


def test_clocks_that_differ_by_seconds_are_well(set_back):
    heartbeat.beat()
    set_back(timedelta(seconds=30))
    assert heartbeat.age() < heartbeat.MAX_AGE


def test_a_task_that_was_queued_before_is_done(set_back, keep_alive, lane):
    note.enqueue("x")
    set_back()
    keep_alive()
    lane.turn()
    assert calls[-1] == "x"


def test_a_task_that_was_queued_for_later_waits_for_the_clock(set_back, keep_alive, lane):
    note.using(run_after=timezone.now() + timedelta(hours=2)).enqueue("x")
    set_back()
    keep_alive()
    lane.turn()
    assert "x" not in calls


def test_a_task_that_failed_before_is_tried_again(set_back, keep_alive, lane, caplog):
    note.enqueue("fails")
    while lane.turn():
        pass
    set_back()
    keep_alive()
    lane.turn()
    assert calls.count("fails") == 2


def test_a_task_that_failed_now_waits_as_ever(set_back, keep_alive, lane, caplog):
    set_back()
    keep_alive()
    note.enqueue("fails")
    QueuedTask.objects.update(due_at=timezone.now())  # the field's default is the real clock
    while lane.turn():
        pass
    keep_alive()
    assert not lane.turn()
    assert calls.count("fails") == 1


def test_a_job_that_ran_before_runs_again(set_back, keep_alive, lane):
    set_back()
    keep_alive()
    assert lane.turn()
    assert calls == ["job"]


def test_a_job_that_runs_after_it_waits_as_ever(set_back, keep_alive, lane):
    set_back()
    keep_alive()
    lane.turn()
    keep_alive()
    lane.due["tests.job"] = 0
    assert not lane.turn()


def test_a_claim_of_a_worker_that_died_before_ends_after_a_lease(set_back, keep_alive):
    note.enqueue("x")
    QueuedTask.objects.get().claim()
    set_back()
    keep_alive()
    assert QueuedTask.objects.all().claim_next() is None
    left = QueuedTask.objects.get().due_at - timezone.now()
    assert timedelta(0) < left <= ClaimedRow.LEASE
    set_back(timedelta(hours=1) - ClaimedRow.LEASE)
    assert QueuedTask.objects.all().claim_next()


def test_a_claim_of_a_live_worker_is_never_taken(set_back, keep_alive):
    note.enqueue("x")
    row = QueuedTask.objects.get()
    row.claim()
    set_back()
    assert QueuedTask.objects.all().claim_next() is None  # not even before it is renewed
    keep_alive()  # another worker's
    keep_alive(row)
    assert QueuedTask.objects.all().claim_next() is None
    assert QueuedTask.objects.get().claimed_by == row.claimed_by


def test_no_job_is_ahead_of_its_time_by_more_than_its_wait(set_back):
    call_command("worker", "--once")
    set_back()
    call_command("worker", "--once")
    now = timezone.now()
    for row in RecurringJob.objects.all():
        longest = timedelta(seconds=jobs.jobs[row.name].every) + ClaimedRow.LEASE
        assert row.due_at <= now + longest, row.name

"""A job or a task is done by one worker, once; and by another if that one dies."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.exceptions import InvalidTaskError

from worker import lanes
from worker.jobs import LANES, Job, job, jobs
from worker.lanes import Lane
from worker.models import ClaimedRow, QueuedTask, RecurringJob

pytestmark = pytest.mark.django_db
#: What the tasks below were called with.
calls: list[object] = []


@task(backend="worker", queue_name="slow")
def note(what: str, then: str = "") -> None:
    calls.append((what, then))


@task(backend="worker", queue_name="slow")
def fail() -> None:
    raise ValueError("nei")


@pytest.fixture(autouse=True)
def no_calls() -> None:
    calls.clear()


@pytest.fixture
def lane(monkeypatch) -> Lane:
    """The slow one, without the jobs of the rooms."""
    monkeypatch.setattr(lanes, "jobs", {})
    return Lane("slow", threading.Event())


def lane_with(monkeypatch, function, **options) -> Lane:
    made = Job(
        "tests.job", function, **{"every": 60, "lane": "slow", "claims_rows": False} | options
    )
    monkeypatch.setattr(lanes, "jobs", {made.name: made})
    found = Lane("slow", threading.Event())
    found.register()
    return found


def due_now() -> None:
    for model in (QueuedTask, RecurringJob):
        model.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_task_is_done_once_with_its_arguments(lane):
    note.enqueue("Å", then="så")
    assert lane.turn()
    assert not lane.turn()
    assert calls == [("Å", "så")]
    assert not QueuedTask.objects.exists()


def test_tasks_are_done_in_the_order_they_were_queued_in(lane):
    for n in range(3):
        note.enqueue(str(n))
    while lane.turn():
        pass
    assert [what for what, _ in calls] == ["0", "1", "2"]


def test_a_task_of_another_lane_is_left_alone(lane):
    note.using(queue_name="soon").enqueue("soon")
    assert not lane.turn()
    assert QueuedTask.objects.get().lane == "soon"


def test_a_task_waits_until_its_time(lane):
    note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("senere")
    assert not lane.turn()
    due_now()
    assert lane.turn()


def test_a_lane_that_there_is_not_is_refused():
    with pytest.raises(InvalidTaskError):
        note.using(queue_name="raskt").enqueue("x")
    with pytest.raises(ValueError, match="raskt"):
        job(every=1, lane="raskt")


def test_what_is_claimed_nobody_else_claims():
    note.enqueue("x")
    first, second = QueuedTask.objects.get(), QueuedTask.objects.get()
    assert first.claim()
    assert not second.claim()
    assert QueuedTask.objects.all().claim_next() is None


def test_a_worker_that_dies_leaves_nothing_stuck_for_a_minute(lane, monkeypatch):
    note.enqueue("x")
    assert QueuedTask.objects.get().claim()
    assert not lane.turn()
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=1))
    assert lane.turn()
    assert calls == [("x", "")]


def test_a_claim_that_is_renewed_is_kept(monkeypatch):
    note.enqueue("x")
    row = QueuedTask.objects.get()
    row.claim()
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + ClaimedRow.LEASE - timedelta(seconds=1))
    assert row.renew()
    monkeypatch.setattr(timezone, "now", lambda: now + ClaimedRow.LEASE + timedelta(seconds=30))
    assert QueuedTask.objects.all().claim_next() is None


def test_a_worker_that_lost_its_claim_changes_nothing(monkeypatch):
    note.enqueue("x")
    slow, quick = QueuedTask.objects.get(), QueuedTask.objects.get()
    slow.claim()
    due_now()
    quick.refresh_from_db()
    assert quick.claim()
    assert not slow.renew()
    slow.mark_failed("nei")
    slow.mark_done()
    assert QueuedTask.objects.get().claimed_by == quick.claimed_by


def test_what_a_lane_is_at_is_renewed_from_outside(lane):
    row = QueuedTask.objects.create(lane="slow", path="x", arguments={})
    row.claim()
    QueuedTask.objects.update(due_at=timezone.now() + timedelta(seconds=1))
    with lane.claiming(row):
        lane.renew()
    renewed = QueuedTask.objects.get().due_at
    assert renewed > timezone.now() + timedelta(seconds=30)
    lane.renew()
    assert QueuedTask.objects.get().due_at == renewed


def test_a_task_that_fails_is_tried_again_with_growing_waits_and_then_given_up(lane, caplog):
    fail.enqueue()
    waits = []
    for _ in range(QueuedTask.MAX_TRIES):
        due_now()
        assert lane.turn()
        row = QueuedTask.objects.get()
        waits.append(round((row.due_at - timezone.now()).total_seconds(), -1))
    assert waits[:5] == [10, 20, 40, 80, 160]
    assert row.error == "ValueError: nei"
    assert row.failed_at
    due_now()
    assert not lane.turn()


def test_a_task_that_was_given_up_is_kept_for_a_month():
    now = timezone.now()
    for days in (29, 31):
        failed_at = now - timedelta(days=days)
        QueuedTask.objects.create(lane="slow", path="x", arguments={}, failed_at=failed_at)
    jobs["worker.forget"].function()
    assert QueuedTask.objects.get().failed_at == now - timedelta(days=29)


def test_a_task_that_takes_its_workers_down_is_given_up(lane):
    note.enqueue("x")
    for _ in range(QueuedTask.MAX_TRIES):
        due_now()
        assert QueuedTask.objects.all().claim_next()  # and the worker dies
    due_now()
    assert lane.turn()
    assert QueuedTask.objects.get().failed_at
    assert calls == []


def test_one_task_that_fails_holds_up_no_other(lane, caplog):
    fail.enqueue()
    note.enqueue("x")
    while lane.turn():
        pass
    assert calls == [("x", "")]


def test_a_task_queued_in_a_transaction_that_fails_was_never_queued():
    with transaction.atomic():
        note.enqueue("x")
        transaction.set_rollback(True)
    assert not QueuedTask.objects.exists()


def test_a_job_runs_once_for_all_workers_until_it_is_due_again(monkeypatch):
    ran = []
    first = lane_with(monkeypatch, lambda: ran.append(1))
    second = lane_with(monkeypatch, lambda: ran.append(2))
    assert (first.turn(), second.turn()) == (True, False)
    due_now()
    second.due = first.due = {"tests.job": 0.0}
    assert (second.turn(), first.turn()) == (True, False)
    assert ran == [1, 2]


def test_a_job_that_fails_runs_again_when_it_is_due(monkeypatch, caplog):
    lane = lane_with(monkeypatch, lambda: 1 / 0)
    assert lane.turn()
    row = RecurringJob.objects.get()
    assert row.claimed_by == ""
    assert timezone.now() < row.due_at <= timezone.now() + timedelta(seconds=60)


def test_a_job_that_claims_rows_itself_has_none_of_its_own(monkeypatch):
    ran = []
    lane = lane_with(monkeypatch, lambda: ran.append(1), claims_rows=True)
    assert not lane.turn()
    assert ran == [1]
    assert not RecurringJob.objects.exists()


def test_every_job_has_a_lane_and_every_lane_a_job():
    assert {each.lane for each in jobs.values()} == set(LANES)
    rooms = {name.split(".")[0] for name in jobs}
    assert rooms >= {"articles", "accounts", "mail"}


@pytest.mark.django_db(transaction=True)
def test_lanes_do_not_wait_for_each_other(monkeypatch, tmp_path):
    """A slow job is at it for as long as it takes the quick lane to do its own."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's database of the tests is one connection's")
    begun, done = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        assert done.wait(60)

    monkeypatch.setattr(
        lanes,
        "jobs",
        {
            "tests.slow": Job("tests.slow", slow, 60, "slow", False),
            "tests.mail": Job(
                "tests.mail", lambda: begun.wait(60) and done.set(), 60, "mail", True
            ),
        },
    )
    stop = threading.Event()
    both = [Lane(name, stop) for name in ("slow", "mail")]
    for lane in both:
        lane.start()
    assert done.wait(60)
    stop.set()
    for lane in both:
        lane.join(60)
        assert not lane.is_alive()

"""While the database is away, the log has one line and then a count."""

import io
import logging
import threading

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.sessions import SessionStore
from articles.views import reading
from portal import outages
from portal.logs import LineFormatter
from tests.separate import wait_until

pytestmark = pytest.mark.django_db


class Timer:
    """Stands in for threading.Timer. A test lets the time pass by `tick`."""

    def __init__(self, seconds, function):
        Timer.tick, self.daemon = staticmethod(function), False

    def start(self):
        pass


@pytest.fixture
def log(monkeypatch) -> io.StringIO:
    """What a handler like the portal's own writes, alone. A real timer of the portal's own, from
    an earlier test, would tell its count here: so that one counts nothing meanwhile."""
    monkeypatch.setattr(threading, "Timer", Timer)
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(LineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "now"))
    handler.addFilter(outages.CountOutages())
    for others in root.handlers:
        for counting in others.filters:
            if isinstance(counting, outages.CountOutages):
                counting._counts.clear()
    monkeypatch.setattr(root, "handlers", [handler])
    return written


@pytest.fixture
def away(monkeypatch) -> None:
    def fail(*args, **kwargs):
        raise OperationalError("connection refused\nIs the server running?")

    monkeypatch.setattr(reading.Series.objects, "for_readers", fail)
    monkeypatch.setattr(SessionStore, "load", fail)


def lines(log: io.StringIO) -> list[str]:
    """The lines written since the last call, without their times."""
    found = [line.partition(" ")[2] for line in log.getvalue().splitlines()]
    log.seek(0)
    log.truncate()
    return found


def test_the_first_request_is_told_in_one_line_with_the_reason(log, away, visitor):
    visitor.get("/serien/")
    reason = "OperationalError: connection refused"
    assert lines(log) == [f"ERROR portal.middleware: Service Unavailable: /serien/ ({reason})"]


def test_the_further_ones_are_counted_until_there_are_none(log, away, visitor):
    for _ in range(318):
        visitor.get("/serien/")
    assert len(lines(log)) == 1
    Timer.tick()
    assert [line.partition(": ")[2] for line in lines(log)] == [
        "In the last 10 seconds, 317 more requests got a 503, and 0 more jobs failed"
    ]
    Timer.tick()
    assert lines(log) == []
    visitor.get("/serien/")
    assert "Service Unavailable: /serien/" in lines(log)[0]


def test_a_request_that_fails_before_any_view_is_one_as_well(log, away):
    client = Client(headers={"cookie": "medlem=oppdiktet"}, raise_request_exception=False)
    for _ in range(3):
        assert client.get("/serien/").status_code == 503
    assert len(lines(log)) == 1
    Timer.tick()
    assert " 2 more requests" in lines(log)[0]


def test_a_job_that_meets_it_is_counted_too(log):
    logger = logging.getLogger("worker.lanes")
    for _ in range(3):
        try:
            raise OperationalError("gone")
        except OperationalError:
            logger.exception("mail.deliver failed")
    assert lines(log) == ["ERROR worker.lanes: mail.deliver failed (OperationalError: gone)"]
    Timer.tick()
    assert lines(log)[0].endswith(" 0 more requests got a 503, and 2 more jobs failed")


def test_a_fault_of_ours_keeps_its_traceback_each_time(log, monkeypatch):
    monkeypatch.setattr(reading.Series.objects, "for_readers", lambda *args: 1 / 0)
    client = Client(raise_request_exception=False)
    for _ in range(2):
        assert client.get("/serien/").status_code == 500
    assert sum("Traceback" in line for line in lines(log)) == 2


def test_the_count_comes_by_itself(monkeypatch):
    told, counted = threading.Event(), outages.CountOutages()
    monkeypatch.setattr(counted, "INTERVAL", 0.01)
    monkeypatch.setattr(outages.logger, "error", lambda *args: told.set())
    for _ in range(6000):
        counted.filter(logging.makeLogRecord({"status_code": 503}))
        if told.wait(0.01):
            wait_until(lambda: not counted._is_counting)  # else its timer logs into another test
            return
    raise AssertionError("never told")

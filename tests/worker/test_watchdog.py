"""The worker tells systemd that it lives, until a lane hangs."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from worker import services
from worker.jobs import LANES
from worker.lanes import Lane
from worker.management.commands.worker import Command

pytestmark = pytest.mark.django_db


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch) -> Iterator[socket.socket]:
    """The socket that systemd listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.bind(str(tmp_path / "notify"))
        ours.settimeout(0)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setattr("worker.management.commands.worker.close_old_connections", lambda: None)
        yield ours


def heard(systemd: socket.socket) -> list[str]:
    found = []
    try:
        while True:
            found.append(systemd.recv(1000).decode())
    except BlockingIOError:
        return found


@pytest.fixture
def lanes() -> dict[str, Lane]:
    return {name: Lane(name, threading.Event()) for name in LANES}


def keep_alive(lanes: dict[str, Lane]) -> None:
    Command().keep_alive([*lanes.values()])


def test_a_worker_whose_lanes_turn_lives(systemd, lanes):
    keep_alive(lanes)
    assert heard(systemd) == ["WATCHDOG=1"]


@pytest.mark.parametrize("name", LANES)
def test_a_worker_with_a_lane_that_hangs_does_not(systemd, lanes, name):
    lanes[name].turned_at = time.monotonic() - LANES[name].total_seconds() - 1
    keep_alive(lanes)
    assert heard(systemd) == []


def test_a_long_job_of_the_slow_lane_is_no_hang(systemd, lanes):
    lanes["slow"].turned_at = time.monotonic() - 60 * 60
    keep_alive(lanes)
    assert heard(systemd) == ["WATCHDOG=1"]


def test_a_database_that_is_away_is_no_hang(systemd, lanes, monkeypatch):
    monkeypatch.setattr(Lane, "renew", lambda lane: 1 / 0)
    keep_alive(lanes)
    assert heard(systemd) == ["WATCHDOG=1"]


def test_without_systemd_nobody_is_told(systemd, lanes, monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET")
    keep_alive(lanes)
    assert heard(systemd) == []


def test_a_lane_that_ends_by_itself_ends_the_worker(systemd, monkeypatch):
    monkeypatch.setattr("signal.signal", lambda *args: None)
    monkeypatch.setattr(Lane, "run", lambda lane: lane.lane == "soon" or lane.stop.wait(60))
    monkeypatch.setattr(Command, "keep_alive", lambda *args: None)
    ended = []
    monkeypatch.setattr(services, "services", [lambda stop: ended.append(stop.wait(60))])
    with pytest.raises(CommandError, match=r"by themselves: soon$"):
        call_command("worker")
    assert heard(systemd) == ["READY=1"]
    assert ended == [True]

"""`manage.py serve` says what died, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.processes import children, command, descendants, is_alive, manage
from tests.separate import environment, free_port, wait_for, wait_until

pytestmark = pytest.mark.faults


@dataclass
class Served:
    process: subprocess.Popen[bytes]
    gunicorn: int
    worker: int
    #: All of them, the workers of gunicorn included.
    pids: list[int]


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    more = {"PORT": str(free_port()), "EMAIL_URL": "dummymail://", "PYTHONWARNINGS": "ignore"}
    with environment(tmp_path / "portal", **more) as env:
        yield env


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def told(log: Path) -> list[tuple[str, str]]:
    """Which process ended, and how."""
    return re.findall(r"^(gunicorn|worker) .*\((.*)\)", log.read_text(), re.M)


@pytest.fixture
def served(env, log) -> Iterator[Served]:
    with manage(env, log, "serve") as process:
        wait_for(f"http://localhost:{env['PORT']}/healthz")
        [gunicorn] = [each for each in children(process.pid) if "gunicorn" in command(each)]
        [worker] = [each for each in children(process.pid) if "manage.py worker" in command(each)]
        pids = descendants(process.pid)
        assert len(pids) == 4
        yield Served(process, gunicorn, worker, pids)
        for pid in filter(is_alive, pids):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("which", ["gunicorn", "worker"])
def test_what_is_killed_is_told_and_nothing_is_left(served, which, log):
    os.kill(getattr(served, which), signal.SIGKILL)
    assert served.process.wait(60) == 1
    assert not [pid for pid in served.pids if is_alive(pid)]
    assert told(log) == [(which, "SIGKILL")]


def test_what_ends_by_itself_is_told_with_its_exit_code(env, log):
    busy = socket.create_server(("127.0.0.1", int(env["PORT"])))
    with busy, manage(env, log, "serve") as process:
        assert process.wait(60) == 1
    assert told(log) == [("gunicorn", "sluttkode 1")]


def test_a_kill_of_serve_itself_leaves_no_orphans(served):
    served.process.kill()
    wait_until(lambda: not [pid for pid in served.pids if is_alive(pid)], "no orphans")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_to_stop_it_is_no_fault(served, number, log):
    served.process.send_signal(number)
    assert served.process.wait(60) == 0
    assert not [pid for pid in served.pids if is_alive(pid)]
    assert not told(log)

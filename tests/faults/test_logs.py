"""A database that is away must not fill the disk with the log."""

import re
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.processes import manage
from tests.separate import environment, free_port, wait_until

pytestmark = pytest.mark.faults

#: A visitor's page from the cache, one that isn't there, and a session that has to be loaded.
ASKED = [("/", ""), ("/serien/delen/", ""), ("/konto/", f"medlem={'x' * 32}")]


@pytest.mark.parametrize("database", ["postgres://x:x@127.0.0.1:1/x", "sqlite:////nowhere/x"])
def test_three_hundred_requests_without_a_database_are_a_few_lines(tmp_path, database):
    port, log = free_port(), tmp_path / "log"
    more = {"PORT": str(port), "DATABASE_URL": database, "EMAIL_URL": "dummymail://"}
    with ExitStack() as stack:
        env = stack.enter_context(environment(tmp_path / "portal", **more))
        static = stack.enter_context(manage(env, log, "collectstatic", "--noinput", "-v0"))
        assert static.wait(60) == 0
        stack.enter_context(manage(env, log, "serve"))

        def status(path: str, cookie: str = "") -> int:
            url = f"http://localhost:{port}{path}"
            try:
                urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": cookie}))
            except urllib.error.HTTPError as error:
                return error.code
            except OSError:
                return 0
            return 200

        wait_until(lambda: status("/favicon.ico"), "gunicorn answers")
        for _ in range(100):
            for path, cookie in ASKED:
                assert status(path, cookie) == 503
        wait_until(lambda: told(log) == 300, "all are counted")
        written = log.read_text()
    assert "Traceback" not in written
    assert len(written.splitlines()) < 30


def told(log: Path) -> int:
    """How many requests the log tells of."""
    written = log.read_text()
    counted = sum(int(n) for n in re.findall(r"(\d+) more requests", written))
    return counted + written.count("Service Unavailable: ")

"""A publish that dies leaves the old edition or the new one, never a mix."""

import json
import subprocess
import sys
from pathlib import Path

from tests import separate


def test_no_kill_during_publishing_leaves_half_an_edition(tmp_path: Path):
    with separate.environment(tmp_path) as env:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.articles.killed_publishing"],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found == {"kills": found["kills"], "halves": 0, "disagree": 0}
    assert found["kills"] > 20  # writes

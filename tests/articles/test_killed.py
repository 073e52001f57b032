"""A publish that dies leaves the old edition or the new one, never a mix."""

import json
import subprocess
import sys
from pathlib import Path

from tests import separate


def test_no_kill_during_publishing_leaves_half_an_edition(tmp_path: Path):
    with separate.environment(tmp_path) as env:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.articles.killed_publishing", "100"],
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"kills": 100, "halves": 0, "disagree": 0}

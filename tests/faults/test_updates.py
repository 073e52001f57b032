"""An update migrates while the code of the last release still answers."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from quality.migrations import RELEASED
from tests.separate import ROOT, environment

pytestmark = pytest.mark.faults


@pytest.fixture
def old_code(tmp_path: Path) -> Path:
    """The code of the last release. A tarball, and a clone without history, don't have it."""
    git = ["git", "archive", "--format=tar", RELEASED["commit"]]
    done = subprocess.run(git, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"the history of {RELEASED['commit']} is not here")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        tar.extractall(tmp_path / "old", filter="data")
    return tmp_path / "old"


def test_the_code_of_the_last_release_works_on_the_new_tables(old_code, tmp_path):
    more = {
        "PYTHONPATH": str(old_code),
        "STATIC_ROOT": str(tmp_path / "static"),
        "DEMO": "1",
        "TWO_FACTOR": "0",
        "PYTHONWARNINGS": "ignore",
    }
    with environment(tmp_path / "portal", "demo", **more) as env:
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, cwd=old_code, env=env, check=True)
        script = [sys.executable, str(ROOT / "tests" / "faults" / "old_code.py")]
        told = subprocess.run(
            script, cwd=old_code, env=env, capture_output=True, text=True, check=False
        )
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout.splitlines()[-1])
    assert {what: problem for what, problem in found.items() if problem} == {}
    assert len(found) > 50

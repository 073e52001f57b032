"""`manage.py spoken` in a process of its own, as a script runs it."""

import os
import subprocess
import sys

import pytest

from tests.separate import ROOT, environment

NEW = (
    "from narration.models import Pronunciation as P; P(written='OnNet', spoken='ånn nett').save()"
)
SENTENCE = "OnNet åpner kl. 10."


def manage(env, *arguments, source=""):
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        input=source,
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture
def new_portal(tmp_path):
    """The environment of a portal whose folder is empty, so that its database has no tables."""
    env = {**os.environ, "PORTAL_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    env.pop("DATABASE_URL", None)
    return env


def test_words_are_printed_before_the_portal_has_tables(new_portal):
    done = manage(new_portal, "spoken", source=SENTENCE)
    assert done.stdout == "OnNet åpner klokken ti.\n"
    assert done.stderr.startswith("The pronunciation list can't be read, and isn't used: ")


def test_words_are_printed_where_the_database_cannot_be_opened(new_portal, tmp_path):
    new_portal["DATABASE_URL"] = f"sqlite:///{tmp_path}/none/portal.sqlite3"
    assert manage(new_portal, "spoken", source=SENTENCE).stdout == "OnNet åpner klokken ti.\n"


def test_plain_touches_no_database(new_portal, tmp_path):
    done = manage(new_portal, "spoken", "--plain", source=SENTENCE)
    assert (done.stdout, done.stderr) == ("OnNet åpner klokken ti.\n", "")
    assert not (tmp_path / "portal.sqlite3").exists()


def test_the_editors_list_is_used_where_there_is_one(tmp_path):
    with environment(tmp_path) as env:
        manage(env, "shell", "-v0", "-c", NEW)
        assert manage(env, "spoken", source=SENTENCE).stdout == "ånn nett åpner klokken ti.\n"
        assert manage(env, "spoken", "--plain", source=SENTENCE).stdout.startswith("OnNet åpner")

"""Two workers on one database: one takes over from another, and nothing is done twice."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.processes import manage
from tests.separate import ROOT, environment, wait_until

pytestmark = pytest.mark.faults
#: Schedules 30 articles, and lets their time come.
SCHEDULE = """
from datetime import timedelta
from django.utils import timezone
from wagtail.models import Page, Revision
from tests import factories
series = factories.make_series()
for n in range(30):
    article = factories.draft_article(series, title=f"Del {n}", slug=f"del-{n}")
    article.go_live_at = timezone.now() + timedelta(days=1)
    article.save_revision().publish()
due = timezone.now() - timedelta(minutes=1)
for revision in Revision.objects.filter(approved_go_live_at__isnull=False):
    revision.approved_go_live_at = due
    revision.content["go_live_at"] = due.isoformat()
    revision.save()
Page.objects.filter(go_live_at__isnull=False).update(go_live_at=due)
"""
#: Prints, for each article, its live state, its revisions, and its publishings in the log.
PUBLISHED = """
import json
from wagtail.models import PageLogEntry, Revision
from articles.models import Article
print(json.dumps([
    [
        article.live,
        Revision.objects.for_instance(article).count(),
        PageLogEntry.objects.filter(page=article, action="wagtail.publish.scheduled").count(),
    ]
    for article in Article.objects.all()
]))
"""
LEFT = "from worker.models import QueuedTask; print(QueuedTask.objects.count())"


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    more = {"EMAIL_URL": "dummymail://", "PYTHONWARNINGS": "ignore"}
    with environment(tmp_path / "portal", **more) as env:
        yield env


def shell(env: dict[str, str], code: str) -> str:
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    return subprocess.run(
        command, cwd=ROOT, env=env, check=True, capture_output=True, text=True
    ).stdout


def enqueue(env: dict[str, str], calls: str) -> None:
    shell(env, f"from tests.faults.tasks import note, wait_for\n{calls}")


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def test_a_task_of_a_worker_that_is_killed_is_done_by_another_within_a_minute(env, tmp_path):
    done, other, until = tmp_path / "done", tmp_path / "other", tmp_path / "until"
    with manage(env, tmp_path / "log1", "worker") as first:
        enqueue(env, f"wait_for.enqueue({str(done)!r}, {str(until)!r})")
        wait_until(lambda: lines(done) == ["begun"], "the first worker begins")
        with manage(env, tmp_path / "log2", "worker"):
            enqueue(env, f"note.enqueue({str(other)!r}, 'x')")
            wait_until(lambda: lines(other), "the second worker works")
            first.kill()
            killed_at = time.monotonic()
            wait_until(lambda: lines(done) == ["begun"] * 2, "the second worker takes over")
            assert time.monotonic() - killed_at < 60
            until.touch()
            wait_until(lambda: shell(env, LEFT) == "0\n", "the task is done")
    assert lines(done) == ["begun", "begun", "done"]


def test_two_workers_do_each_task_and_publish_each_article_once(env, tmp_path):
    done, ready, until = tmp_path / "done", tmp_path / "ready", tmp_path / "until"
    enqueue(env, f"for _ in range(2): wait_for.enqueue({str(ready)!r}, {str(until)!r})")
    enqueue(env, f"for n in range(500): note.enqueue({str(done)!r}, str(n))")
    with (
        manage(env, tmp_path / "log1", "worker"),
        manage(env, tmp_path / "log2", "worker"),
    ):
        wait_until(lambda: lines(ready) == ["begun"] * 2, "both work")
        shell(env, SCHEDULE)
        until.touch()
        wait_until(lambda: len(lines(done)) >= 500, "the tasks are done")
        wait_until(lambda: shell(env, LEFT) == "0\n", "no task is left")
        wait_until(
            lambda: all(live for live, *_ in json.loads(shell(env, PUBLISHED))),
            "the articles are published",
        )
    assert Counter(lines(done)) == Counter(str(n) for n in range(500))
    assert json.loads(shell(env, PUBLISHED)) == [[True, 1, 1]] * 30
    for log in ("log1", "log2"):
        assert "Traceback" not in (tmp_path / log).read_text()

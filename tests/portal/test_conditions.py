"""What /healthz and the doctor tell of the portal, and what a check before serving refuses."""

import os
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from portal import conditions as of_the_portal
from portal.backups.manifest import LAST_BACKUP
from tests.separate import ROOT, environment
from worker import heartbeat
from worker.health import Condition, Level, conditions
from worker.models import QueuedTask, RecurringJob

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_worker_lives(db):
    cache.set(heartbeat.KEY, time.time(), None)


def found(name: str) -> tuple[Level, str]:
    """Returns the worst finding's level and its word in /healthz."""
    worst = max(conditions[name].findings(), key=lambda found: found.level)
    return worst.level, worst.word


@pytest.fixture
def empty_disk(monkeypatch) -> None:
    """Whatever room this machine has."""
    usage = SimpleNamespace(free=500 * 10**9, total=1000 * 10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)


def test_all_is_well_on_a_new_portal(visitor, empty_disk):
    for name in ("database", "migrations", "disk", "worker", "jobs", "tasks", "integrity"):
        assert all(each.level == Level.GREEN for each in conditions[name].findings()), name
    assert visitor.get("/healthz").status_code == 200


def test_a_migration_that_is_not_applied_is_told_of(visitor):
    app, name = sorted(of_the_portal.newest_migrations())[0]
    MigrationRecorder(connection).record_unapplied(app, name)
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "unapplied")
    assert f"{app}.{name}" in conditions["migrations"].findings()[0].text


@pytest.mark.parametrize(("free", "level"), [(100, Level.GREEN), (15, Level.AMBER), (2, Level.RED)])
def test_a_disk_that_fills_up_is_told_of(free, level, monkeypatch, visitor):
    usage = SimpleNamespace(free=free * 10**9, total=1000 * 10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    is_full = level == Level.RED
    assert found("disk") == (level, "full" if is_full else "ok")
    assert visitor.get("/healthz").status_code == (503 if is_full else 200)


def test_a_database_that_is_away_is_told_of_and_nothing_more_is_asked(visitor, monkeypatch):
    def away(*args, **options):
        raise OperationalError("no route")

    with monkeypatch.context() as patched:
        patched.setattr(connections["default"], "cursor", away)
        answer = visitor.get("/healthz")
    assert answer.status_code == 503
    told = answer.json()
    assert (told["web"], told["database"], told["worker"]) == ("ok", "away", "unknown")


def test_a_job_that_does_not_begin_is_told_of(visitor):
    name = "articles.publish_due"
    RecurringJob.objects.create(name=name, due_at=timezone.now() - timedelta(minutes=9))
    assert found("jobs") == (Level.GREEN, "ok")
    RecurringJob.objects.update(due_at=timezone.now() - timedelta(minutes=11))
    assert visitor.get("/healthz").json()["jobs"] == "late"
    RecurringJob.objects.create(name="of.a_room_that_was_removed", due_at=timezone.now())
    RecurringJob.objects.filter(name=name).delete()
    RecurringJob.objects.update(due_at=timezone.now() - timedelta(days=2))
    assert found("jobs") == (Level.GREEN, "ok")


def test_a_backup_that_is_missing_or_old_is_told_of(settings, tmp_path):
    assert list(conditions["backup"].examine()) == []  # nobody backs up a portal at home
    settings.SITE_URL, settings.IS_HTTPS = "https://fagserien.example", True
    settings.SITE, settings.PORTAL_DATA = urlsplit(settings.SITE_URL), tmp_path
    assert found("backup")[0] == Level.RED
    mark = tmp_path / LAST_BACKUP
    mark.write_text("/var/backups/fagserien/2026-11-29T031000Z\n")
    assert found("backup")[0] == Level.GREEN
    old = time.time() - 2 * 86_400
    os.utime(mark, (old, old))
    assert found("backup")[0] == Level.AMBER


def test_a_task_that_was_given_up_is_told_of():
    QueuedTask.objects.create(lane="slow", path="a.b", arguments={}, failed_at=timezone.now())
    assert found("tasks")[0] == Level.AMBER


def test_a_condition_that_can_not_be_examined_is_a_finding_and_ends_nothing(caplog):
    def broken():
        yield 1 / 0

    found = Condition("broken", broken, in_health=False).findings()
    assert [each.level for each in found] == [Level.RED]
    assert "ZeroDivisionError" in found[0].text
    assert "broken could not be examined" in caplog.text


def test_the_doctor_speaks_norwegian_and_exits_by_what_it_finds(monkeypatch, settings, empty_disk):
    quiet = {name: each for name, each in conditions.items() if name != "nginx"}
    monkeypatch.setattr("portal.management.commands.doctor.conditions", quiet)
    said = StringIO()
    call_command("doctor", stdout=said)
    assert "✓ En worker kjører." in said.getvalue()
    cache.delete(heartbeat.KEY)
    with pytest.raises(CommandError, match=r"1 feil\."):
        call_command("doctor", stdout=said)
    assert "✗ Ingen worker kjører" in said.getvalue()
    assert "→ Start den" in said.getvalue()


PUBLIC = {
    "SITE_URL": "https://fagserien.example",
    "SECRET_KEY": "x7" * 40,
    "EMAIL_URL": "smtp://localhost",
    "TRUSTED_PROXIES": "1",
    "PYTHONWARNINGS": "ignore",
}


def manage(env: dict[str, str], *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("setting", "error"),
    [
        ({}, None),
        ({"DEMO": "1"}, "portal.E002"),
        ({"EMAIL_URL": ""}, "portal.E003"),
        ({"TRUSTED_PROXIES": ""}, "portal.E004"),
        ({"DATABASE_URL": "postgres://x:y@127.0.0.1:1/z"}, "portal.E005"),
    ],
)
def test_the_check_for_a_deployment_names_each_dangerous_setting(setting, error, tmp_path):
    with environment(tmp_path) as env:
        env.pop("DEMO", None)
        code, said = manage({**env, **PUBLIC, **setting}, "check", "--deploy")
    assert (code == 0) is (error is None), said
    assert error is None or error in said


@pytest.mark.parametrize("setting", [{"DEMO": "1"}, {"EMAIL_URL": ""}])
def test_a_public_portal_does_not_start_with_passwords_that_everybody_knows_or_without_mail(
    setting, tmp_path
):
    env = {"PORTAL_DATA": str(tmp_path), **PUBLIC, **setting}
    code, said = manage({"PATH": "/usr/bin:/bin", **env}, "serve")
    assert code == 1
    assert "portal.E00" in said

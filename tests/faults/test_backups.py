"""Backups are whole under load, and restores take all of a backup or nothing of it."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from portal.backups.manifest import Backup, folders_in
from tests import originals, separate
from tests.separate import ROOT, wait_until

pytestmark = pytest.mark.faults

FILL = """
from accounts.models import State, User
from tests import factories
series = factories.make_series()
factories.make_article(series)
factories.make_picture()
User.objects.create_user("medlem@example.no", "langt-passord", state=State.ACTIVE)
"""
#: Adds and deletes pictures until its standard input is closed. It tells of the first.
WRITE = """
import select, sys
from accounts.models import User
from tests import factories
count = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    picture = factories.make_picture(f"bilde-{count}.png", size=(60, 40))
    if count % 2:
        picture.delete()
    User.objects.create_user(f"m{count}@example.no")
    count += 1
    if count == 1:
        print("writes", flush=True)
"""


def manage(env: dict[str, str], *command: object, fails: bool = False, **more) -> str:
    """Runs a command, and returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *map(str, command)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **more,
    )
    assert (done.returncode != 0) == fails, done.stdout
    assert "Traceback" not in done.stdout
    return done.stdout


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a portal with a series, an article, a picture and a member."""
    with portal(tmp_path / "portal") as found:
        manage(found, "shell", "-v0", "-c", FILL)
        yield found


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@contextmanager
def portal(folder: Path) -> Iterator[dict[str, str]]:
    with separate.environment(folder) as found:
        yield found
        drop_replaced(found)


def drop_replaced(env: dict[str, str]) -> None:
    if not originals.server():
        return
    name = env["DATABASE_URL"].rpartition("/")[2]
    with psycopg.connect(originals.server(), autocommit=True) as connection:
        like = [f"{name}\\_%"]
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", like)
        for (other,) in found.fetchall():
            originals.drop(other)


def databases_of(env: dict[str, str]) -> list[str]:
    """The names on the server that begin with the portal's own."""
    name = env["DATABASE_URL"].rpartition("/")[2]
    with psycopg.connect(originals.server()) as connection:
        like = [f"{name}%"]
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", like)
        return sorted(row[0] for row in found)


def newest(target: Path) -> Backup:
    return Backup.read(folders_in(target)[-1])


def count_of(env: dict[str, str], model: str) -> int:
    room, name = model.split(".")
    code = f"from {room}.models import {name}; print({name}.objects.count())"
    return int(manage(env, "shell", "-v0", "-c", code))


def media_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_backup_under_write_load_restores_to_an_empty_folder_without_a_difference(
    env, target, tmp_path
):
    writer = subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "shell", "-v0", "-c", WRITE],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert writer.stdout.readline() == "writes\n"
        for _ in range(3):
            manage(env, "backup", target)
    finally:
        writer.stdin.close()
        assert writer.wait(60) == 0
        writer.stdout.close()
    assert len(folders_in(target)) == 3
    for folder in folders_in(target):
        backup = Backup.read(folder)
        assert backup.missing == []
        assert len(backup.snapshot.files) > 1
        assert "0 forskjeller" in manage(env, "verify", folder)
    with empty_portal(tmp_path / "empty") as other:
        manage(other, "restore", target, "--yes")
        manage(other, "verify", target)
        # A backup of the restored portal is the same again.
        manage(other, "backup", tmp_path / "again")
        again = newest(tmp_path / "again")
        backup = newest(target)
        assert again.snapshot == backup.snapshot
        assert again.media == backup.media
        assert (tmp_path / "empty/secret_key").read_text() == (
            tmp_path / "portal/secret_key"
        ).read_text()


@contextmanager
def empty_portal(folder: Path) -> Iterator[dict[str, str]]:
    """A portal with nothing but a folder. On PostgreSQL, not even the database is there."""
    with separate.environment(folder) as found:
        shutil.rmtree(folder)
        if originals.server():
            originals.drop(found["DATABASE_URL"].rpartition("/")[2])
        yield found


def test_what_has_not_changed_takes_no_room_in_the_next_backup(env, target):
    manage(env, "backup", target)
    manage(env, "shell", "-v0", "-c", "from tests import factories; factories.make_picture()")
    manage(env, "backup", target)
    first, second = map(Backup.read, folders_in(target))
    assert len(second.media) == len(first.media) + 1
    for name in first.media:
        assert (first.folder / "media" / name).samefile(second.folder / "media" / name)


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_no_kill_leaves_anything_half_done(what, tmp_path):
    with portal(tmp_path / "portal") as env:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.killed_backups", what,
             str(tmp_path / "backups")],
            env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("kills") > 10  # steps
    if what == "backup":
        assert found["parts"] > 0
        assert "damaged" not in found
        assert found["parts at the end"] == 0
    else:
        assert set(found) == {"old", "new", "at the end"}
        assert found["at the end"] == "new"


def test_a_portal_that_runs_is_not_restored(target, tmp_path):
    told: dict[str, str] = {}
    with separate.serving(tmp_path / "portal", subprocess.DEVNULL, told=told, LOG_LEVEL="ERROR"):
        manage(told, "backup", target)
        manage(told, "verify", target)
        before = count_of(told, "articles.Passage")
        assert "Stopp web" in manage(told, "restore", target, "--yes", fails=True)
        assert count_of(told, "articles.Passage") == before
        assert not list((tmp_path / "portal").glob("*_new"))
    # separate.serving drops PostgreSQL's database with the server.


def test_a_session_of_another_program_is_seen(env, target):
    manage(env, "backup", target)
    if originals.server():
        other = psycopg.connect(env["DATABASE_URL"])
    else:
        other = sqlite3.connect(Path(env["PORTAL_DATA"]) / "portal.sqlite3")
        other.execute("SELECT * FROM django_migrations").fetchone()
    with closing(other):
        assert "Stopp web" in manage(env, "restore", target, "--yes", fails=True)
    manage(env, "restore", target, "--yes")


def test_nothing_starts_while_a_restore_is_under_way(env, target):
    manage(env, "backup", target)
    command = [sys.executable, "manage.py", "restore", str(target)]
    restoring = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    said = b""

    def asks() -> bool:
        nonlocal said
        said += restoring.stdout.read(1000)
        return b"ja" in said

    wait_until(asks)
    assert "gjenoppretting pågår" in manage(env, "check", fails=True)
    assert b"gjenopprettet" in restoring.communicate(b"ja\n")[0]
    manage(env, "check")


def test_nobody_who_says_yes_is_nothing_restored(env, target):
    manage(env, "backup", target)
    before = media_of(Path(env["PORTAL_DATA"]))
    assert "Ingenting" in manage(env, "restore", target, fails=True, input="nei\n")
    assert "--yes" in manage(env, "restore", target, fails=True, stdin=subprocess.DEVNULL)
    assert media_of(Path(env["PORTAL_DATA"])) == before


def test_a_restore_keeps_what_it_replaces_and_names_it(env, target):
    manage(env, "backup", target)
    manage(env, "shell", "-v0", "-c", "from tests import factories; factories.make_picture()")
    said = manage(env, "restore", target, "--yes")
    assert count_of(env, "articles.Picture") == 1
    data = Path(env["PORTAL_DATA"])
    (media,) = data.glob("media_replaced_*")
    assert len(media_of(media)) == 2
    assert str(media) in said
    if originals.server():
        _own, old = databases_of(env)
        assert old in said
        assert count_of({**env, "DATABASE_URL": originals.named(old)}, "articles.Picture") == 2
    else:
        (old_file,) = data.glob("portal.sqlite3_replaced_*")
        assert str(old_file) in said
        old_env = {**env, "DATABASE_URL": f"sqlite:///{old_file}"}
        assert count_of(old_env, "articles.Picture") == 2


@pytest.mark.skipif(bool(originals.server()), reason="SQLite's files")
def test_an_old_wal_beside_a_restored_file_does_no_harm(env, target):
    manage(env, "backup", target)
    # The portal dies with changes that are in the -wal only.
    file = Path(env["PORTAL_DATA"]) / "portal.sqlite3"
    code = (
        "import os, signal; from accounts.models import User\n"
        "for n in range(500): User.objects.create_user(f'w{n}@example.no')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "manage.py", "shell", "-c", code]
    died = subprocess.run(command, cwd=ROOT, env=env, check=False)
    assert died.returncode != 0
    assert file.with_name("portal.sqlite3-wal").stat().st_size > 100_000
    manage(env, "restore", target, "--yes")
    assert not file.with_name("portal.sqlite3-wal").exists()
    assert count_of(env, "accounts.User") == 1
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    # The old database is whole too, with what its -wal holds.
    (old,) = file.parent.glob("portal.sqlite3_replaced_*[0-9]")
    with closing(sqlite3.connect(old)) as connection:
        count = connection.execute("SELECT count(*) FROM accounts_user").fetchone()
    assert count == (501,)


def edit(backup: Backup, change) -> None:
    path = backup.folder / "manifest.json"
    fields = json.loads(path.read_text())
    change(fields)
    path.write_text(json.dumps(fields))


def test_a_backup_of_a_newer_version_is_refused_and_of_an_older_one_told(env, target):
    manage(env, "backup", target)
    backup = newest(target)
    edit(backup, lambda it: it["snapshot"]["migrations"].append("articles.9999_later"))
    for command in ("restore", "verify"):
        assert "articles.9999_later" in manage(env, command, target, fails=True)
    edit(backup, lambda it: it["snapshot"]["migrations"].remove("articles.9999_later"))
    edit(backup, lambda it: it["snapshot"]["migrations"].remove("worker.0001_claimed_rows"))
    assert "manage.py prepare" in manage(env, "restore", target, "--yes")


def test_a_damaged_picture_is_told_and_left_out_on_request(env, target):
    manage(env, "backup", target)
    backup = newest(target)
    (name,) = backup.media
    path = backup.folder / "media" / name
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert name in manage(env, "verify", target, fails=True)
    before = media_of(Path(env["PORTAL_DATA"]))
    assert "--skip-damaged" in manage(env, "restore", target, "--yes", fails=True)
    assert media_of(Path(env["PORTAL_DATA"])) == before
    manage(env, "restore", target, "--yes", "--skip-damaged")
    assert count_of(env, "articles.Picture") == 1
    assert media_of(Path(env["PORTAL_DATA"]) / "media") == {}


def test_a_damaged_database_is_never_restored(env, target):
    manage(env, "backup", target)
    dump = newest(target).dump
    data = bytearray(dump.read_bytes())
    data[len(data) // 2] ^= 1
    dump.write_bytes(data)
    assert dump.name in manage(env, "verify", target, fails=True)
    for more in ((), ("--skip-damaged",)):
        assert dump.name in manage(env, "restore", target, "--yes", *more, fails=True)
    assert count_of(env, "articles.Picture") == 1
    # And neither is one that has lost rows, whatever its checksum says.
    shutil.rmtree(target)
    manage(env, "backup", target)
    edit(newest(target), lambda it: it["snapshot"]["tables"]["accounts_user"].update(rows=2))
    assert "accounts_user" in manage(env, "verify", target, fails=True)
    assert "accounts_user" in manage(env, "restore", target, "--yes", fails=True)
    assert count_of(env, "articles.Picture") == 1


def test_a_verification_leaves_nothing_and_touches_nothing(env, target):
    manage(env, "backup", target)
    before = newest(target)
    manage(env, "verify", target)
    assert not (Path(env["PORTAL_DATA"]) / "verify").exists()
    manage(env, "backup", target)
    assert newest(target).snapshot == before.snapshot
    if originals.server():
        assert len(databases_of(env)) == 1


def test_a_backup_without_room_leaves_nothing_behind(env, target, tmp_path):
    small = tmp_path / "file"
    small.touch()
    assert "ikke tatt" in manage(env, "backup", small, fails=True)
    manage(env, "backup", target)
    script = f"ulimit -f 50; exec {sys.executable} manage.py backup {target}"
    done = subprocess.run(
        ["sh", "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in target.iterdir()] == [newest(target).folder.name]


def test_a_file_that_the_portal_itself_lacks_is_told_and_stops_nothing(env, target):
    for path in (Path(env["PORTAL_DATA"]) / "media").rglob("*.png"):
        path.unlink()
    assert "original_images/bilde.png" in manage(env, "backup", target)
    assert "original_images/bilde.png" in manage(env, "verify", target)


@pytest.mark.skipif(not originals.server(), reason="PostgreSQL's programs and roles")
def test_a_missing_program_and_a_missing_right_are_told(env, target, tmp_path):
    manage(env, "backup", target)
    nowhere = {**env, "PATH": str(tmp_path)}
    assert "postgresql-client" in manage(nowhere, "backup", target, fails=True)
    assert len(folders_in(target)) == 1
    url = env["DATABASE_URL"]
    role, name = "no_creator", url.rpartition("/")[2]
    with psycopg.connect(originals.server(), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
        try:
            weak = {**env, "DATABASE_URL": f"postgres://{role}:x@127.0.0.1:5432/{name}"}
            said = manage(weak, "verify", target, fails=True)
            assert 'ALTER ROLE "no_creator" CREATEDB' in said
            manage(weak, "restore", target, "--yes", fails=True)
        finally:
            connection.execute(f"DROP ROLE {role}")
    assert databases_of(env) == [name]
    assert not list(Path(env["PORTAL_DATA"]).glob("*_new"))


def test_another_backup_waits_for_nobody(env, target):
    target.mkdir()
    manage(env, "backup", target)
    import fcntl

    lock = os.open(target, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert "pågår" in manage(env, "backup", target, fails=True)
    os.close(lock)

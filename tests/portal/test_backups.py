"""Which backups are kept, what is copied, what is refused. See tests/faults/test_backups.py."""

import fcntl
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from portal.backups import data_lock, making, swapping
from portal.backups.making import copy_media, write_contents
from portal.backups.manifest import MANIFEST, NAME, Backup, File
from portal.backups.retention import kept, thin
from portal.backups.snapshot import Snapshot, differences
from portal.backups.sqlite import SQLite
from search.models import index

NOW = datetime(2026, 11, 29, 3, 10, tzinfo=UTC)
NOTHING = Snapshot({}, {}, [], [])


def made(folder: Path, **fields) -> Backup:
    """Returns a backup that is written to `folder`, with an empty database."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "made_at": folder.name,
        "version": "0.2.0",
        "vendor": "sqlite",
        "server": "3",
        "database": File(0, "", 0),
        "snapshot": NOTHING,
        "media": {},
        "missing": [],
        "secret_key": None,
    }
    backup = Backup(folder=folder, **values | fields)
    backup.write()
    return backup


def test_of_a_year_of_nights_a_week_five_weeks_and_twelve_months_are_kept():
    nights = [NOW - timedelta(days=n) for n in range(400)]
    found = sorted(kept(nights), reverse=True)
    assert found[:7] == nights[:7]
    # Sundays, as the newest of their weeks. The first is among the days.
    assert [moment.date().isoformat() for moment in found[7:11]] == [
        "2026-11-22",
        "2026-11-15",
        "2026-11-08",
        "2026-11-01",
    ]
    months = [f"{moment:%Y-%m}" for moment in found[11:]]
    assert months == ["2026-10", *(f"2026-{n:02}" for n in range(9, 0, -1)), "2025-12"]


def test_all_of_the_last_day_are_kept_and_the_newest_however_old_it_is():
    hours = [NOW - timedelta(hours=n) for n in range(30)]
    assert set(hours[:24]) <= kept(hours)
    assert kept(hours) < set(hours)
    assert kept([NOW - timedelta(days=4000)])
    assert kept([]) == set()


def test_only_backups_are_removed(tmp_path):
    for n in range(60):
        made(tmp_path / (NOW - timedelta(days=n)).strftime(NAME))
    others = ["2020-01-01T000000Z", "bilder", "2020-01-01T000000Z.old"]
    for name in others:
        (tmp_path / name).mkdir()
    (tmp_path / "2020-01-02T000000Z").touch()
    removed = thin(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert left > {*others, "2020-01-02T000000Z", NOW.strftime(NAME)}
    assert len(removed) == 60 - (len(left) - 4)
    assert thin(tmp_path) == []


def test_a_folder_that_is_no_backup_is_refused_in_words(tmp_path):
    backup = made(tmp_path / "x")
    assert Backup.find(tmp_path / "x") == backup
    manifest = tmp_path / "x" / MANIFEST
    text = manifest.read_text()
    for broken in (text[:-20], "[]", "{}", text.replace('"media"', '"medio"')):
        manifest.write_text(broken)
        with pytest.raises(CommandError, match="skadet"):
            Backup.find(tmp_path / "x")
    manifest.write_text(json.dumps(json.loads(text) | {"format": 2, "version": "9.9"}))
    with pytest.raises(CommandError, match=r"9\.9"):
        Backup.find(tmp_path / "x")
    for other in (tmp_path, tmp_path / "none"):
        with pytest.raises(CommandError, match="ingen sikkerhetskopi"):
            Backup.find(other)


def test_a_folder_of_backups_stands_for_its_newest(tmp_path):
    made(tmp_path / "2026-11-28T031000Z")
    newest = made(tmp_path / "2026-11-29T031000Z")
    (tmp_path / "2026-11-30T031000Z.part").mkdir()
    assert Backup.find(tmp_path) == newest


def test_a_damaged_manifest_does_not_stop_the_next_backup(tmp_path):
    assert making.newest_in(tmp_path) is None
    whole = made(tmp_path / "2026-11-28T031000Z")
    (made(tmp_path / "2026-11-29T031000Z").folder / MANIFEST).write_text("{")
    assert making.newest_in(tmp_path) == whole


def test_each_difference_has_a_line():
    one, other = {"rows": 1, "sha256": "a"}, {"rows": 1, "sha256": "b"}
    before = NOTHING._replace(tables={"a": one, "b": one, "c": one, "d": one}, schema={"index": 2})
    after = NOTHING._replace(
        tables={"a": one, "b": other, "c": {"rows": 2, "sha256": "a"}, "e": one},
        schema={"index": 1},
    )
    assert differences(before, before) == []
    assert [line.split()[1] for line in differences(before, after)] == ["b", "c", "d", "e", "er"]


def test_only_media_that_changed_are_copied(media, tmp_path):
    media.mkdir()
    (media / "a.png").write_bytes(b"a")
    (media / "b.png").write_bytes(b"b")
    first: dict[str, File] = {}
    copy_media(tmp_path / "1/media", first, None)
    previous = made(tmp_path / "1", media=first)
    (media / "b.png").write_bytes(b"B")
    os.utime(media / "b.png", ns=(1, 1))
    (media / "c.png").write_bytes(b"c")
    second: dict[str, File] = {}
    copy_media(tmp_path / "2/media", second, previous)
    copies = [tmp_path / n / "media" for n in ("1", "2")]
    assert {p.name: p.read_bytes() for p in copies[1].iterdir()} == {
        "a.png": b"a",
        "b.png": b"B",
        "c.png": b"c",
    }
    assert (copies[0] / "a.png").samefile(copies[1] / "a.png")
    assert not (copies[0] / "b.png").samefile(copies[1] / "b.png")
    # A copy that somebody has deleted, or cut short, is made anew.
    (copies[1] / "a.png").unlink()
    (copies[1] / "c.png").write_bytes(b"")
    copy_media(tmp_path / "3/media", {}, made(tmp_path / "2", media=second))
    assert (tmp_path / "3/media/a.png").read_bytes() == b"a"
    assert (tmp_path / "3/media/c.png").read_bytes() == b"c"


class PassingPicture:
    """A database in which one picture comes and goes at every dump, for some dumps."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.dumps = 0

    def dump(self, to: Path) -> Snapshot:
        self.dumps += 1
        gone = [f"gone-{self.dumps}.png"] if self.dumps <= self.times else []
        return NOTHING._replace(files=["always-missing.png", *gone])


def test_a_picture_that_comes_and_goes_during_a_backup_is_not_missing_in_it(media, tmp_path):
    media.mkdir()
    gateway = PassingPicture(1)
    snapshot, _media = write_contents(gateway, tmp_path / "dump", tmp_path / "media", None)
    # The first names two missing files. The second names one, which is known to be missing.
    assert (gateway.dumps, snapshot.files) == (2, ["always-missing.png"])
    gateway = PassingPicture(1000)
    write_contents(gateway, tmp_path / "dump", tmp_path / "media", None)
    assert gateway.dumps == making.TRIES
    # What the last backup lacked costs the next no second try.
    gateway, previous = PassingPicture(0), made(tmp_path / "b", missing=["always-missing.png"])
    write_contents(gateway, tmp_path / "dump", tmp_path / "media", previous)
    assert gateway.dumps == 1


@pytest.fixture
def data(settings, tmp_path, monkeypatch) -> int:
    """The folder of the data, open as another process has it."""
    settings.PORTAL_DATA = tmp_path
    data_lock._folder.cache_clear()
    folder = os.open(tmp_path, os.O_RDONLY)
    yield folder
    os.close(folder)
    os.close(data_lock._folder())
    data_lock._folder.cache_clear()


def test_nothing_starts_during_a_restore(data):
    fcntl.flock(data, fcntl.LOCK_EX)
    with pytest.raises(SystemExit, match="pågår"):
        data_lock.share()
    fcntl.flock(data, fcntl.LOCK_UN)
    data_lock.share()


def test_nothing_is_restored_while_another_process_lives(data):
    data_lock.share()
    fcntl.flock(data, fcntl.LOCK_SH)
    with pytest.raises(CommandError, match="Stopp web"), data_lock.alone():
        raise AssertionError
    fcntl.flock(data, fcntl.LOCK_UN)
    with data_lock.alone(), pytest.raises(BlockingIOError):
        fcntl.flock(data, fcntl.LOCK_SH | fcntl.LOCK_NB)
    fcntl.flock(data, fcntl.LOCK_SH | fcntl.LOCK_NB)


@pytest.mark.parametrize("renamed", [0, 1, 2, 3])
def test_the_next_process_finishes_a_restore_wherever_it_was_killed(
    data, settings, tmp_path, monkeypatch, renamed
):
    class Database:
        name = "x"

        def swap(self, new: str, old: str) -> None:
            pass

    monkeypatch.setattr(swapping, "database", Database)
    settings.MEDIA_ROOT = tmp_path / "media"
    key = tmp_path / "secret_key"
    for folder, text in ((tmp_path / "media", "old"), (tmp_path / "media_new", "new")):
        folder.mkdir()
        (folder / "file").write_text(text)
    key.write_text("old")
    key.with_name("secret_key_new").write_text("new")
    steps = [("media", "media_replaced_1"), ("media_new", "media"),
             ("secret_key", "secret_key_replaced_1")]  # fmt: skip
    for source, to in steps[:renamed]:
        (tmp_path / source).rename(tmp_path / to)
    swapping.note().write_text("1")
    swapping.finish_interrupted()
    assert (tmp_path / "media/file").read_text() == key.read_text() == "new"
    assert (tmp_path / "media_replaced_1/file").read_text() == "old"
    assert key.with_name("secret_key_replaced_1").read_text() == "old"
    assert not swapping.note().exists()


def test_a_database_with_a_search_index_is_copied_and_summed(tmp_path):
    """Nobody can read the search's virtual table row by row, and its words lie in other tables."""
    name, copy = tmp_path / "portal.sqlite3", tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(name)) as connection:
        for statement in index.SQLITE:
            connection.execute(statement.format(table="search_index"))
        connection.execute("CREATE TABLE django_migrations (id, app, name, applied)")
        connection.execute("INSERT INTO search_index (rowid, tokens) VALUES (1, 'ost')")
        connection.commit()
    snapshot = SQLite(str(name)).dump(copy)
    assert "search_index_data" in snapshot.tables
    assert "search_index" not in snapshot.tables
    with closing(sqlite3.connect(copy)) as connection:
        found = connection.execute("SELECT rowid FROM search_index WHERE search_index MATCH 'ost'")
        assert found.fetchall() == [(1,)]

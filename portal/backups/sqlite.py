"""SQLite's side of backup, restore and verify. A database's name is the path of its file."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.backups.data_lock import in_use
from portal.backups.snapshot import Snapshot, rows

#: Bytes that every connection in WAL mode holds a shared lock on, as long as it is open: the range
#: PENDING_BYTE + 2 of https://sqlite.org/src/file/src/os.h.
SHARED_FIRST, SHARED_SIZE = 0x40000002, 510
#: What SQLite keeps beside its file. A -wal belongs to one file: beside another, it spoils it.
BESIDE = ("-wal", "-shm", "-journal")


class SQLite:
    vendor = "sqlite"

    def __init__(self, name: str) -> None:
        self.name = name

    def version(self) -> str:
        return sqlite3.sqlite_version

    def dump(self, to: Path) -> Snapshot:
        """Write the database to `to`, as it is at one moment. Raises CommandError."""
        if not Path(self.name).exists():
            raise CommandError(_("There is no database at %s. Is PORTAL_DATA right?") % self.name)
        try:
            with closing(sqlite3.connect(self.name, timeout=60, isolation_level=None)) as source:
                source.execute("VACUUM INTO ?", [str(to)])
            return self.snapshot(str(to))
        except sqlite3.Error as error:
            raise CommandError(_("SQLite can't copy the database: %s") % error) from None

    def check_unused(self) -> None:
        """Raises CommandError if any other process has the database open."""
        try:
            file = os.open(self.name, os.O_RDWR)
        except FileNotFoundError:
            return
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, SHARED_SIZE, SHARED_FIRST)
        except BlockingIOError:
            raise CommandError(in_use(self.name)) from None
        finally:
            os.close(file)

    def load(self, dump: Path, name: str) -> None:
        """Make the database `name` from a dump. Replaces what an earlier try has left there."""
        self.drop(name)
        shutil.copyfile(dump, name)

    def drop(self, name: str) -> None:
        for suffix in ("", *BESIDE):
            Path(name + suffix).unlink(missing_ok=True)

    def snapshot(self, name: str) -> Snapshot:
        with closing(sqlite3.connect(name)) as connection:
            tables = [
                table
                for (table,) in rows(
                    connection,
                    # What a virtual table holds lies in ordinary ones, and the search's can't be
                    # read row by row.
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                    " AND sql NOT LIKE 'CREATE VIRTUAL %'"
                    " AND (name NOT LIKE 'sqlite_%' OR name = 'sqlite_sequence')",
                )
            ]
            kinds = "SELECT type, count(*) FROM sqlite_master GROUP BY type"
            sums = {table: _sum(connection, table) for table in tables}
            connection.text_factory = str
            return Snapshot.of(connection, sums, dict(rows(connection, kinds)))

    def exists(self, name: str) -> bool:
        return Path(name).exists()

    def scratch_name(self, folder: Path) -> str:
        """A name for a database that is used once, in a folder for such things."""
        return str(folder / "portal.sqlite3")

    def faults(self, name: str) -> list[str]:
        """What SQLite itself finds wrong in the database."""
        with closing(sqlite3.connect(name)) as connection:
            found = [line for (line,) in rows(connection, "PRAGMA integrity_check")]
            keys = rows(connection, "PRAGMA foreign_key_check")
        lines = [] if found == ["ok"] else [f"integrity_check: {line}" for line in found]
        return lines + [f"foreign_key_check: {key}" for key in keys]

    def swap(self, new: str, old: str) -> None:
        """Put the database `new` in the place of the current one, which is then called `old`.

        May be called again after it was killed.
        """
        if not Path(new).exists():
            return
        for suffix in (*BESIDE, ""):
            if Path(self.name + suffix).exists() and not Path(old + suffix).exists():
                Path(self.name + suffix).rename(old + suffix)
        Path(new).rename(self.name)


def _sum(connection: Any, table: str) -> dict[str, Any]:
    columns = rows(connection, f'PRAGMA table_info("{table}")')
    key = [f'"{name}"' for _n, name, _type, _null, _default, pk in columns if pk] or ["1"]
    # Bytes, so that nothing is decoded: it takes half the time, and can't fail.
    connection.text_factory = bytes
    digest, count = hashlib.sha256(), 0
    for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY {", ".join(key)}'):  # noqa: S608
        digest.update(repr(row).encode())
        count += 1
    connection.text_factory = str
    return {"rows": count, "sha256": digest.hexdigest()}

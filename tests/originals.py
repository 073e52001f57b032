"""Databases that are created once and then copied: an empty one, and the demo with its files.

The migrations take fifteen seconds, and the demo takes fifteen more. A copy takes less than one.
An original is kept for later runs until one of its sources changes.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).parents[1]
KEPT = ROOT / ".pytest_cache" / "originals"
DATABASE = "portal.sqlite3"
FOLDERS = [*sorted(path.parent.name for path in ROOT.glob("*/apps.py")), "demo", "locale"]
#: The sources of each original, and the commands that create it.
SOURCES = {
    "empty": ["requirements.txt", "*/migrations/*.py", "*/apps.py", "portal/settings.py"],
    "demo": ["requirements.txt", *(f"{name}/**/*.*" for name in [*FOLDERS, "static", "templates"])],
}
COMMANDS = {
    "empty": [["migrate", "-v0"], ["createcachetable", "-v0"]],
    "demo": [
        ["collectstatic", "--noinput", "-v0"],
        ["prepare"],
        ["worker", "--once"],  # prepares the pictures, which takes half a minute
    ],
}


def server() -> str:
    """Returns the DATABASE_URL of the PostgreSQL server that the tests use, or "" for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def named(name: str) -> str:
    """Returns the DATABASE_URL of one database on the server."""
    return urlunsplit(urlsplit(server())._replace(path=f"/{name}"))


def create(name: str, kind: str = "empty") -> None:
    """Creates a copy on the server, and replaces any old one."""
    source = original(kind).name
    drop(name)
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def drop(name: str) -> None:
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def for_tests(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Points Django's `connection` to a copy, as its test runner points it to a new database."""
    name = connection.creation._get_test_db_name()
    connection.close()
    if server():
        # Another checkout may be tested on the same server.
        name += f"_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]}"
        create(name)
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    if not server():
        with closing(sqlite3.connect(original("empty") / DATABASE)) as source:
            source.backup(connection.connection)
    yield
    connection.close()
    if server():
        connection.close_pool()
        drop(name)


def original(kind: str) -> Path:
    """Returns the original's folder, and creates it if it doesn't exist.

    The folder holds the files and SQLite's database. A database on the server has its name.
    """
    # Each checkout has its own originals: one can't tell which of them another still needs.
    digest = hashlib.sha256(f"{ROOT} {server()}".encode())
    for path in sorted({path for source in SOURCES[kind] for path in ROOT.glob(source)}):
        name = str(path.relative_to(ROOT))
        if path.is_file() and "__pycache__" not in name:
            digest.update(name.encode() + path.read_bytes())
    prefix = f"portal_{kind}_{'postgres' if server() else 'sqlite'}_"
    folder = KEPT / f"{prefix}{digest.hexdigest()[:12]}"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # only one process creates it
        if not _is_there(folder):
            for old in KEPT.glob(f"{prefix}*"):
                shutil.rmtree(old)
                if server():
                    drop(old.name)
            _make(kind, folder)
    return folder


def _is_there(folder: Path) -> bool:
    if not folder.exists() or not server():
        return folder.exists()
    with psycopg.connect(server()) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [folder.name])
        return found.fetchone() is not None


def _make(kind: str, folder: Path) -> None:
    """Creates an original under another name, and renames it when it is complete. A creation that
    was killed starts over."""
    new = folder.with_name(f"{folder.name}_new")
    shutil.rmtree(new, ignore_errors=True)
    if server():
        drop(new.name)
        drop(folder.name)
    if kind != "empty":
        shutil.copytree(original("empty"), new)
    env = {**os.environ, "PORTAL_DATA": str(new), "DEMO": "1", "PYTHONWARNINGS": "ignore"}
    env |= {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    env["NARRATION_ENGINES"] = "none"  # reading the demo aloud takes a core a minute
    if server():
        if kind != "empty":
            create(new.name)
        else:
            with psycopg.connect(server(), autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{new.name}"')
        env["DATABASE_URL"] = named(new.name)
    else:
        env.pop("DATABASE_URL", None)
    new.mkdir(exist_ok=True)
    for command in COMMANDS[kind]:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
    if server():
        with psycopg.connect(server(), autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{new.name}" RENAME TO "{folder.name}"')
    else:
        with closing(sqlite3.connect(new / DATABASE)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode=DELETE")
    new.rename(folder)

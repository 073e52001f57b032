"""PostgreSQL's side of backup, restore and verify."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import CommandError
from django.db import connection as django_connection
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Composable, Identifier

from portal.backups.data_lock import in_use
from portal.backups.snapshot import Snapshot, rows

#: The database that every server has. One can't rename or drop a database from within it.
MAINTENANCE = "postgres"
#: What ends a session that takes long. pg_dump and pg_restore turn it off themselves.
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
#: PostgreSQL cuts a longer name without a word.
NAME_BYTES = 63
TABLES = """
    SELECT relname, ARRAY(
        SELECT attname::text FROM pg_index
        JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
        WHERE indrelid = pg_class.oid AND indisprimary ORDER BY attnum
    )
    FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
    ORDER BY relname
"""
#: Constraints that every version of the server counts alike: primary keys, unique, foreign, check.
KINDS = """
    SELECT contype::text, count(*) FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace AND contype IN ('p', 'u', 'f', 'c')
    GROUP BY contype
    UNION ALL SELECT 'index', count(*) FROM pg_indexes WHERE schemaname = current_schema()
"""
KIND_NAMES = {"p": "primary key", "u": "unique", "f": "foreign key", "c": "check"}


class PostgreSQL:
    vendor = "postgresql"

    def __init__(self, name: str) -> None:
        self.name = name

    def version(self) -> str:
        with self._connected(MAINTENANCE) as connection:
            return str(rows(connection, "SHOW server_version")[0][0])

    def dump(self, to: Path) -> Snapshot:
        """Write the database to `to`, as it is at one moment. Raises CommandError.

        pg_dump and the snapshot read the same moment, whatever is written meanwhile.
        """
        with self._connected(self.name) as connection:
            self._check_tool("pg_dump", connection.info.server_version // 10_000)
            connection.autocommit = False
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            moment = rows(connection, "SELECT pg_export_snapshot()")[0][0]
            # Compression beyond the first level takes three times as long, for a tenth of the size.
            options = ["--format=custom", "--compress=1", f"--snapshot={moment}", f"--file={to}"]
            with self._running("pg_dump", self.name, *options):
                return self._snapshot(connection)

    def check_unused(self) -> None:
        """Raises CommandError if there are sessions in the database, from any machine."""
        with self._connected(MAINTENANCE) as connection:
            found = connection.execute(
                "SELECT DISTINCT coalesce(host(client_addr), 'socket') FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'",
                [self.name],
            ).fetchall()
        if found:
            raise CommandError(in_use(f"«{self.name}» ({', '.join(row[0] for row in found)})"))

    def load(self, dump: Path, name: str) -> None:
        """Make the database `name` from a dump. Replaces what an earlier try has left there."""
        with self._connected(MAINTENANCE) as connection:
            self._check_tool("pg_restore", 0)
            self._drop(connection, name)
            locale = connection.execute(
                "SELECT datcollate, datctype FROM pg_database WHERE datname = %s", [self.name]
            ).fetchone()
            options: Composable = SQL("TEMPLATE template0 ENCODING 'UTF8'")
            if locale:
                options = options + SQL(" LC_COLLATE {} LC_CTYPE {}").format(*locale)
            connection.execute(SQL("CREATE DATABASE {} {}").format(Identifier(name), options))
        options_of_restore = ["--exit-on-error", "--single-transaction", "--no-owner"]
        with self._running("pg_restore", name, *options_of_restore, "--no-privileges", str(dump)):
            pass
        with self._connected(name) as connection:
            connection.execute("ANALYZE")  # pg_dump leaves the planner's statistics out

    def drop(self, name: str) -> None:
        with self._connected(MAINTENANCE) as connection:
            self._drop(connection, name)

    def snapshot(self, name: str) -> Snapshot:
        with self._connected(name) as connection:
            return self._snapshot(connection)

    def exists(self, name: str) -> bool:
        with self._connected(MAINTENANCE) as connection:
            return self._exists(connection, name)

    def scratch_name(self, folder: Path) -> str:
        """A name for a database that is used once."""
        return f"{self.name}_verify"

    def faults(self, name: str) -> list[str]:
        """Nothing: a restore in one transaction has checked each row and each constraint."""
        return []

    def swap(self, new: str, old: str) -> None:
        """Put the database `new` in the place of the current one, which is then called `old`.

        May be called again after it was killed. Raises CommandError if there are sessions.
        """
        if len(old.encode()) > NAME_BYTES:
            raise CommandError(_("The name of the database is too long: %s.") % old)
        with self._connected(MAINTENANCE) as connection, connection.transaction():
            if not self._exists(connection, new):
                return
            rename = SQL("ALTER DATABASE {} RENAME TO {}")
            if self._exists(connection, self.name):
                connection.execute(rename.format(Identifier(self.name), Identifier(old)))
            connection.execute(rename.format(Identifier(new), Identifier(self.name)))

    def _exists(self, connection: Any, name: str) -> bool:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None

    def _drop(self, connection: Any, name: str) -> None:
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def _snapshot(self, connection: Any) -> Snapshot:
        tables = {}
        for table, key in rows(connection, TABLES):
            # As text and by bytes, so that servers with other collations sort alike.
            order = ", ".join(f'"{name}"::text COLLATE "C"' for name in key) or "1"
            digest, count = hashlib.sha256(), 0
            sql = f'COPY (SELECT * FROM "{table}" ORDER BY {order}) TO STDOUT'  # noqa: S608
            with connection.cursor().copy(sql) as copy:
                for data in copy:
                    digest.update(data)
                    count += bytes(data).count(b"\n")  # one at the end of each row, and no other
            tables[table] = {"rows": count, "sha256": digest.hexdigest()}
        schema = {KIND_NAMES.get(kind, kind): number for kind, number in rows(connection, KINDS)}
        return Snapshot.of(connection, tables, schema)

    def _parameters(self, name: str) -> dict[str, Any]:
        """libpq's part of the settings."""
        known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
        given = django_connection.get_connection_params()
        return {key: value for key, value in given.items() if key in known} | {"dbname": name}

    @contextmanager
    def _connected(self, name: str) -> Iterator[Any]:
        """A connection without limits of time. Raises CommandError for what the server refuses."""
        try:
            with psycopg.connect(**self._parameters(name), autocommit=True) as connection:
                for setting in LIMITS:
                    connection.execute(f"SET {setting} = 0")
                connection.execute("SET TimeZone = 'UTC'")
                yield connection
        except psycopg.errors.ObjectInUse:
            raise CommandError(in_use(f"«{self.name}»")) from None
        except psycopg.Error as error:
            problem = _("PostgreSQL refuses: %s.") % " ".join(str(error).split())
            if isinstance(error, psycopg.errors.InsufficientPrivilege) and name == MAINTENANCE:
                role = self._parameters(name).get("user") or "portal"
                command = f'ALTER ROLE "{role}" CREATEDB'
                problem += " " + _("As the server's administrator, run «%s».") % command
            raise CommandError(problem) from None

    @contextmanager
    def _running(self, tool: str, name: str, *options: str) -> Iterator[None]:
        """Run one of PostgreSQL's programs beside the block, and wait for its end.

        Raises CommandError if it fails.
        """
        parameters = self._parameters(name)
        # Others can read the arguments of a process, but not its environment.
        env = {**os.environ, "PGPASSWORD": str(parameters.pop("password", "") or "")}
        if not env["PGPASSWORD"]:
            del env["PGPASSWORD"]
        process = subprocess.Popen(  # noqa: S603
            [tool, f"--dbname={make_conninfo(**parameters)}", *options],
            env=env,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield
            said = process.communicate()[1]
        except BaseException:
            process.kill()
            process.communicate()
            raise
        if process.returncode:
            raise CommandError(_("%(tool)s fails: %(said)s") % {"tool": tool, "said": said.strip()})

    def _check_tool(self, tool: str, server: int) -> None:
        """Raises CommandError if `tool` is missing, or older than the server's major version."""
        remedy = _("Install the package postgresql-client of the server's version or a newer one.")
        if shutil.which(tool) is None:
            raise CommandError(_("The program %s is missing.") % tool + " " + remedy)
        asked = [tool, "--version"]
        told = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603
        version = int(re.search(r"\d+", told.stdout)[0])  # type: ignore[index]
        if version < server:
            older = _("%(tool)s %(version)d is older than the server, %(server)d.")
            told_older = older % {"tool": tool, "version": version, "server": server}
            raise CommandError(f"{told_older} {remedy}")

"""What a database holds at one moment, in figures that a copy of it must match."""

from typing import Any, NamedTuple

from django.apps import apps
from django.core.management.base import CommandError
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _


class Snapshot(NamedTuple):
    #: By table: {"rows": …, "sha256": of all its rows in the order of the primary key}.
    tables: dict[str, dict[str, Any]]
    #: How many there are of each kind of index and constraint.
    schema: dict[str, int]
    #: The applied migrations that this program knows, as «app.name».
    migrations: list[str]
    #: The media files that rows name, as paths in the media folder.
    files: list[str]

    @classmethod
    def of(
        cls, connection: Any, tables: dict[str, dict[str, Any]], schema: dict[str, int]
    ) -> "Snapshot":
        """`connection` is sqlite3's or psycopg's own: `execute` returns a cursor of rows.

        Raises CommandError for a database without tables.
        """
        table = MigrationRecorder.Migration._meta.db_table
        if table not in tables:
            raise CommandError(_("The database has no tables. Make them with «manage.py prepare»."))
        made = rows(connection, f"SELECT app, name FROM {table}")  # noqa: S608
        applied = {f"{app}.{name}" for app, name in made}
        files: set[str] = set()
        for field in file_fields():
            if field.model._meta.db_table in tables:
                sql = f'SELECT "{field.column}" FROM "{field.model._meta.db_table}"'  # noqa: S608
                files |= {name for (name,) in rows(connection, sql) if name}
        return cls(tables, schema, sorted(applied & known_migrations()), sorted(files))


def rows(connection: Any, sql: str) -> list[Any]:
    return list(connection.execute(sql))


def file_fields() -> list[Any]:
    """The columns of all rooms that name a media file."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.FileField)
    ]


def known_migrations() -> set[str]:
    """The migrations of this program, and those that they have replaced, as «app.name»."""
    on_disk = MigrationLoader(None).disk_migrations
    known = {key for migration in on_disk.values() for key in migration.replaces} | set(on_disk)
    return {f"{app}.{name}" for app, name in known}


def current_migrations() -> set[str]:
    """The migrations that a database has when this program has brought it up to date."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def differences(expected: Snapshot, found: Snapshot) -> list[str]:
    """A line for each table or kind of constraint that isn't the same."""
    lines = []
    for name in sorted({*expected.tables, *found.tables}):
        before, after = expected.tables.get(name), found.tables.get(name)
        if before is None or after is None:
            lines.append(
                _("Table %s is missing.") % name if before else _("Table %s is too many.") % name
            )
        elif before["rows"] != after["rows"]:
            lines.append(
                _("Table %(name)s has %(after)d rows, not %(before)d.")
                % {"name": name, "after": after["rows"], "before": before["rows"]}
            )
        elif before != after:
            lines.append(_("Table %s has other content.") % name)
    for kind in sorted({*expected.schema, *found.schema}):
        numbers = {"before": expected.schema.get(kind, 0), "after": found.schema.get(kind, 0)}
        if numbers["before"] != numbers["after"]:
            lines.append(
                _("There are %(after)d of «%(kind)s», not %(before)d.") % {"kind": kind, **numbers}
            )
    return lines

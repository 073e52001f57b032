"""The portal's database, for backup, restore and verify."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from portal.backups.sqlite import SQLite

if TYPE_CHECKING:
    from portal.backups.postgresql import PostgreSQL


def database() -> "SQLite | PostgreSQL":
    """The gateway to the database of the settings."""
    name = str(settings.DATABASES["default"]["NAME"])
    if connection.vendor == "sqlite":
        return SQLite(name)
    # Every process of the portal imports this module, and psycopg takes memory.
    from portal.backups.postgresql import PostgreSQL

    return PostgreSQL(name)

"""The cache in the database where allauth counts log-ins."""

from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections


class LimitsCache(DatabaseCache):
    """Drops expired rows only.

    Django's cache drops rows in the order of their keys when it holds MAX_ENTRIES. An attacker
    could fill it, and so drop the count of their own log-ins.
    """

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        operations = connections[db].ops
        table = operations.quote_name(self._table)  # type: ignore[attr-defined]
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608
            [operations.adapt_datetimefield_value(now)],
        )

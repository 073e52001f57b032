"""The cache in which allauth counts log-ins, in the database."""

from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections


class LimitsCache(DatabaseCache):
    """Django's throws rows out in the order of their keys when it holds MAX_ENTRIES: an attacker
    who fills it would throw out the count of their own log-ins. Here only expired rows go."""

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        operations = connections[db].ops
        table = operations.quote_name(self._table)  # type: ignore[attr-defined]
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608
            [operations.adapt_datetimefield_value(now)],
        )

"""The cache in the database where allauth counts log-ins."""

import base64
import pickle
import time
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router

#: Rows. While this many are deleted, a writer waits some 60 ms at the most: bench/limits.py.
BATCH = 1_000


class LimitsCache(DatabaseCache):
    """Stores a value in one statement, drops no count that holds, and hides no error.

    Django's cache counts its rows before it stores one. When it holds MAX_ENTRIES, it drops a third
    of them in the order of their keys, so an attacker could drop the count of their own log-ins. It
    also hides a database that can't be written to. allauth then took a full disk for somebody who
    tried too often.

    Here the worker deletes what has expired (`forget`), by the index on `expires`.
    """

    def _base_set(
        self, mode: str, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT
    ) -> bool:
        """Store `value` for `timeout` seconds, and return whether it was stored.

        "add" stores it only if the key is new or has expired, and "touch" stores only the time.
        Raises DatabaseError.
        """
        db, table = self._written_to()
        until = self.get_backend_timeout(timeout)
        moment = datetime.max if until is None else datetime.fromtimestamp(int(until), UTC)
        adapt = connections[db].ops.adapt_datetimefield_value
        expires, now = adapt(moment), adapt(datetime.fromtimestamp(int(time.time()), UTC))
        with connections[db].cursor() as cursor:
            if mode == "touch":
                cursor.execute(
                    f"UPDATE {table} SET expires = %s WHERE cache_key = %s AND expires >= %s",  # noqa: S608
                    [expires, key, now],
                )
            else:
                pickled = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode()
                cursor.execute(
                    f"INSERT INTO {table} AS kept (cache_key, value, expires)"  # noqa: S608
                    " VALUES (%s, %s, %s) ON CONFLICT (cache_key)"
                    " DO UPDATE SET value = excluded.value, expires = excluded.expires"
                    " WHERE kept.expires < %s OR %s = 'set'",
                    [key, pickled, expires, now, mode],
                )
            return bool(cursor.rowcount)

    def forget(self) -> None:
        """Delete what has expired, a batch at a time. Raises DatabaseError."""
        db, table = self._written_to()
        now = connections[db].ops.adapt_datetimefield_value(datetime.now(UTC))
        deleted = BATCH
        while deleted == BATCH:
            with connections[db].cursor() as cursor:
                cursor.execute(
                    # Asked twice, because a count may be renewed in between.
                    f"DELETE FROM {table} WHERE expires < %s AND cache_key IN"  # noqa: S608
                    f" (SELECT cache_key FROM {table} WHERE expires < %s"
                    " ORDER BY expires LIMIT %s)",
                    [now, now, BATCH],
                )
                deleted = cursor.rowcount

    def _written_to(self) -> tuple[str, str]:
        """The alias of the database, and the quoted name of the table."""
        db = router.db_for_write(self.cache_model_class)  # type: ignore[attr-defined]
        return db, connections[db].ops.quote_name(self._table)  # type: ignore[attr-defined]

"""The caches: of limits, in the database, and one in Redis that the portal can do without."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import connections
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class LimitsCache(DatabaseCache):
    """Django's, in the database, which at MAX_ENTRIES throws rows out in the order of their keys:
    somebody who fills it would throw out the count of their own log-ins. Here only what has expired
    goes."""

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        operations = connections[db].ops
        table = operations.quote_name(self._table)  # type: ignore[attr-defined]
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608
            [operations.adapt_datetimefield_value(now)],
        )


class LosableRedisCache(RedisCache):
    """Redis away is a miss, not an error: what is kept here can be made again."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(default, super().get, key, default, version)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._try({}, super().get_many, keys, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._try(None, super().set, *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._try([], super().set_many, *args, **kwargs)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._try(False, super().delete, key, version)

    def _try(self, otherwise: Any, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except RedisError as error:
            logger.warning("Redis does not answer: %s", error)
            return otherwise

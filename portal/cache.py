"""A cache in Redis that the portal can do without."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class LosableRedisCache(RedisCache):
    """Redis away is a miss, not an error: what is kept here can be made again."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().get, *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().get_many, *args, **kwargs) or {}

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().set, *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().set_many, *args, **kwargs) or []

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().delete, *args, **kwargs)

    def _try(self, call: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except RedisError as error:
            logger.warning("Redis does not answer: %s", error)
            return kwargs.get("default")

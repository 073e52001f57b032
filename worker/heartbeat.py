"""The worker's sign of life, for /healthz."""

import time

from django.core.cache import cache

KEY = "worker-heartbeat"
#: Seconds. An older sign of life means that no worker lives.
MAX_AGE = 60


def beat() -> None:
    cache.set(KEY, time.time(), 10 * MAX_AGE)


def age() -> float:
    """In seconds; very many where there never was any. Raises DatabaseError."""
    return time.time() - float(cache.get(KEY, 0))

"""The worker's heartbeat, for /healthz."""

import time

from django.core.cache import cache

KEY = "worker-heartbeat"
#: Seconds. An older heartbeat means that no worker is alive.
MAX_AGE = 60


def beat() -> None:
    cache.set(KEY, time.time(), 10 * MAX_AGE)


def age() -> float:
    """Seconds since the last heartbeat; very many if there was none. Raises DatabaseError.

    A heartbeat from the future is as wrong as an old one: the clock was set back since, and a live
    worker would have given another.
    """
    return abs(time.time() - float(cache.get(KEY, 0)))

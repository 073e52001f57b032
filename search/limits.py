"""How much one visitor or member may search, so that nobody can keep a process busy alone.

The counts are in the process's memory. A GET writes nothing to the database, and a search costs
milliseconds, so it isn't worth a row. Where an address is shared, as by a school, all behind it
share a count that is wide enough for a class of 300.
"""

import time
from collections import OrderedDict
from threading import Lock

from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest

#: How many visitors or members a count remembers. The one that came first is forgotten first.
MAX_KEYS = 10_000


class Buckets:
    """A token bucket for each key: `burst` at once, and then `per_second`."""

    def __init__(self, burst: int, per_second: float) -> None:
        self.burst, self.per_second = burst, per_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str) -> bool:
        """Take one. False if none is left."""
        now = time.monotonic()
        with self._lock:
            left, then = self._left.pop(key, (float(self.burst), now))
            left = min(self.burst, left + (now - then) * self.per_second)
            self._left[key] = max(0.0, left - 1), now
            if len(self._left) > MAX_KEYS:
                self._left.popitem(last=False)
            return left >= 1

    def clear(self) -> None:
        with self._lock:
            self._left.clear()


#: Two searches at once for each of 300 behind an address, then 20 a second.
BY_ADDRESS = Buckets(600, 20)
BY_MEMBER = Buckets(60, 2)
#: As many as nginx lets through from an address (deploy/nginx.conf).
SUGGESTIONS = Buckets(1_500, 100)


def may_search(request: HttpRequest) -> bool:
    """Whether the request is within its limit. Counts it."""
    if request.user.is_authenticated:
        return BY_MEMBER.take(str(request.user.pk))
    return BY_ADDRESS.take(get_ip(request))


def may_suggest(request: HttpRequest) -> bool:
    return SUGGESTIONS.take(get_ip(request))

"""Counts that a process holds in memory for seconds, and adds to a table together.

No request writes, and none waits for a write. A process that is killed loses what it holds, which
is what was counted in the last EVERY seconds.
"""

import atexit
import logging
from collections import Counter
from collections.abc import Callable, Hashable
from threading import Lock, Timer
from typing import Generic, TypeVar

from django.db import Error as DatabaseAway
from django.db import connection

logger = logging.getLogger(__name__)

Key = TypeVar("Key", bound=Hashable)

#: Seconds that a count is held before it is written.
EVERY = 10


class Tally(Generic[Key]):
    """The counts that one process holds.

    `keep` adds them to the table, all or none. `most` is the most different counts that are held:
    what comes beyond is not counted, so that made-up addresses can't fill the memory.
    """

    def __init__(self, keep: Callable[["Counter[Key]"], None], most: int) -> None:
        self._keep, self._most = keep, most
        #: How many times, in a list of its own, so that a count looks its key up only once.
        self._held: dict[Key, list[int]] = {}
        self._is_waiting = False
        self._lock = Lock()
        atexit.register(self.write, is_last=True)

    def count(self, key: Key, times: int = 1) -> None:
        with self._lock:
            if known := self._held.get(key):
                known[0] += times
                return
            if len(self._held) >= self._most:
                return
            self._held[key] = [times]
            if self._is_waiting:
                return
            self._is_waiting = True
        # In a thread of its own, no reader waits for it: on SQLite, another write may hold it up.
        timer = Timer(EVERY, self._write_and_close)
        timer.daemon = True
        timer.start()

    def write(self, *, is_last: bool = False) -> None:
        """Add what is held to the table. While the database is away, it is held on, unless this is
        the last time."""
        with self._lock:
            counts, self._held, self._is_waiting = self._held, {}, False
        if not counts:
            return
        held = Counter({key: times for key, (times,) in counts.items()})
        try:
            self._keep(held)
        except DatabaseAway as error:
            what = "are lost" if is_last else "wait"
            logger.warning("%d counts %s: the database is away (%s)", held.total(), what, error)
            for key, times in () if is_last else held.items():
                self.count(key, times)

    def _write_and_close(self) -> None:
        try:
            self.write()
        finally:
            connection.close()  # this thread's own

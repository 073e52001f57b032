"""The caches of published content that each process holds."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from delivery.content_version import content_version

T = TypeVar("T")

#: Seconds. The longest life of an entry. It covers content that changes by the clock alone, such as
#: a sponsor line that ends, and any change that fails to raise the content version.
MAX_AGE = 60


@dataclass(slots=True)
class Entry:
    value: Any
    size: int
    version: int
    expires_at: float


class LRUCache:
    """At most `max_bytes` of values. Each entry has the content version that was known before its
    value was made. The least recently used entry is dropped first."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes, self.size = max_bytes, 0
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._making: dict[Hashable, tuple[threading.Lock, int]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, version: int) -> Any:
        """None for a miss, for an expired entry, and for an entry of another version."""
        entry = self._entries.get(key)
        if entry is None or entry.version != version or time.monotonic() >= entry.expires_at:
            return None
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
        return entry.value

    def set(self, key: Hashable, value: Any, size: int, version: int) -> None:
        """`size` is an estimate in bytes. A value larger than the whole cache is not kept."""
        with self._lock:
            if replaced := self._entries.pop(key, None):
                self.size -= replaced.size
            self._drop_stale(version)
            if size > self.max_bytes:
                return
            self._entries[key] = Entry(value, size, version, time.monotonic() + MAX_AGE)
            self.size += size
            while self.size > self.max_bytes:
                self.size -= self._entries.popitem(last=False)[1].size

    def _drop_stale(self, version: int) -> None:
        """Drop the entries that can no longer be hits, among the four least recently used."""
        now = time.monotonic()
        for key, entry in list(islice(self._entries.items(), 4)):
            if entry.version != version or now >= entry.expires_at:
                del self._entries[key]
                self.size -= entry.size

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self.size = 0

    @contextmanager
    def making(self, key: Hashable) -> Iterator[None]:
        """Admits one thread at a time for each key. The next one finds the first one's value."""
        with self._lock:
            lock, waiting = self._making.get(key, (threading.Lock(), 0))
            self._making[key] = lock, waiting + 1
        try:
            with lock:
                yield
        finally:
            with self._lock:
                lock, waiting = self._making.pop(key)
                if waiting > 1:
                    self._making[key] = lock, waiting - 1

    def get_or_make(self, key: Hashable, make: Callable[[], tuple[Any, int]]) -> Any:
        """`make` returns the value and its size. The key must hold everything besides the content
        that the value depends on. For a value with text, that includes what its reader may read."""
        version = content_version()
        found = self.get(key, version)
        if found is None:
            with self.making(key):
                version = content_version()
                found = self.get(key, version)
                if found is None:
                    found, size = make()
                    self.set(key, found, size, version)
        return found


#: Values that many pages show, such as the parts of a series. The size is in bytes, for each worker
#: process. A page made from an entry here can be twice MAX_AGE old.
shared_cache = LRUCache(6 * 1024 * 1024)
#: The estimated size of a database row in memory, in bytes.
ROW = 1_500


def cached_rows(key: Hashable, rows: "Callable[[], Iterable[T]]", row_size: int = ROW) -> "list[T]":
    """A list that many pages share. Callers must not change it."""

    def make() -> tuple[list[T], int]:
        made = list(rows())
        return made, row_size * (len(made) + 1)

    found: list[T] = shared_cache.get_or_make(key, make)
    return found

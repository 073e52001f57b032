"""What this process keeps of the published content, so as not to make it again."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections

from articles.models import ContentVersion

T = TypeVar("T")

#: How old, in seconds, the content version that a process goes by may be.
VERSION_AGE = 0.25
#: How long, in seconds, a thing is kept at most: for what changes by the clock alone, such as a
#: sponsor line that ends, and should the version ever fail to rise.
KEPT_FOR = 60


class KnownVersion:
    """The content version as this process knows it."""

    def __init__(self) -> None:
        self._number, self._good_until = 0, 0.0
        self._away: OperationalError | InterfaceError | None = None
        self._lock = threading.Lock()

    def __call__(self, *, in_request: bool = True) -> int:
        """Raises django.db.Error where it is too old and can't be read."""
        if time.monotonic() >= self._good_until:
            with self._lock:
                if time.monotonic() >= self._good_until:
                    self._ask(in_request)
        if away := self._away:  # those who waited in line for it need not ask as well
            raise away.with_traceback(None)
        return self._number

    def _ask(self, in_request: bool) -> None:
        asked_at = time.monotonic()
        try:
            self._number, self._away = ContentVersion.stored(), None
            self._good_until = asked_at + VERSION_AGE
        except (OperationalError, InterfaceError) as error:
            self._away, self._good_until = error, time.monotonic() + VERSION_AGE
        finally:
            if not in_request:  # nobody else would hand the connection back
                close_old_connections()


content_version = KnownVersion()


@dataclass(slots=True)
class Kept:
    value: Any
    size: int
    version: int
    good_until: float


class Memory:
    """At most `max_bytes` of things, each under the content version that was known before it was
    made; what has not been asked for the longest goes first."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes, self.size = max_bytes, 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._making: dict[Hashable, tuple[threading.Lock, int]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, version: int) -> Any:
        """None where it isn't there, or shows what was before."""
        kept = self._kept.get(key)
        if kept is None or kept.version != version or time.monotonic() >= kept.good_until:
            return None
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
        return kept.value

    def keep(self, key: Hashable, value: Any, size: int, version: int) -> None:
        """`size` is in bytes, about; what alone is too large for the memory is not kept."""
        with self._lock:
            if replaced := self._kept.pop(key, None):
                self.size -= replaced.size
            self._forget_old(version)
            if size > self.max_bytes:
                return
            self._kept[key] = Kept(value, size, version, time.monotonic() + KEPT_FOR)
            self.size += size
            while self.size > self.max_bytes:
                self.size -= self._kept.popitem(last=False)[1].size

    def _forget_old(self, version: int) -> None:
        """What nobody will be given again, among what has not been asked for the longest."""
        now = time.monotonic()
        for key, kept in list(islice(self._kept.items(), 4)):
            if kept.version != version or now >= kept.good_until:
                del self._kept[key]
                self.size -= kept.size

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self.size = 0

    @contextmanager
    def making(self, key: Hashable) -> Iterator[None]:
        """One thread at a time for each key: who comes second finds what the first has made."""
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
        """`make` gives the thing and its size. The key must hold whatever the thing depends on
        beside the content: above all the access level, where there is text in it."""
        version = content_version()
        found = self.get(key, version)
        if found is None:
            with self.making(key):
                version = content_version()
                found = self.get(key, version)
                if found is None:
                    found, size = make()
                    self.keep(key, found, size, version)
        return found


#: What many pages show, such as the parts of a series; for each worker process, in bytes. A page
#: made of what is kept here can so be twice KEPT_FOR old.
common = Memory(6 * 1024 * 1024)
#: The size of a row of the database in memory, in bytes, about.
ROW = 1_500


def rows_in_common(
    key: Hashable, rows: "Callable[[], Iterable[T]]", row_size: int = ROW
) -> "list[T]":
    """A list that many pages show, and nobody may change."""

    def make() -> tuple[list[T], int]:
        made = list(rows())
        return made, row_size * (len(made) + 1)

    found: list[T] = common.get_or_make(key, make)
    return found

"""What is searched for, counted without anything that tells who.

A count is of occasions: of stretches of ten minutes in which somebody searched for the words. Words
get into the database only after they were searched for in five different hours. Until then they
are in this process's memory and nowhere else, and no visitor, address or session is kept beside
them, not even there. docs/decisions/0112-searches-are-counted-without-people.md has the reasons.
"""

import logging
import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.db import Error as DatabaseAway
from django.db import transaction
from django.utils import timezone

from accounts.access import Access, Reader
from search.asked import Asked
from search.finding import Found
from search.models import SearchCount

logger = logging.getLogger(__name__)

#: Different hours in which words were searched for, before they are written.
HOURS = 5
#: Seconds.
OCCASION, HOUR, MONTH = 600, 3_600, 30 * 86_400
#: Longer searches are sentences, which may tell more of somebody than what they look for.
MAX_WORDS, MAX_LENGTH = 3, 40
#: Words that are held at a time. The ones that came first are forgotten first.
MAX_HELD = 5_000


def words_of(typed: str) -> str:
    """What a search counts as: its words in small letters. "" for one that isn't counted.

    A number or an address may belong to somebody.
    """
    words = re.findall(r"\w+", typed.casefold())
    text = " ".join(words)
    is_countable = 0 < len(words) <= MAX_WORDS and len(text) <= MAX_LENGTH
    return text if is_countable and not re.search(r"[\d_@]", typed) else ""


@dataclass(slots=True)
class Held:
    """Words that were searched for, with what isn't written of them yet."""

    began: float
    hours: set[int] = field(default_factory=set)
    last: int = -1
    last_miss: int = -1
    times: int = 0
    misses: int = 0

    def count(self, now: float, is_miss: bool) -> None:
        occasion = int(now // OCCASION)
        if len(self.hours) < HOURS:
            self.hours.add(int(now // HOUR))
        if occasion != self.last:
            self.last, self.times = occasion, self.times + 1
        if is_miss and occasion != self.last_miss:
            self.last_miss, self.misses = occasion, self.misses + 1

    @property
    def is_due(self) -> bool:
        return len(self.hours) >= HOURS and bool(self.times or self.misses)


class Tally:
    """The counts that one process holds."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._lock = Lock()
        self._written_at = 0.0

    def count(self, words: str, *, is_miss: bool) -> None:
        now = time.time()
        with self._lock:
            if words in self._held and now - self._held[words].began > MONTH:
                del self._held[words]
            held = self._held.setdefault(words, Held(began=now))
            held.count(now, is_miss)
            if len(self._held) > MAX_HELD:
                self._held.popitem(last=False)

    def due(self) -> list[tuple[str, int, int]]:
        """What may be written, at most once in ten minutes. It counts as written."""
        now, found = time.time(), []
        with self._lock:
            if 0 <= now - self._written_at < OCCASION:
                return []
            self._written_at = now
            for words, held in self._held.items():
                if held.is_due:
                    found.append((words, held.times, held.misses))
                    held.times = held.misses = 0
        return found

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._written_at = 0.0


tally = Tally()


def count(asked: Asked, found: Found, reader: Reader) -> None:
    """Count a search that was answered. Another page or order of the same one doesn't count."""
    is_first = asked == Asked(asked.q)
    words = words_of(found.asked)
    if is_first and words and not found.is_fallback:
        searched_all = reader.level >= Access.MEMBERS
        is_miss = found.is_mended or not found.count
        tally.count(words, is_miss=searched_all and is_miss)


def write(**signal: Any) -> None:
    """Write what is due, after the answer has gone: no search waits for it."""
    rows = tally.due()
    if not rows:
        return
    today = timezone.localdate()
    try:
        with transaction.atomic():
            for words, times, misses in rows:
                SearchCount.objects.add(today, words, times, misses)
    except DatabaseAway:
        logger.warning("Counts of %d searches are lost: the database is away", len(rows))

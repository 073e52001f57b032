"""How many come to our pages from the mails, counted at the page cache's door without a person.

A link in a mail says which mails it is from, «?fra=brev-12», and nothing of whose mail it was. The
counts are held in this process's memory for seconds, and added to the table together.
"""

import atexit
import logging
import re
from collections import Counter
from datetime import date
from threading import Lock, Timer
from typing import Any

from django.db import Error as DatabaseAway
from django.db import connection, transaction
from django.utils import timezone

from newsletter.models import Arrivals, Sending

logger = logging.getLogger(__name__)

#: Seconds that a count is held before it is written.
EVERY = 10
#: The most different counts that a process holds. What comes beyond is not counted.
MOST = 1_000
#: The longest path that is counted, in characters.
LONGEST = 300
BATCH = re.compile(r"(?:^|&)fra=([a-z]+-[0-9][0-9-]{0,30})(?:&|$)")
LETTER = re.compile(r"brev-([1-9][0-9]{0,17})")
#: Programs that follow links, by the names that they have in common.
PROGRAM = re.compile(
    r"bot|crawl|spider|preview|fetch|scan|monitor|externalhit|curl|python|^$", re.IGNORECASE
)

Key = tuple[str, date, str]


class Tally:
    """The counts that one process holds."""

    def __init__(self) -> None:
        self._held: Counter[Key] = Counter()
        self._lock = Lock()

    def count(self, batch: str, path: str) -> bool:
        """True for the first count since the last `take`."""
        key = (batch, timezone.localdate(), path)
        with self._lock:
            if key in self._held or len(self._held) < MOST:
                self._held[key] += 1
            return self._held.total() == 1

    @property
    def is_held(self) -> bool:
        return bool(self._held)

    def take(self) -> "Counter[Key]":
        """What is held. It counts as written."""
        with self._lock:
            held, self._held = self._held, Counter()
            return held


tally = Tally()


def note(environ: dict[str, Any]) -> None:
    """Count a request that a link in a mail has led to. See delivery/page_cache.py."""
    found = BATCH.search(environ.get("QUERY_STRING", ""))
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
    is_program = PROGRAM.search(environ.get("HTTP_USER_AGENT", ""))
    is_ahead = environ.get("HTTP_SEC_PURPOSE", "").startswith("prefetch")  # nobody sees it yet
    if not found or len(path) > LONGEST or is_program or is_ahead:
        return
    if tally.count(found[1], path):
        # In a thread of its own, no reader waits for it: on SQLite, another write may hold it up.
        timer = Timer(EVERY, write_and_close)
        timer.daemon = True
        timer.start()


def write() -> None:
    """Add what is held to the table: the counts of mails that there are."""
    counts = tally.take()
    try:
        known = existing({batch for batch, _day, _path in counts})
        rows = [(*key, number) for key, number in counts.items() if key[0] in known]
        if rows:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(ADD, rows)
    except DatabaseAway:
        logger.warning("%d arrivals from mails are lost: the database is away", counts.total())


def write_and_close() -> None:
    try:
        write()
    finally:
        connection.close()  # this thread's own


ADD = (
    f"INSERT INTO {Arrivals._meta.db_table} AS kept (batch, day, path, count)"  # noqa: S608
    " VALUES (%s, %s, %s, %s) ON CONFLICT (batch, day, path)"
    " DO UPDATE SET count = kept.count + excluded.count"
)


def existing(batches: set[str]) -> set[str]:
    """Those of `batches` that were sent. Anybody can write any other into an address."""
    numbers = {int(found[1]): batch for batch in batches if (found := LETTER.fullmatch(batch))}
    letters = Sending.objects.filter(pk__in=numbers).values_list("pk", flat=True)
    return {numbers[pk] for pk in letters}


@atexit.register
def write_the_rest() -> None:
    if tally.is_held:
        write()

"""How many come to our pages from the mails, counted at the page cache's door without a person.

A link in a mail says which mails it is from, «?fra=brev-12», and nothing of whose mail it was.
"""

import re
from collections import Counter
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from delivery.page_cache import path_of
from delivery.programs import is_program
from delivery.tally import Tally
from newsletter.models import Arrivals, Sending

#: The most different counts that a process holds.
MOST = 1_000
#: The longest path that is counted, in characters.
LONGEST = 300
BATCH = re.compile(r"(?:^|&)fra=([a-z]+-[0-9][0-9-]{0,30})(?:&|$)")
LETTER = re.compile(r"brev-([1-9][0-9]{0,17})")

Key = tuple[str, date, str]


def note(environ: dict[str, Any]) -> None:
    """Count a request that a link in a mail has led to. See delivery/page_cache.py."""
    query = environ.get("QUERY_STRING", "")
    if "fra=" not in query or not (found := BATCH.search(query)) or is_program(environ):
        return
    path = path_of(environ)
    if len(path) <= LONGEST:
        tally.count((found[1], timezone.localdate(), path))


def keep(counts: "Counter[Key]") -> None:
    """Add to the table the counts of mails that there are."""
    known = existing({batch for batch, _day, _path in counts})
    rows = [(*key, number) for key, number in counts.items() if key[0] in known]
    if rows:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(ADD, rows)


tally: "Tally[Key]" = Tally(keep, MOST)

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

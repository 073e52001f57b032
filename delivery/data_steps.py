"""How a migration changes many rows while readers read and editors save."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet

#: Rows for each transaction. SQLite lets nobody else write during one.
AT_A_TIME = 200
#: Seconds between two transactions on SQLite. A writer that waits for its lock looks again every
#: 0.1 s. Without a longer pause, an editor's save waited for ten seconds and was lost, all the
#: while that 20,000 rows were changed.
PAUSE = 0.12


def in_batches(rows: "QuerySet[Any]", change: Callable[[list[Any]], None]) -> None:
    """Call `change` with a few of `rows` at a time, each time in a short transaction.

    Its migration needs `atomic = False`, and no other step. A migration that dies begins anew, so
    `change` must be able to meet a row that is done, or `rows` must leave it out.
    """
    last: Any = None
    rows = rows.order_by("pk")
    while True:
        with transaction.atomic(using=rows.db):
            some = list((rows if last is None else rows.filter(pk__gt=last))[:AT_A_TIME])
            if not some:
                return
            last = some[-1].pk
            change(some)
        if len(some) < AT_A_TIME:
            return
        if connections[rows.db].vendor == "sqlite":
            time.sleep(PAUSE)

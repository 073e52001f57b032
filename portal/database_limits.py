"""How long PostgreSQL lets a statement wait for a lock, and run.

A request must end while its reader still waits. A command may run for hours, but every reader waits
behind a migration that waits for a lock. A server that closes an idle transaction frees its locks.
"""

from collections.abc import Sequence
from pathlib import Path

LOCK, STATEMENT, IDLE = "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"

WEB = {LOCK: "2s", STATEMENT: "10s", IDLE: "60s"}
#: Commands that change tables. `prepare` migrates too.
MIGRATION = {LOCK: "2s"}
#: The worker, imports, and all other commands. A worker's job that fails is tried again.
COMMAND = {LOCK: "30s"}


def limits_of(argv: Sequence[str]) -> str:
    """The limits of a process with these arguments, as libpq's `options`.

    Whatever isn't manage.py has the limits of the web.
    """
    limits = WEB
    if Path(argv[0]).name == "manage.py":
        limits = MIGRATION if argv[1:2] in (["migrate"], ["prepare"]) else COMMAND
    return " ".join(f"-c {name}={limit}" for name, limit in limits.items())

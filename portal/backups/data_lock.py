"""Tells whether any process of the portal uses the data on this machine.

Each process holds a shared lock on the folder PORTAL_DATA from its start to its end. The kernel
drops the lock when the process dies, however it dies. So whoever gets the lock alone, as a restore
does, knows that nothing else runs, and that nothing starts meanwhile.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _


@cache
def _folder() -> int:
    """The open folder, which stays open for as long as the process lives. Raises OSError."""
    return os.open(settings.PORTAL_DATA, os.O_RDONLY)


def share() -> None:
    """Say that this process uses the data. Raises SystemExit while a restore is under way.

    A process that can't open the folder can't use what lies in it. Sessions of PostgreSQL are
    counted by the server.
    """
    try:
        folder = _folder()
    except OSError:
        return
    try:
        fcntl.flock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(_("A restore is under way. Start again when it is done.")) from None


@contextmanager
def alone(*, waits: bool = False) -> Iterator[None]:
    """Let no other process use the data. Raises CommandError if one does, unless it `waits`."""
    settings.PORTAL_DATA.mkdir(parents=True, exist_ok=True)
    folder = _folder()
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except BlockingIOError:
        raise CommandError(in_use(str(settings.PORTAL_DATA))) from None
    try:
        yield
    finally:
        fcntl.flock(folder, fcntl.LOCK_SH)


def in_use(what: str) -> str:
    return (
        _("The portal still runs: something uses %s.") % what
        + " "
        + _(
            "Stop the web and the worker, and any other command, and try again:"
            " «systemctl stop fagserien-web fagserien-worker», or with containers"
            " «docker compose stop web worker»."
        )
    )

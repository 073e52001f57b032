"""How restored data take the place of the old ones: all of them, or none.

The new ones lie beside the old, as «…_new». Then a note is written: from that moment on the restore
holds. All that is left is to rename. If that is killed, the next process of the portal that starts
does it.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from portal.backups import data_lock
from portal.backups.database import database
from portal.backups.manifest import SECRET_KEY


def note() -> Path:
    """The file that holds the moment of a restore which isn't finished."""
    return Path(settings.PORTAL_DATA) / "restore_unfinished"


def new_name(name: str | Path) -> str:
    return f"{name}_new"


def old_name(name: str | Path, moment: str) -> str:
    return f"{name}_replaced_{moment}"


def paths() -> list[Path]:
    """What is swapped besides the database."""
    return [Path(settings.MEDIA_ROOT), Path(settings.PORTAL_DATA) / SECRET_KEY]


def swap(moment: str) -> None:
    """Put everything new in the place of the old. Raises CommandError, and then nothing is done."""
    os.sync()  # or a loss of power could leave the names without the content
    draft = note().with_suffix(".part")
    draft.write_text(moment)
    os.sync()
    draft.rename(note())
    try:
        finish()
    except CommandError:  # of the database's server, which comes first
        note().unlink()
        raise


def finish() -> None:
    """Do what the note says. May be called again after it was killed. Raises CommandError."""
    moment = note().read_text()
    gateway = database()
    gateway.swap(new_name(gateway.name), old_name(gateway.name, moment))
    for path in paths():
        new, old = Path(new_name(path)), Path(old_name(path, moment))
        if new.exists():
            if path.exists() and not old.exists():
                path.rename(old)
            new.rename(path)
    os.sync()
    note().unlink()


def replaced(moment: str) -> list[str]:
    """The names of the old database and files, which are kept."""
    gateway = database()
    name = old_name(gateway.name, moment)
    files = [str(old) for path in paths() if (old := Path(old_name(path, moment))).exists()]
    return [name, *files] if gateway.exists(name) else files


def finish_interrupted() -> None:
    """Finish a restore that was killed. Raises SystemExit if it can't be done now."""
    if not note().exists():
        return
    try:
        with data_lock.alone(waits=True):
            if note().exists():  # no other process was quicker
                finish()
    except CommandError as error:
        raise SystemExit(str(error)) from None

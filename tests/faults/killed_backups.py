"""Kills backups, or restores, at each step in turn, until one comes to its end.

test_backups.py runs it in a process of its own: `-m tests.faults.killed_backups WHAT TARGET`.
Prints the number of kills, and what each of them left.
"""

import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import django

django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from articles.models import Picture  # noqa: E402
from portal.backups import swapping  # noqa: E402
from portal.backups.making import make  # noqa: E402
from portal.backups.manifest import Backup, folders_in  # noqa: E402
from portal.backups.restoring import is_whole, restore  # noqa: E402
from tests import factories  # noqa: E402

#: Python reports these before it does them: all that changes a file, starts a program or opens a
#: database.
STEPS = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.utime",
         "subprocess.Popen", "sqlite3.connect"}  # fmt: skip


def killed_at(step: int, act: Any) -> bool:
    """Whether `act` was killed before it was done. It runs in a child."""
    child = os.fork()
    if child == 0:
        count = 0

        def count_down() -> None:
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

        def hook(event: str, arguments: Any) -> None:
            is_written = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if event in STEPS or is_written:
                count_down()

        execute = psycopg.Connection.execute

        def counted(*arguments: Any, **more: Any) -> Any:
            if str(arguments[1]).lstrip("SQL('").startswith(("ALTER", "CREATE", "DROP")):
                count_down()
            return execute(*arguments, **more)

        psycopg.Connection.execute = counted
        os.sync = lambda: None  # it is for a loss of power, which no test can bring about
        sys.addaudithook(hook)
        act()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, status
    return os.WIFSIGNALED(status)


def kill_backups(target: Path) -> dict[str, Any]:
    make(target)
    left: Counter[str] = Counter()
    kills = 0
    while killed_at(kills + 1, lambda: make(target)):
        kills += 1
        for folder in folders_in(target):
            backup = Backup.read(folder)
            whole = all(is_whole(path, file) for path, file in backup.files.items())
            left["whole" if whole else "damaged"] += 1
        left["parts"] += len(list(target.glob("*.part")))
    return {"kills": kills, **left, "parts at the end": len(list(target.glob("*.part")))}


def kill_restores(target: Path) -> dict[str, Any]:
    """The data are either those of the backup, with one picture, or the newer ones, with two."""
    backup = make(target)
    newer = factories.make_picture("nyere.png", colour="red").file.name
    older = next(iter(set(backup.snapshot.files) - {newer}))
    # What a restore of this backup leaves, and what was there before, differ in the picture's file.
    (Path(settings.MEDIA_ROOT) / older).write_bytes(b"newer")
    connections.close_all()
    found: Counter[str] = Counter()
    kills = 0
    while killed_at(kills + 1, lambda: restore(backup, lambda: None, skip_damaged=False)):
        kills += 1
        swapping.finish_interrupted()  # as the next process of the portal does when it starts
        found[state(older, newer)] += 1
        connections.close_all()
        if found["new"]:  # it is restored, so the next starts from the newer data again
            factories.make_picture("nyere.png", colour="red")
            (Path(settings.MEDIA_ROOT) / older).write_bytes(b"newer")
            connections.close_all()
    return {"kills": kills, **found, "at the end": state(older, newer)}


def state(older: str, newer: str) -> str:
    rows = Picture.objects.count()
    media = Path(settings.MEDIA_ROOT)
    is_old = (media / older).read_bytes() == b"newer"
    pictures = len(list((media / "original_images").iterdir()))
    known = {(2, True, 2): "old", (1, False, 1): "new"}
    return known.get((rows, is_old, pictures), f"mixed: {rows}, {is_old}, {pictures}")


def main() -> None:
    act = {"backup": kill_backups, "restore": kill_restores}[sys.argv[1]]
    factories.make_picture()
    connections.close_all()
    print(json.dumps(act(Path(sys.argv[2]))))  # noqa: T201


main()

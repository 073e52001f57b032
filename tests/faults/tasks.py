"""Tasks for workers in processes of their own. What they do is a line in a file."""

import os
import time
from pathlib import Path

from django_tasks import task


def write(file: str, line: str) -> None:
    """Appends in one piece, whoever else does."""
    number = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(number, f"{line}\n".encode())
    os.close(number)


@task(backend="worker", queue_name="slow")
def note(file: str, line: str) -> None:
    """Takes long enough for another worker to try the same task."""
    write(file, line)
    time.sleep(0.01)


@task(backend="worker", queue_name="slow")
def wait_for(file: str, until: str) -> None:
    """Takes until the file `until` exists."""
    write(file, "begun")
    while not Path(until).exists():
        time.sleep(0.05)
    write(file, "done")

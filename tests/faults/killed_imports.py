"""Imports a series repeatedly. Each run is killed at a later write, until one finishes.

test_imports.py runs it in a process of its own. Prints the number of kills, how many of them
readers could see, and what the last imports left.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402
from wagtail.models import Page, PageLogEntry, Revision  # noqa: E402

from articles.models import Article, Author, Passage, Picture, Series  # noqa: E402
from tests.transfer.conftest import FIRST_PART, SECOND_PART, SeriesOnDisk  # noqa: E402
from transfer.importing import import_series  # noqa: E402
from transfer.models import Unfinished  # noqa: E402
from transfer.series import read_folders  # noqa: E402

#: How many writes further on each kill comes. Coprime with the number of writes for a page.
STEP = 7


def killed_at(write: int, on_disk: SeriesOnDisk) -> bool:
    """Returns whether the child was killed before it was done."""
    connections.close_all()  # leaves no connection that the other process could share
    child = os.fork()
    if child == 0:
        count = 0

        def count_down(execute: Any, sql: str, *args: Any) -> Any:
            nonlocal count
            count += not sql.startswith("SELECT")  # between two writes nothing differs
            if count == write:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, *args)

        with connection.execute_wrapper(count_down):
            import_series(read_folders([on_disk.path])[0])
        connections.close_all()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def edition(number: int, on_disk: SeriesOnDisk) -> None:
    """Writes `number` into both of the parts that are there, and adds a new one."""
    for name in (FIRST_PART, SECOND_PART):
        text = (on_disk.path / name).read_text().split("\nUtgave ")[0]
        on_disk.write(name, f"{text}\nUtgave {number}.\n")
    text = (on_disk.path / SECOND_PART).read_text().replace("andre-kopp", f"kopp-{number}")
    on_disk.write(f"0{number}-kopp.md", text)


def seen() -> list[Any]:
    """What readers can see of the series."""
    parts = Article.objects.for_readers().order_by("path").values_list("slug", "title")
    texts = Passage.objects.live().order_by("page__path", "position").values_list("text", flat=True)
    return [list(parts), list(texts), Author.objects.for_readers().count()]


def rows() -> dict[str, int]:
    models = (Page, Article, Series, Author, Passage, Picture, Revision, Unfinished)
    pages = Page.objects.values("pk")
    latest = Page.objects.exclude(latest_revision=None).values("latest_revision")
    return {
        **{model.__name__: model.objects.count() for model in models},
        "entries without a page": PageLogEntry.objects.exclude(page__in=pages).count(),
        "older revisions": Revision.objects.exclude(pk__in=latest).count(),
    }


def main() -> None:
    on_disk = SeriesOnDisk(Path(sys.argv[1]))
    found: dict[str, Any] = {"kills": 0, "halves": 0}
    for number in (3, 4):
        before, write = seen(), 1
        while killed_at(write, on_disk):
            write += STEP
            found["kills"] += 1
            found["halves"] += seen() != before
        found[f"rows {number}"] = rows()
        edition(number, on_disk)
    print(json.dumps(found))  # noqa: T201


main()

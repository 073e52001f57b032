"""While somebody else holds the database's write lock, readers get their pictures all the same."""

import re
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from bench.measure import ARTICLE
from tests.separate import serving

pytestmark = pytest.mark.faults

#: As after a restore without the renditions: their rows are gone, and no worker knows it.
FORGET = """
from django.db import connection
connection.cursor().execute("DELETE FROM articles_picturerendition")
"""


@contextmanager
def nobody_writes(env: dict[str, str], folder: Path) -> Iterator[None]:
    """Holds the write lock of SQLite, or on PostgreSQL the lock of the table of renditions."""
    if url := env.get("DATABASE_URL"):
        with psycopg.connect(url) as connection:
            connection.execute("LOCK TABLE articles_picturerendition IN SHARE ROW EXCLUSIVE MODE")
            yield
        return
    with closing(sqlite3.connect(folder / "portal.sqlite3", timeout=60)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


def asked(url: str) -> int:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310
        answer.read()
        return answer.status


def test_pictures_that_nobody_has_made_wait_for_no_lock(tmp_path):
    told: dict[str, str] = {}
    with serving(tmp_path, subprocess.DEVNULL, shell=FORGET, told=told) as url:
        with urllib.request.urlopen(url + ARTICLE) as answer:  # noqa: S310
            paths = re.findall(r"/bilde/[^ \"]+\.(?:avif|webp)", answer.read().decode()) * 2
        with nobody_writes(told, tmp_path), ThreadPoolExecutor(len(paths) + 1) as readers:
            answers = [readers.submit(asked, url + path) for path in [*paths, "/"]]
            assert [answer.result() for answer in answers] == [200] * len(answers)
    assert paths

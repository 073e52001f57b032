"""A portal of its own beside the tests': another process, another database."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


@contextmanager
def environment(folder: Path, **more: str) -> Iterator[dict[str, str]]:
    """The environment of a portal that keeps everything in `folder`, or in a database of its own
    on the server of DATABASE_URL."""
    env = {**os.environ, "PORTAL_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    env.pop("SITE_URL", None)
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        env.pop("DATABASE_URL", None)
        yield {**env, **more}
        return
    name = f"portal_{uuid.uuid4().hex[:12]}"
    server = urlsplit(given)
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield {**env, "DATABASE_URL": urlunsplit(server._replace(path=f"/{name}")), **more}
    finally:
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

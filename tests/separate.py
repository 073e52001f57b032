"""A separate portal, with a process and a database of its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import originals

ROOT = Path(__file__).parents[1]


@contextmanager
def environment(folder: Path, kind: str = "empty", **more: str) -> Iterator[dict[str, str]]:
    """Yields the environment of a portal that starts as a copy of the original `kind`.

    It keeps its files in `folder`. Its database is there as well, or on DATABASE_URL's server.
    """
    env = {**os.environ, "PORTAL_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    env.pop("SITE_URL", None)
    env["NARRATION_ENGINES"] = "none"  # it would keep a core busy for a minute
    shutil.copytree(originals.original(kind), folder, dirs_exist_ok=True)
    if not originals.server():
        env.pop("DATABASE_URL", None)
        yield {**env, **more}
        return
    name = f"portal_{uuid.uuid4().hex[:12]}"
    originals.create(name, kind)
    try:
        yield {**env, "DATABASE_URL": originals.named(name), **more}
    finally:
        originals.drop(name)


@contextmanager
def serving(
    folder: Path,
    stdout: int | None = None,
    shell: str = "",
    told: dict[str, str] | None = None,
    through: int = 0,
    **settings: str,
) -> Iterator[str]:
    """Serves the demo as `make run` does, and yields its address. Mails go to `folder`/mails.

    `shell` is code that runs in it first. `told` receives its environment, `settings` included.
    `through` is the port of a proxy in front of the database server.
    """
    port = free_port()
    more = {
        "PORT": str(port),
        "DEMO": "1",
        "EMAIL_URL": f"filemail:///{folder / 'mails'}",
        "PYTHONWARNINGS": "ignore",
        **settings,
    }
    with environment(folder, "demo", **more) as env:
        env.pop("DEBUG", None)
        if through:
            env["DATABASE_URL"] = by_port(env["DATABASE_URL"], through)
        (told if told is not None else {}).update(env)
        manage = [sys.executable, "manage.py"]
        if shell:
            command = [*manage, "shell", "-v0", "-c", shell]
            subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=stdout)
        server = subprocess.Popen([*manage, "serve"], cwd=ROOT, env=env, stdout=stdout)
        try:
            wait_for(f"http://localhost:{port}/healthz")
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(60)


def by_port(url: str, port: int) -> str:
    """Returns `url` with another port, on this machine."""
    at = urlsplit(url)
    return at._replace(netloc=f"{at.netloc.rpartition('@')[0]}@127.0.0.1:{port}").geturl()


#: The settings that depend on SITE_URL.
OF_HTTPS = (
    *("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE"),
    *("CSRF_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT", "DEVICE_COOKIE_NAME"),
)


@cache
def settings_under_https() -> dict[str, Any]:
    """Returns the portal's own settings for a public site."""
    code = "import json; from portal import settings as s; print(json.dumps(vars(s), default=str))"
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={**os.environ, "SITE_URL": "https://fagserien.example", "SECRET_KEY": "x" * 50},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {name: json.loads(said)[name] for name in OF_HTTPS}


def held_port() -> tuple[socket.socket, int]:
    """A port for a server that starts later: nobody else gets it while the socket is open. The
    server must reuse addresses, as servers do."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held, held.getsockname()[1]


#: A port that no server listens at: tcpmux's, which nobody uses.
NOBODY = 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str) -> None:
    """Waits until `url` answers."""

    def answers() -> bool:
        try:
            urllib.request.urlopen(url)  # noqa: S310
        except OSError:
            return False
        return True

    wait_until(answers, url)


def wait_until(condition: Callable[[], object], what: str = "") -> None:
    """Waits for two minutes at most. Only a broken program takes that long."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"never: {what or condition}")

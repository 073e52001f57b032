"""Counts the pages that nginx answers from its own cache. The portal never hears of them otherwise.

nginx sends a datagram for each to a socket in PORTAL_DATA (deploy/nginx.conf), where the worker
listens. docs/decisions/0138-nginx-tells-of-its-own-pages.md has the other ways that were looked at.
"""

import json
import logging
import os
import socket
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings

from analytics import counting
from delivery.decorators import is_reading_page
from delivery.page_cache import view_at

logger = logging.getLogger(__name__)

#: Bytes. nginx cuts its lines at 2,048.
LONGEST = 4_096
#: The longest path of a socket, in bytes.
LONGEST_SOCKET = 107
#: Seconds after which a worker looks whether the one that listens is gone.
TAKES_OVER = 5


def listen(stop: Event) -> None:
    path = settings.PORTAL_DATA / "nginx.sock"
    if len(os.fsencode(path)) > LONGEST_SOCKET:
        logger.warning("%s is too long for a socket: what nginx answers isn't counted", path)
        stop.wait()
        return
    while not stop.is_set():
        if not is_heard(path):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
                receive(listener, path, stop)
        stop.wait(TAKES_OVER)
    counting.tally.write()


def is_heard(path: Path) -> bool:
    """Whether another worker on this machine listens at `path`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asker:
        try:
            asker.connect(str(path))
        except OSError:
            return False
    return True


def receive(listener: socket.socket, path: Path, stop: Event) -> None:
    """Count by the lines that come, until `stop` or until the socket is another worker's."""
    path.unlink(missing_ok=True)  # an earlier worker's
    listener.bind(str(path))
    path.chmod(0o666)  # nginx runs as another user
    own = path.stat().st_ino
    listener.settimeout(1)
    while not stop.is_set():
        try:
            note(listener.recv(LONGEST))
        except TimeoutError:
            # Two workers that start together may both have found nobody, and then one's file is
            # what the other takes for its own.
            if not is_heard(path) or path.stat().st_ino != own:
                return
        except Exception:
            logger.exception("A line of nginx wasn't counted")


def note(datagram: bytes) -> None:
    """Count a page by nginx's line on it, such as «<190>Nov 30 01:02:03 nginx: {"path": "/"}»."""
    line = datagram.decode("utf-8", "replace")
    try:
        told = json.loads(line[line.index("{") :])
    except ValueError:
        return
    if not isinstance(told, dict) or not all(isinstance(each, str) for each in told.values()):
        return
    environ: dict[str, Any] = {name: value for name, value in told.items() if value}
    environ["PATH_INFO"] = environ.pop("path", "").encode().decode("latin-1")
    environ["wsgi.url_scheme"] = settings.SITE.scheme
    view = view_at(environ["PATH_INFO"])
    if view is not None and is_reading_page(view):
        counting.note(environ)

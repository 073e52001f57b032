"""Frees the threads that wait for a database server that has stopped answering.

A server that works ends a slow statement by itself (portal/database_limits.py). One that is frozen,
or behind a network that drops its packets, ends nothing, and the kernel at the other end still
acknowledges what it receives. All threads of the portal would soon wait for it.
"""

import os
import socket
import threading
import time
import weakref
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

#: Seconds between two looks at the connections.
EVERY = 1.0
#: A connection that is busy at so many looks in a row raises the question of whether the server
#: still answers.
LOOKS = 2
#: Seconds that the server gets to accept a new connection. libpq takes no less.
PATIENCE = 2


class Watch:
    """Looks at this process' connections from a thread of its own."""

    def __init__(self) -> None:
        #: Whether the server answered when it was last asked.
        self.is_answering = True
        self._connections: weakref.WeakSet[Any] = weakref.WeakSet()
        self._looks: dict[Any, int] = {}
        self._parameters: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, connection: Any, parameters: dict[str, Any]) -> None:
        """Watch a psycopg connection that was opened with `parameters`."""
        with self._lock:
            self._connections.add(connection)
            self._parameters = parameters
            if self._thread is None or not self._thread.is_alive():  # a fork has no threads
                self._thread = threading.Thread(target=self._run, name="database", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            time.sleep(EVERY)
            self.look()

    def look(self) -> None:
        """Ask whether the server answers, if a connection waits. If not, end all that wait."""
        with self._lock:
            busy = [each for each in self._connections if is_busy(each)]
        self._looks = {each: self._looks.get(each, 0) + 1 for each in busy}
        waiting = [each for each, looks in self._looks.items() if looks >= LOOKS]
        if waiting or not self.is_answering:
            self.is_answering = accepts(self._parameters)
        if not self.is_answering:
            for each in waiting:
                cut(each)


def is_busy(connection: Any) -> bool:
    """Whether a statement runs on it."""
    return bool(connection.pgconn.transaction_status == TransactionStatus.ACTIVE)


def accepts(parameters: dict[str, Any]) -> bool:
    """Whether the server accepts a new connection, for which it starts a process."""
    try:
        psycopg.connect(**{**parameters, "connect_timeout": PATIENCE}).close()
    except psycopg.OperationalError:
        return False
    return True


def cut(connection: Any) -> None:
    """End the connection. The thread that waits for an answer gets an OperationalError."""
    try:
        number = os.dup(connection.pgconn.socket)
    except (psycopg.OperationalError, OSError):  # closed since the look
        return
    with socket.socket(fileno=number) as doubled:
        try:
            doubled.shutdown(socket.SHUT_RDWR)
        except OSError:  # the other end has gone
            return


watch = Watch()

"""Django's back end for PostgreSQL, for a server that may restart, or stop answering."""

import select
from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base

from portal.postgresql.watch import watch


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not watch.is_answering:
            raise OperationalError("The database server doesn't answer")
        connection = super().get_new_connection(conn_params)
        watch.add(connection, conn_params)
        return connection

    def is_usable(self) -> bool:
        """Django asks this before the first query of each request. It costs no round trip.

        A server that closes an idle connection leaves something to read on it. Only after an error
        is a query worth its cost.
        """
        if not watch.is_answering:
            return False
        if self.connection is None or self.connection.closed or self.errors_occurred:
            return bool(super().is_usable())
        poll = select.poll()
        poll.register(self.connection.pgconn.socket, select.POLLIN)
        return not poll.poll(0)

"""Django's PostgreSQL, with a health check that costs no round trip."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Asked before the first query of each request.

        A server that went away has said so: on an idle connection there is then something to
        read. Only after an error is it worth a query to be sure.
        """
        if self.connection is None or self.connection.closed or self.errors_occurred:
            return bool(super().is_usable())
        poll = select.poll()
        poll.register(self.connection.pgconn.socket, select.POLLIN)
        return not poll.poll(0)

"""What the log says while the database doesn't answer."""

import logging
import threading
from collections import Counter
from http import HTTPStatus

from django.db import InterfaceError, OperationalError

logger = logging.getLogger(__name__)


def is_away(exception: BaseException | None) -> bool:
    """Whether the exception means that the database doesn't answer."""
    return isinstance(exception, OperationalError | InterfaceError)


def outage_in(record: logging.LogRecord) -> BaseException | None:
    """The exception of a record that is about an outage, else None."""
    error = record.exc_info[1] if record.exc_info else None
    return error if is_away(error) else None


class CountOutages(logging.Filter):
    """Lets the first record of an outage through, and then counts: one line every INTERVAL seconds.

    Without it a busy portal wrote 52,239 lines in two and a half minutes.
    """

    INTERVAL = 10

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._is_counting = False

    def filter(self, record: logging.LogRecord) -> bool:
        is_request = getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE
        if not is_request and outage_in(record) is None:
            return True
        with self._lock:
            if self._is_counting:
                self._counts["requests" if is_request else "jobs"] += 1
                return False
            self._wait()
        return True

    def _wait(self) -> None:
        self._is_counting = True
        timer = threading.Timer(self.INTERVAL, self.tell)
        timer.daemon = True
        timer.start()

    def tell(self) -> None:
        """Log what was counted. If it is nothing, the next outage begins with a line of its own."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._is_counting = False
            if counts:
                self._wait()
        if counts:
            logger.error(
                "In the last %d seconds, %d more requests got a 503, and %d more jobs failed",
                self.INTERVAL,
                counts["requests"],
                counts["jobs"],
            )

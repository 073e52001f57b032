"""The content version that a process knows, and the models whose changes raise it."""

import threading
import time
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from delivery.models import ContentVersion

#: Seconds. The greatest age of the content version that a process uses.
VERSION_AGE = 0.25
#: Seconds. The greatest age while the database doesn't answer. Cached pages are served meanwhile.
AGE_WITHOUT_ANSWER = 60
#: Seconds that a thread waits for another one that is asking.
PATIENCE = 0.5


class KnownVersion:
    """The content version that this process last read."""

    def __init__(self) -> None:
        self._number, self._good_until = 0, 0.0
        self._answered_at = -float("inf")
        self._away: OperationalError | InterfaceError | None = None
        self._lock = threading.Lock()

    def __call__(self, *, in_request: bool = True) -> int:
        """Raises django.db.Error when the known version is too old and can't be read again."""
        if time.monotonic() >= self._good_until and self._lock.acquire(timeout=PATIENCE):
            try:
                if time.monotonic() >= self._good_until:
                    self._ask(in_request)
            finally:
                self._lock.release()
        if time.monotonic() >= self._answered_at + AGE_WITHOUT_ANSWER:
            away = self._away or OperationalError("The database doesn't answer")
            raise away.with_traceback(None)  # threads that waited for the lock don't ask again
        return self._number

    def _ask(self, in_request: bool) -> None:
        asked_at = time.monotonic()
        try:
            self._number, self._away = ContentVersion.stored(), None
            self._answered_at = asked_at
            self._good_until = asked_at + VERSION_AGE
        except (OperationalError, InterfaceError) as error:
            self._away, self._good_until = error, time.monotonic() + VERSION_AGE
        finally:
            if not in_request:  # outside a request, nothing else closes the connection
                close_old_connections()


content_version = KnownVersion()


#: The models that readers see. For each, the fields that readers don't see.
shown: dict[type[Model], frozenset[str]] = {}


def shown_to_readers(model: type[Model], unseen: frozenset[str] = frozenset()) -> None:
    """Raise the content version at every change of `model`.

    A save whose `update_fields` are all among the `unseen` changes nothing that readers see.
    """
    shown[model] = unseen
    for signal in (post_save, post_delete, m2m_changed):  # the last for a many-to-many's own table
        signal.connect(raise_content_version, sender=model)


def raise_content_version(
    sender: type[Model], update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    if not update_fields or not update_fields <= shown[sender]:
        ContentVersion.raise_on_commit()

"""Django's sessions in the database, read by prepared SQL: each request of a member reads one.

A session slides: use prolongs it. In any case it ends at a time that is set at log-in.
"""

import math
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone

from delivery.prepared_sql import Prepared

SESSIONS: Prepared[Session] = Prepared(lambda key: Session.objects.filter(pk=key))


#: The session's key for the time when it ends in any case, in seconds since 1970.
ENDS_AT = "ends_at"
#: Seconds. A session in use is stored again when that prolongs it by more than this.
SLIDES_AFTER = 24 * 60 * 60


class SessionStore(DatabaseStore):
    #: When the session ends as it is stored, in seconds since 1970; 0 if it isn't stored.
    stored_until = 0.0
    only_slides = False

    def load(self) -> dict[str, Any]:
        key = self.session_key or ""
        # A cookie can hold anything, and PostgreSQL refuses a NUL in a text.
        session = SESSIONS.first(key) if key.isalnum() else None
        if session is None or session.expire_date <= timezone.now():
            self._session_key = None
            return {}
        self.stored_until = session.expire_date.timestamp()
        found: dict[str, Any] = self.decode(session.session_data)
        return found

    def get_expiry_age(self, **kwargs: Any) -> int:
        age: int = super().get_expiry_age(**kwargs)
        ends_at = self.get(ENDS_AT)
        return age if ends_at is None else max(0, min(age, int(ends_at - time.time())))

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        return timezone.now() + timedelta(seconds=self.get_expiry_age(**kwargs))

    def slide(self) -> None:
        """Have the response store the session again, if it was stored more than a day ago."""
        age = self.get("_session_expiry", settings.SESSION_COOKIE_AGE)
        until = min(time.time() + age, self.get(ENDS_AT, math.inf))
        if until - self.stored_until > SLIDES_AFTER:
            self.only_slides = not self.modified
            self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Store the session, unless it only slides and the database can't be written to.

        So members read on when the disk is full. Raises OperationalError where Django would say
        that the session has been deleted.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            if not isinstance(error.__context__, OperationalError):
                raise
            if not self.only_slides:
                raise error.__context__ from None

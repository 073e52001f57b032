"""Django's sessions in the database, read by prepared SQL: each request of a member reads one."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.prepared import Prepared

SESSIONS: Prepared[Session] = Prepared(lambda key: Session.objects.filter(pk=key))


class SessionStore(DatabaseStore):
    def load(self) -> dict[str, Any]:
        key = self.session_key or ""
        # A cookie can hold anything, and PostgreSQL takes no NUL in a text.
        session = SESSIONS.first(key) if key.isalnum() else None
        if session is None or session.expire_date <= timezone.now():
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(session.session_data)
        return found

"""The day on which the tests of figures take place."""

from datetime import datetime, time

import pytest
from django.utils import timezone

#: Noon, so that neither a midnight nor a change of summer time falls within a test.
NOON = timezone.make_aware(datetime.combine(timezone.localdate(), time(12)))


@pytest.fixture
def noon(monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)

"""The cache in which allauth counts sign-ins."""

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Limit
from accounts.sign_in import limits_cache

pytestmark = pytest.mark.django_db


@pytest.fixture
def limits():
    return caches["default"]


def stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM portal_cache")
        return cursor.fetchone()[0]


def test_a_value_is_stored_in_one_statement_however_full_the_cache_is(limits):
    with CaptureQueriesContext(connection) as asked:
        limits.set("allauth:rl:login", [1, 2, 3], 300)
        limits.set("allauth:rl:login", [1, 2, 3, 4], 300)
        assert limits.add("allauth:rl:login:lock", True, 10)
    assert [query["sql"].split()[0] for query in asked.captured_queries] == ["INSERT"] * 3
    assert limits.get("allauth:rl:login") == [1, 2, 3, 4]


def test_filling_the_cache_throws_out_no_count(limits, monkeypatch):
    """Django's own cache would throw out a third of its entries, in the order of their keys."""
    monkeypatch.setattr(limits, "_max_entries", 20)
    limits.set("allauth:rl:login", [1, 2, 3], 300)
    for n in range(100):
        limits.set(f"fill-{n}", n, 300)
    assert limits.get("allauth:rl:login") == [1, 2, 3]
    assert stored() >= 101


def test_only_one_of_two_takes_a_lock_until_it_expires(limits):
    assert limits.add("lock", "first", 10)
    assert not limits.add("lock", "second", 10)
    assert limits.get("lock") == "first"
    limits.set("lock", "first", -10)
    assert limits.add("lock", "third", None)
    assert not limits.add("lock", "fourth", 10)
    assert limits.get("lock") == "third"


def test_a_touch_prolongs_what_is_there_and_nothing_else(limits):
    limits.set("there", 1, 10)
    assert limits.touch("there", 300)
    assert not limits.touch("nowhere", 300)
    limits.set("there", 1, -10)
    assert not limits.touch("there", 300)
    assert limits.get("there") is None


def test_the_worker_deletes_what_has_expired_in_batches(limits, monkeypatch):
    monkeypatch.setattr(limits_cache, "BATCH", 10)
    monkeypatch.setattr("accounts.models.limits.BATCH", 10)
    limits.set("allauth:rl:login", [1, 2, 3], 300)
    for n in range(25):
        limits.set(f"old-{n}", n, -10)
        Limit.objects.create(key=f"old-{n}", expires_at=timezone.now())
    kept = stored() - 25
    with CaptureQueriesContext(connection) as asked:
        call_command("worker", "--once")
    deletes = [q["sql"] for q in asked.captured_queries if q["sql"].startswith("DELETE")]
    assert sum("portal_cache" in sql for sql in deletes) == 3
    assert sum("accounts_limit" in sql for sql in deletes) == 3
    assert stored() in (kept, kept + 1)  # the worker's heartbeat may be new
    assert not Limit.objects.exists()
    assert limits.get("allauth:rl:login") == [1, 2, 3]


def test_what_can_not_be_stored_is_an_error_and_no_full_limit(limits):
    """allauth takes a lock that it doesn't get for one that somebody else holds."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_cache RENAME TO elsewhere")
    with pytest.raises(DatabaseError):
        limits.add("lock", True, 10)

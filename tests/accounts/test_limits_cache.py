"""The cache in which allauth counts sign-ins."""

import pytest
from django.core.cache import caches
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def limits(monkeypatch):
    """The cache, which is full with twenty entries."""
    cache = caches["default"]
    monkeypatch.setattr(cache, "_max_entries", 20)
    return cache


def stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM portal_cache")
        return cursor.fetchone()[0]


def test_filling_the_cache_throws_out_no_count(limits):
    """Django's own cache would throw out a third of its entries, in the order of their keys."""
    limits.set("allauth:rl:login", [1, 2, 3], 300)
    for n in range(100):
        limits.set(f"fill-{n}", n, 300)
    assert limits.get("allauth:rl:login") == [1, 2, 3]


def test_what_has_expired_makes_room(limits):
    for n in range(19):
        limits.set(f"fill-{n}", n, 300)
    for n in range(50):
        limits.set(f"old-{n}", n, -10)
    assert stored() <= 21

"""How long a session lasts: without use, and in all."""

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts import sessions
from tests.conftest import OURS

pytestmark = pytest.mark.django_db
DAY = 24 * 60 * 60


class Clock:
    """The time, as sessions see it."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def time(self) -> float:
        return self.now.timestamp()

    def wait(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sessions.time, "time", clock.time)
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def logged_in(email: str) -> Client:
    client = Client(headers=OURS)
    client.post("/konto/logg-inn/passord/", {"login": email, "password": "langt-passord"})
    return client


def is_in(client: Client) -> bool:
    return client.get("/konto/").status_code == 200


def test_a_session_that_is_used_lives_on(clock, member):
    client = logged_in(member.email)
    for _ in range(4):
        clock.wait(days=40)
        assert is_in(client)
    assert client.cookies["medlem"]["max-age"] <= 60 * DAY


def test_a_session_that_is_not_used_ends_after_sixty_days(clock, member):
    client = logged_in(member.email)
    clock.wait(days=60, seconds=1)
    assert not is_in(client)


def test_a_session_ends_after_half_a_year_however_much_it_is_used(clock, member):
    client = logged_in(member.email)
    for _ in range(9):
        clock.wait(days=19)
        assert is_in(client)
    clock.wait(days=9)
    assert not is_in(client)


def test_those_who_can_publish_log_in_every_working_day(clock, editor):
    client = logged_in(editor.email)
    for _ in range(11):
        clock.wait(hours=1)
        assert is_in(client)
    clock.wait(hours=1, seconds=1)
    assert not is_in(client)


def test_a_new_log_in_begins_anew(clock, member):
    client = logged_in(member.email)
    clock.wait(days=50)
    client.post("/konto/logg-ut/")
    client = logged_in(member.email)
    clock.wait(days=50)
    assert is_in(client)


def test_a_session_is_stored_anew_once_a_day_at_most(clock, member, article):
    client = logged_in(member.email)
    stored = set()
    for _ in range(72):
        clock.wait(hours=1)
        client.get(article.get_absolute_url())
        stored.add(Session.objects.get().expire_date)
    assert len(stored) == 3


def test_no_session_of_a_visitor_slides(clock, visitor):
    visitor.post("/konto/logg-inn/", {"email": "ny@example.no"})
    ends: datetime = Session.objects.get().expire_date
    clock.wait(minutes=10)
    visitor.get("/konto/logg-inn/kode/")
    assert Session.objects.get().expire_date == ends
    clock.wait(minutes=6)
    assert visitor.get("/konto/logg-inn/kode/").status_code == 302


def test_a_session_that_only_slides_does_not_need_the_database(clock, member, monkeypatch):
    """When the disk is full, Django would answer 400: the session has been deleted."""

    def full(*args, **kwargs):
        raise OperationalError

    client = logged_in(member.email)
    clock.wait(days=2)
    monkeypatch.setattr(Session, "save", full)
    assert is_in(client)
    session = client.session
    session["new"] = True
    with pytest.raises(OperationalError):
        session.save()

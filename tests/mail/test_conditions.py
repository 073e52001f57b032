"""What /healthz and the doctor tell of the mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mail.models import Message, Priority
from tests.separate import NOBODY
from worker.health import Level, conditions

pytestmark = pytest.mark.django_db


def levels(name: str) -> list[Level]:
    return [found.level for found in conditions[name].findings()]


def waiting(**fields) -> Message:
    number = Message.objects.count()
    return Message.objects.create(
        subject="Hei", recipient="a@b.no", message_id=f"<{number}@x>", source=b"x", **fields
    )


def test_a_mail_that_does_not_leave_is_told_of(visitor):
    waiting(due_at=timezone.now() - timedelta(minutes=2))
    assert visitor.get("/healthz").json()["mail"] == "ok"
    waiting(due_at=timezone.now() - timedelta(minutes=4))
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json()["mail"]) == (503, "late")
    assert "4 minutter" in conditions["mail"].findings()[0].text


def test_news_that_waits_for_more_than_a_day_is_told_to_the_doctor_alone(visitor):
    waiting(priority=Priority.NEWS, due_at=timezone.now() - timedelta(hours=23))
    assert levels("news by mail") == [Level.GREEN]
    waiting(priority=Priority.NEWS, due_at=timezone.now() - timedelta(hours=25))
    assert levels("news by mail") == [Level.AMBER]
    assert "2 e-poster" in conditions["news by mail"].findings()[0].text
    assert visitor.get("/healthz").json()["mail"] == "ok"


def test_mails_that_were_refused_are_told_of():
    assert levels("undelivered mail") == [Level.GREEN]
    waiting(due_at=timezone.now() + timedelta(hours=1), error="450 later", tries=1)
    assert levels("undelivered mail") == [Level.AMBER]
    waiting(failed_at=timezone.now() - timedelta(hours=1), error="550 unknown")
    assert levels("undelivered mail") == [Level.AMBER, Level.AMBER]
    Message.objects.update(failed_at=timezone.now() - timedelta(days=2))
    assert levels("undelivered mail") == [Level.GREEN]


def test_a_mail_server_that_is_away_is_told_of(settings):
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", NOBODY
    assert levels("mail server") == [Level.RED]
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert levels("mail server") == [Level.GREEN]

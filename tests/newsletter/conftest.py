"""A mail that is due is sent into Django's own outbox, as a worker would send it."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from mail import outbox as mail_outbox
from mail.models import Message
from mail.server import MailServer
from newsletter import planning
from newsletter.models import Announcement


@pytest.fixture(autouse=True)
def delivers(settings, monkeypatch) -> None:
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(mail_outbox, "ROUND", 60)
    monkeypatch.setattr(mail_outbox, "server", MailServer())


@pytest.fixture
def sent():
    """Returns a function that sends what is due now, and returns it: parsed mails, in order."""

    def deliver():
        before = len(django_mail.outbox)
        mail_outbox.deliver()
        return [parsed(stored) for stored in django_mail.outbox[before:]]

    return deliver


def parsed(stored):
    return email.message_from_bytes(stored.source, policy=email.policy.default)


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def html_of(mail) -> str:
    return mail.get_body(("html",)).get_content()


def announce(*articles, ago: timedelta = timedelta(minutes=11)) -> None:
    """As if the articles had been published for the first time so long ago."""
    at = timezone.now() - ago
    for article in articles:
        Announcement.objects.update_or_create(
            article=article,
            defaults={"published_at": at, "due_at": at + planning.WAIT, "told_at": None},
        )


def planned() -> list[Message]:
    return list(Message.objects.exclude(maker="").order_by("pk"))

import socket

import pytest

from mail import outbox
from mail.server import MailServer
from tests.mail.inbox import Inbox, start
from tests.separate import free_port


@pytest.fixture(autouse=True)
def real_mail(settings, monkeypatch):
    """Django's test runner replaces the mail backend. These tests use the portal's own."""
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 60
    monkeypatch.setattr(outbox, "ROUND", 60)
    monkeypatch.setattr(outbox, "server", MailServer())
    yield
    outbox.server.close()


@pytest.fixture
def server(settings):
    inbox = Inbox()
    listener = start(inbox, free_port())
    settings.EMAIL_PORT = listener.port
    yield inbox
    listener.stop()


@pytest.fixture
def hanging_port(settings):
    """A mail server that accepts connections and never answers."""
    settings.EMAIL_TIMEOUT = 1
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        settings.EMAIL_PORT = listener.getsockname()[1]
        yield

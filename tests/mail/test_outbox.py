"""Mails are database rows first: none is lost or sent twice, and nobody has to wait."""

import socket
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, send_mail
from django.test import Client
from django.utils import timezone

from mail import outbox
from mail.models import Message
from tests.conftest import OURS
from tests.mail.inbox import due_now
from tests.separate import NOBODY

pytestmark = pytest.mark.django_db


def test_a_mail_is_delivered_as_it_was_written_with_both_its_bodies(server):
    letter = EmailMultiAlternatives("Blåbær", "Tekst på æøå", "fra@example.no", ["til@example.no"])
    letter.attach_alternative("<p>Tekst på æøå</p>", "text/html")
    letter.send()
    assert server.mails == []
    assert outbox.deliver() == 1
    assert b"multipart/alternative" in server.mails[0]
    assert b"=?utf-8?" in server.mails[0]


def test_a_mail_is_delivered_once_however_often_the_worker_looks(server):
    send_mail("Hei", "du", None, ["til@example.no"])
    assert [outbox.deliver() for _ in range(3)] == [1, 0, 0]
    assert len(server.mails) == 1


def test_two_workers_do_not_send_the_same_mail():
    send_mail("Hei", "du", None, ["til@example.no"])
    first, second = Message.objects.get(), Message.objects.get()
    assert first.claim()
    assert not second.claim()


def test_a_mail_whose_worker_died_is_taken_over_and_keeps_its_message_id(server):
    send_mail("Hei", "du", None, ["til@example.no"])
    stored = Message.objects.get()
    assert stored.claim()
    assert outbox.deliver() == 0
    Message.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert outbox.deliver() == 1
    assert stored.message_id.encode() in server.mails[0]


def test_a_refusing_server_costs_a_wait_and_no_mail(settings, server):
    here, settings.EMAIL_PORT = settings.EMAIL_PORT, NOBODY
    send_mail("Hei", "du", None, ["til@example.no"])
    assert outbox.deliver() == 0
    stored = Message.objects.get()
    assert stored.sent_at is None
    assert "ConnectionRefused" in stored.error
    assert outbox.server.is_resting
    settings.EMAIL_PORT = here
    due_now()
    assert outbox.deliver() == 1
    assert len(server.mails) == 1


def test_each_wait_is_twice_the_one_before_up_to_six_hours(monkeypatch):
    send_mail("Hei", "du", None, ["til@example.no"])
    stored, now, waits = Message.objects.get(), timezone.now(), []
    monkeypatch.setattr(timezone, "now", lambda: now)
    for stored.tries in range(1, Message.TRIES + 1):
        stored.mark_failed("nei")
        stored.refresh_from_db(fields=["due_at"])
        waits.append((stored.due_at - now).total_seconds())
    assert waits == [10 * 2**n for n in range(12)] + [6 * 60 * 60] * 7
    assert timedelta(hours=47) < timedelta(seconds=sum(waits[:-1])) < timedelta(hours=48)


def test_one_mail_that_fails_does_not_hold_up_the_next(server):
    send_mail("Dårlig", "adresse", None, ["avvist@example.no"])
    send_mail("Hei", "du", None, ["til@example.no"])
    outbox.deliver()
    assert len(server.mails) == 1


def test_a_mail_is_given_up_after_its_last_try(server):
    send_mail("Hei", "du", None, ["senere@example.no"])
    for _ in range(Message.TRIES):
        assert not Message.objects.get().failed_at
        due_now()
        outbox.deliver()
    assert Message.objects.get().failed_at
    due_now()
    assert not Message.objects.due().exists()


def test_the_text_is_wiped_when_it_is_sent(server):
    send_mail("Kode 123456", "123456", None, ["til@example.no"])
    outbox.deliver()
    assert bytes(Message.objects.get().source) == b""


def test_the_worker_is_held_up_no_longer_than_the_time_out(hanging_port):
    send_mail("Hei", "du", None, ["til@example.no"])
    began = time.monotonic()
    assert outbox.deliver() == 0
    assert time.monotonic() - began < 9
    assert Message.objects.get().error


def test_with_a_server_that_hangs_the_other_jobs_get_their_turn(hanging_port, monkeypatch):
    monkeypatch.setattr(outbox, "ROUND", 0.5)
    for n in range(5):
        send_mail("Hei", "du", None, [f"til{n}@example.no"])
    began = time.monotonic()
    outbox.deliver()
    assert time.monotonic() - began < 5
    assert Message.objects.filter(tries=0).count() == 5


def test_signing_up_does_not_touch_the_mail_server(hanging_port, monkeypatch):
    def no_socket(*args, **kwargs):
        raise AssertionError("a request asked for the mail server")

    monkeypatch.setattr(socket, "create_connection", no_socket)
    client = Client(headers=OURS)
    assert client.post("/konto/bli-medlem/", {"email": "ny@example.no"}).status_code == 302
    assert Message.objects.get().recipient == "ny@example.no"


def test_old_mails_are_forgotten(server):
    send_mail("Hei", "du", None, ["til@example.no"])
    outbox.deliver()
    outbox.forget()
    assert Message.objects.count() == 1
    Message.objects.update(sent_at=timezone.now() - timedelta(days=31))
    outbox.forget()
    assert not Message.objects.exists()


def test_a_line_break_in_a_subject_sends_no_second_header():
    with pytest.raises(mail.BadHeaderError):
        send_mail("Hei\nBcc: alle@example.no", "du", None, ["til@example.no"])
    assert not Message.objects.exists()

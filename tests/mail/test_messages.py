"""What becomes of a mail's row: claimed, sent, given up, and sent again."""

import logging
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.core.mail import EmailMessage, send_mail
from django.utils import timezone

from mail import outbox
from mail.making import makers
from mail.models import Message, Priority
from tests.mail.inbox import write_code

pytestmark = pytest.mark.django_db


def queued(n: int = 1, **fields) -> Message:
    send_mail("Hei", "du", None, [f"til-{n}@example.no"])
    stored = Message.objects.get(recipient=f"til-{n}@example.no")
    if fields:
        Message.objects.filter(pk=stored.pk).update(**fields)
        stored.refresh_from_db()
    return stored


def test_what_was_written_when_it_left_is_stored_and_the_fault_is_forgotten():
    stored = queued(error="421 vent")
    stored.claim()
    stored.subject, stored.domain = "Skrevet nå", "example.no"
    stored.recipient = "ny@example.no"
    stored.mark_sent()
    stored.refresh_from_db()
    assert (stored.subject, stored.recipient) == ("Skrevet nå", "ny@example.no")
    assert (stored.domain, stored.error, bytes(stored.source)) == ("example.no", "", b"")


def test_a_claim_holds_for_its_own_mail_alone():
    first, second = queued(1), queued(2)
    until = timezone.now() + Message.CLAIM
    Message.objects.update(due_at=until)
    first.due_at = second.due_at = until
    first.mark_failed("550 nei", is_final=True)
    second.refresh_from_db()
    assert (second.failed_at, second.error) == (None, "")


def test_a_mail_that_is_tried_again_begins_from_the_beginning():
    stored = queued(failed_at=timezone.now(), tries=7, error="550 nei")
    assert stored.retry()
    stored.refresh_from_db()
    assert (stored.failed_at, stored.tries, stored.error) == (None, 0, "")
    assert stored.due_at <= timezone.now()


def test_a_mail_that_was_sent_is_not_tried_again():
    now = timezone.now()
    assert not queued(sent_at=now, due_at=now + timedelta(days=1)).retry()


@pytest.mark.parametrize("tries", [1, 2, Message.TRIES - 1, Message.TRIES])
def test_a_wait_from_before_the_clock_was_set_back_is_cut_short(tries):
    now, claim = timezone.now(), Message.CLAIM
    longest = max(Message.wait_after(tries), claim) + claim
    late = queued(1, tries=tries, due_at=now + longest + timedelta(minutes=1))
    right = queued(2, tries=tries, due_at=now + longest - timedelta(minutes=1))
    Message.objects.bring_back()
    before = right.due_at
    late.refresh_from_db()
    right.refresh_from_db()
    assert now <= late.due_at <= timezone.now() + claim
    assert right.due_at == before


def test_a_mail_that_waits_for_its_first_try_is_due_when_the_clock_was_set_back():
    later = timezone.now() + timedelta(hours=3)
    stored = queued(due_at=later, created_at=later)
    planned = queued(2, due_at=later)
    Message.objects.bring_back()
    stored.refresh_from_db()
    planned.refresh_from_db()
    assert stored.due_at <= timezone.now()
    assert planned.due_at == later


def test_a_mail_that_can_t_be_made_is_not_counted_as_sent_and_says_why(server, monkeypatch, caplog):
    def broken(stored):
        raise LookupError("borte")

    monkeypatch.setitem(makers, "ødelagt", broken)
    stored = queued(maker="ødelagt")
    with caplog.at_level(logging.ERROR):
        assert outbox.deliver() == 0
    stored.refresh_from_db()
    assert "borte" in stored.error
    assert stored.sent_at is None
    assert f"Mail {stored.pk} could not be made" in caplog.messages


def test_a_mail_with_nothing_to_say_is_dropped_and_not_counted_as_sent(server, monkeypatch):
    monkeypatch.setitem(makers, "tom", lambda stored: None)
    queued(maker="tom")
    assert outbox.deliver() == 0
    assert not Message.objects.exists()


def test_the_fault_of_one_mail_is_logged_without_its_recipient(server, caplog, monkeypatch):
    stored = queued()
    monkeypatch.setattr(outbox.server, "send", lambda mail: 1 / 0)
    assert outbox.deliver() == 0
    assert f"Mail {stored.pk} was not sent: ZeroDivisionError" in caplog.messages
    assert stored.recipient not in caplog.text


def test_mails_over_a_limit_are_told_of_by_their_domains(caplog):
    for n in range(12):
        stored = queued(n)
        Message.objects.filter(pk=stored.pk).update(
            is_held=True, recipient=f"en@to@sted-{n:02}.example"
        )
    outbox.drop_held()
    assert not Message.everything.exists()
    told = ", ".join(f"sted-{n:02}.example" for n in range(10))
    assert f"12 not sent, at {told}. See MAILS_PER_HOUR and MAILS_PER_DOMAIN." in caplog.text


def test_one_mail_for_one_key_and_a_way_out_by_one_click():
    keys = ("en", "en", "to", None, None)
    template, way_out = "account/email/unknown_account", "https://x.no/u"
    sent = [outbox.send(template, "a@example.no", key=key, unsubscribe=way_out) for key in keys]
    assert sent == [True, False, True, True, True]
    assert Message.objects.count() == 4
    source = bytes(Message.objects.get(key="en").source).decode()
    assert "List-Unsubscribe: <https://x.no/u>" in source
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in source


def test_a_mail_is_told_by_the_number_in_its_header(settings):
    settings.SITE_HOST = "fagserien.example"
    outbox.send("account/email/unknown_account", "en@example.no")
    stored = Message.objects.get()
    header = message_from_bytes(bytes(stored.source))
    assert (header["To"], header["Message-ID"]) == ("en@example.no", stored.message_id)
    assert stored.message_id.endswith("@fagserien.example>")
    assert header["Auto-Submitted"] == "auto-generated"
    assert outbox.StoredMessage(stored).as_bytes() == bytes(stored.source)


def test_a_mail_over_a_limit_is_held():
    over = EmailMessage("Hei", "du", None, ["en@example.no"])
    over.is_held = True
    over.send()
    assert not Message.objects.exists()
    assert Message.everything.get().is_held


def test_six_digits_in_the_subject_of_another_mail_are_no_code(server):
    subject = "«Lån på 100000 kroner» er sendt til godkjenning"
    send_mail(subject, "Tekst", None, ["redaktor@example.no"])
    stored = Message.objects.get()
    assert (stored.priority, stored.shown_subject) == (Priority.NOTICE, subject)
    Message.objects.update(created_at=timezone.now() - timedelta(days=1))  # no server till now
    assert outbox.deliver() == 1


def test_a_code_leaves_before_a_mail_that_was_written_earlier(server):
    send_mail("Hei", "du", None, ["en@example.no"])
    write_code("to@example.no")
    assert outbox.deliver() == 2
    assert server.recipients == ["to@example.no", "en@example.no"]


def test_a_mail_that_left_in_the_end_is_not_given_up():
    queued(sent_at=timezone.now(), failed_at=timezone.now())
    assert not Message.objects.given_up().exists()


def test_a_planned_mail_that_was_put_off_keeps_its_place_in_the_queue():
    now = timezone.now()
    stored = queued(due_at=now - timedelta(hours=1), created_at=now)
    Message.objects.bring_back()
    stored.refresh_from_db()
    assert stored.due_at == now - timedelta(hours=1)


def test_without_a_server_the_fault_is_told_by_its_kind(monkeypatch):
    rests = []
    monkeypatch.setattr(outbox.server, "rest", rests.append)
    stored = queued()
    stored.claim()
    outbox.meet(TimeoutError("en@example.no"), stored)
    assert rests == ["TimeoutError"]


def test_only_news_is_counted_by_its_domain():
    for priority in Priority:
        news = EmailMessage("Hei" * 100, "du", None, ["en@Example.no"])
        outbox.store(news, "en@Example.no", priority=priority)
    stored = Message.objects.order_by("priority").values_list("domain", flat=True)
    assert list(stored) == ["", "", "example.no"]
    assert {len(each.subject) for each in Message.objects.all()} == {255}


def test_a_worker_that_saw_a_mail_before_another_claimed_it_reads_it_again(server):
    late, quick = queued(), Message.objects.get()
    assert quick.claim()
    Message.objects.update(due_at=timezone.now() - timedelta(seconds=1))  # and died
    assert not late.claim()
    assert not outbox.attempt(late)
    assert Message.objects.get().claim()


def test_while_no_connection_can_be_made_nothing_is_counted_as_sent(monkeypatch):
    rests = []
    monkeypatch.setattr(outbox.server, "open", lambda: 1 / 0)
    monkeypatch.setattr(outbox.server, "rest", rests.append)
    stored = queued()
    assert not outbox.attempt(stored)
    stored.refresh_from_db()
    assert rests == [stored.error]
    assert "division by zero" in stored.error

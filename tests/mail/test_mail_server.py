"""Whose fault a mail server's answer tells of, and what an outage costs: time, and no mail."""

import smtplib
from datetime import timedelta

import pytest
from aiosmtpd.smtp import AuthResult
from django.core.mail import send_mail
from django.utils import timezone

from mail import outbox
from mail.models import Message, Priority
from mail.server import Fault, MailServer, described, fault_of
from tests.mail.inbox import Inbox, due_now, start, write_code
from tests.separate import NOBODY, free_port

pytestmark = pytest.mark.django_db


def write(*names: str, priority: Priority = Priority.NOTICE) -> None:
    for name in names:
        send_mail("Hei", "du", None, [f"{name}@example.no"])
    Message.objects.filter(subject="Hei").update(priority=priority)


def names(sent: Inbox) -> list[str]:
    return [recipient.partition("@")[0] for recipient in sent.recipients]


def tries() -> dict[str, int]:
    rows = Message.objects.order_by("pk").values_list("recipient", "tries")
    return {recipient.partition("@")[0]: tries for recipient, tries in rows}


def to_recipient(code: int, answer: str) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"a@b.no": (code, answer.encode())})


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (to_recipient(550, "5.1.1 User unknown"), Fault.REFUSED),
        (to_recipient(552, "5.2.2 Mailbox full"), Fault.REFUSED),
        (smtplib.SMTPDataError(554, b"5.6.0 Message content rejected"), Fault.REFUSED),
        (smtplib.SMTPSenderRefused(552, b"5.3.4 Message too big", "x@y.no"), Fault.REFUSED),
        (to_recipient(451, "4.7.1 Greylisted"), Fault.DEFERRED),
        (smtplib.SMTPDataError(452, b"4.3.1 Insufficient storage"), Fault.DEFERRED),
        (to_recipient(554, "5.7.1 Relay access denied"), Fault.DEFERRED),
        (to_recipient(550, "relay not permitted"), Fault.DEFERRED),
        (to_recipient(550, "Your host 185.5.39.12 is blacklisted"), Fault.DEFERRED),
        (to_recipient(530, "Authentication required"), Fault.DEFERRED),
        (smtplib.SMTPDataError(550, b"5.7.26 Unauthenticated sender"), Fault.DEFERRED),
        (UnicodeEncodeError("ascii", "ø", 0, 1, ""), Fault.DEFERRED),
        (smtplib.SMTPSenderRefused(530, b"5.7.0 Authentication required", "x@y.no"), Fault.SERVER),
        (smtplib.SMTPSenderRefused(553, b"Sender not allowed", "x@y.no"), Fault.SERVER),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 Bad credentials"), Fault.SERVER),
        (to_recipient(421, "Closing"), Fault.SERVER),
        (smtplib.SMTPDataError(421, b"Closing"), Fault.SERVER),
        (smtplib.SMTPDataError(-1, b"no SMTP"), Fault.SERVER),
        (smtplib.SMTPServerDisconnected(), Fault.SERVER),
        (smtplib.SMTPConnectError(554, b"No service here"), Fault.SERVER),
        (TimeoutError(), Fault.SERVER),
    ],
)
def test_only_what_is_the_mail_s_own_fault_gives_it_up(error, fault):
    assert fault_of(error) is fault


def test_a_refused_mail_is_given_up_at_once_and_its_text_is_kept(server):
    write("en", "avvist", "to")
    assert outbox.deliver() == 2
    assert names(server) == ["en", "to"]
    refused = Message.objects.given_up().get()
    assert (refused.recipient, refused.tries) == ("avvist@example.no", 1)
    assert "5.1.1 no such address" in refused.error
    assert bytes(refused.source)
    due_now()
    assert outbox.deliver() == 0


@pytest.mark.parametrize("name", ["senere", "relay"])
def test_a_mail_that_the_server_may_take_later_waits_for_it(server, name):
    write(name, "en")
    assert outbox.deliver() == 1
    waiting = Message.objects.waiting().get()
    assert waiting.due_at > timezone.now()
    assert waiting.error


def test_many_mails_go_over_one_connection(server):
    write(*(f"n{n}" for n in range(20)), "avvist", "senere")
    assert outbox.deliver() == 20
    assert server.connections == 1


def test_no_connection_is_made_for_nothing(server):
    outbox.deliver()
    assert server.connections == 0


def test_a_server_that_closes_after_some_mails_delays_none(server):
    server.per_connection = 3
    write(*(f"n{n}" for n in range(10)))
    assert outbox.deliver() == 10
    assert server.connections == 4
    assert set(tries().values()) == {1}


def test_a_server_that_closes_at_a_recipient_keeps_nobody_else_waiting(server, caplog):
    write("en", "stenger", "to", "tre")
    assert outbox.deliver() == 3
    assert tries() == {"en": 1, "stenger": 1, "to": 1, "tre": 1}
    assert Message.objects.waiting().get().due_at > timezone.now()
    assert "stenger@" not in caplog.text


def test_a_mail_that_upsets_the_server_holds_up_no_other(server):
    write("gift", "en", "to")
    outbox.deliver()
    assert tries() == {"gift": 1, "en": 0, "to": 0}
    outbox.server._rests_until = 0
    assert outbox.deliver() == 2
    assert Message.objects.waiting().get().due_at > timezone.now()


def test_a_text_that_is_refused_before_it_is_sent_leaves_no_half_mail_for_the_next(server):
    write("bare-hode", "en", "to")
    assert outbox.deliver() == 2
    assert tries() == {"bare-hode": 1, "en": 1, "to": 1}


def test_a_server_that_is_away_costs_no_tries_and_is_left_alone_for_a_while(
    settings, server, caplog
):
    here, settings.EMAIL_PORT = settings.EMAIL_PORT, NOBODY
    write("en", "to", "tre")
    for _ in range(50):
        outbox.server._rests_until = 0
        assert outbox.deliver() == 0
    assert set(tries().values()) == {0}
    assert Message.objects.waiting().count() == 3
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    settings.EMAIL_PORT = here
    assert outbox.deliver() == 0  # it still rests
    assert server.connections == 0
    outbox.server._rests_until = 0
    assert outbox.deliver() == 3


def test_each_rest_is_longer_and_none_is_longer_than_a_minute(monkeypatch):
    monkeypatch.setattr("mail.server.time.monotonic", lambda: 0)
    resting, rests = MailServer(), []
    for _ in range(6):
        resting.rest("borte")
        rests.append(resting._rests_until)
    assert rests == [10, 20, 40, 60, 60, 60]
    resting.works()
    resting.rest("borte")
    assert resting._rests_until == 10


def test_a_refused_sender_is_our_fault_and_gives_up_no_mail(server):
    server.sender = "553 sender not allowed"
    write("en", "to", "tre")
    assert outbox.deliver() == 0
    assert tries() == {"en": 1, "to": 0, "tre": 0}
    assert not Message.objects.given_up()
    server.sender = "250 OK"
    due_now()
    assert outbox.deliver() == 3


def test_a_refused_log_in_is_our_fault_and_gives_up_no_mail(settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "feil"
    listener = start(
        Inbox(),
        free_port(),
        authenticator=lambda *args: AuthResult(success=False, handled=False),
        auth_require_tls=False,
    )
    settings.EMAIL_PORT = listener.port
    write("en", "to")
    sent = outbox.deliver()
    listener.stop()
    assert sent == 0
    assert tries() == {"en": 0, "to": 0}
    assert "535" in Message.objects.order_by("pk")[0].error


def test_a_code_that_comes_in_meanwhile_goes_next(server, monkeypatch):
    write(*(f"n{n}" for n in range(20)))
    send = MailServer.send

    def and_somebody_logs_in(self: MailServer, mail) -> None:
        send(self, mail)
        if len(server.mails) == 1:
            write_code("kode@example.no")

    monkeypatch.setattr(MailServer, "send", and_somebody_logs_in)
    assert outbox.deliver() == 21
    assert names(server)[:3] == ["n0", "kode", "n1"]


def test_a_round_that_is_cut_goes_on_over_the_same_connection(server, monkeypatch):
    monkeypatch.setattr(outbox, "ROUND", -1)
    write("en")
    assert outbox.deliver() == 0
    monkeypatch.setattr(outbox, "ROUND", 60)
    outbox.server.open()
    assert outbox.deliver() == 1
    assert server.connections == 1


def test_who_has_lost_the_claim_can_say_that_a_mail_is_sent_and_nothing_else():
    write("en")
    first = Message.objects.get()
    assert first.claim()
    Message.objects.update(due_at=timezone.now())  # it takes too long
    second = Message.objects.get()
    assert second.claim()
    first.mark_failed("tidsavbrudd", is_final=True)
    first.release()
    found = Message.objects.get()
    assert (found.due_at, found.tries, found.failed_at) == (second.due_at, 2, None)
    first.mark_sent()
    second.mark_failed("nei", is_final=True)
    found = Message.objects.get()
    assert found.sent_at
    assert not found.failed_at


def test_a_mail_that_was_given_up_meanwhile_is_sent_all_the_same():
    write("en")
    first = Message.objects.get()
    assert first.claim()
    first.mark_failed("nei", is_final=True)
    first.mark_sent()
    assert not Message.objects.get().failed_at


def test_a_code_that_has_expired_is_not_sent(server):
    write_code("gammel@example.no")
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    write_code("ny@example.no", "654321")
    send_mail("Passordet ditt er byttet", "…", None, ["varsel@example.no"])
    send_mail("100000 har lest om salg", "…", None, ["nyhet@example.no"])
    long_ago = timezone.now() - timedelta(days=1)
    news = Message.objects.filter(recipient="nyhet@example.no")
    news.update(priority=Priority.NEWS, created_at=long_ago)
    assert outbox.deliver() == 3
    assert names(server) == ["ny", "varsel", "nyhet"]
    assert "utløpt" in Message.objects.given_up().get().error


def test_the_health_check_knows_how_long_mail_has_waited(django_assert_num_queries):
    assert outbox.seconds_overdue() == 0
    write("en", "to", "tre")
    early, late, waiting = Message.objects.order_by("pk")
    Message.objects.filter(pk=early.pk).update(due_at=timezone.now() - timedelta(seconds=300))
    Message.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(seconds=60))
    Message.objects.filter(pk=waiting.pk).update(due_at=timezone.now() + timedelta(hours=6))
    with django_assert_num_queries(1):
        assert 300 <= outbox.seconds_overdue() < 360


def test_the_health_check_knows_how_many_were_given_up_lately(server, django_assert_num_queries):
    write("avvist", "avvist", "en")
    outbox.deliver()
    with django_assert_num_queries(1):
        assert outbox.given_up_within() == 2
    old = Message.objects.given_up().order_by("pk")[0]
    Message.objects.filter(pk=old.pk).update(failed_at=timezone.now() - timedelta(hours=25))
    assert outbox.given_up_within() == 1


def test_an_answer_with_a_nul_is_told_without_it():
    """PostgreSQL would refuse to note it, and the mail would be tried again at once for ever."""
    assert described(smtplib.SMTPDataError(550, b"no\0such")) == "550 nosuch"
    assert described(smtplib.SMTPRecipientsRefused({"a@b.no": (550, b"\0no")})) == "550 no"

"""What a mail that comes back says of its address."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from mail import bounces, outbox
from mail.bounces import Kind, address_complained, address_unsubscribed, kind_of
from mail.making import Planned, makers, plan
from mail.models import AddressState, Message, Outcome, Priority, Reason
from tests.mail.inbox import ANSWERS, due_now
from tests.mail.returned import sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 5.1.1 User unknown", Kind.HARD),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", Kind.HARD),
        ("5.4.4 Host or domain name not found", Kind.HARD),
        ("550 5.2.1 The email account is disabled", Kind.HARD),
        ("550 no such user here", Kind.HARD),
        ("5.0.0 550 Mailbox unavailable", Kind.HARD),
        ("5.0.0", Kind.HARD),
        ("4.0.0", Kind.SOFT),
        ("5.0.0 550 Mailbox is full", Kind.SOFT),
        ("5.0.0 550 5.1.1 User unknown", Kind.HARD),
        ("5.0.0 550 Your host 185.5.39.12 is blacklisted", Kind.OURS),
        ("552 5.2.2 Over quota", Kind.SOFT),
        ("452 4.2.2 Over quota", Kind.SOFT),
        ("550 Mailbox is full", Kind.SOFT),
        ("552 too much mail", Kind.SOFT),
        ("4.4.7 delivery time expired", Kind.SOFT),
        ("5.4.7 delivery time expired", Kind.SOFT),
        ("421 try again later", Kind.SOFT),
        ("", Kind.SOFT),
        ("550 5.7.1 Message rejected as spam", Kind.OURS),
        ("550-5.7.26 Unauthenticated sender", Kind.OURS),
        ("451 4.7.1 Greylisted", Kind.OURS),
        ("554 5.6.0 Message content rejected", Kind.OURS),
        ("553 5.1.8 Sender address rejected", Kind.OURS),
        ("552 5.3.4 Message too big", Kind.OURS),
        ("554 Your IP is on our blacklist", Kind.OURS),
        ("550 Your host is black-listed", Kind.OURS),
        ("550 Listed by an RBL", Kind.OURS),
        ("550 Sent to junk", Kind.OURS),
        ("550 No such user: ola.blackburn@example.no", Kind.HARD),
        ("550 No such user: marbleheads@example.no", Kind.HARD),
        ("550 No such user: junker@example.no", Kind.HARD),
        ("550 User unknown, says 5.1.1.", Kind.HARD),
        ("552 Over quota, see 5.2.2.", Kind.SOFT),
    ],
)
def test_only_what_is_the_address_s_own_fault_counts_against_it(answer, kind):
    assert kind_of(answer) is kind


@pytest.mark.parametrize(
    "address",
    ["185.5.39.12", "185.63.5.39", "5.39.12.185", "5.161.20.3", "4.5.6.7", "5.1.1.5", "4.2.2.1"],
)
def test_our_ip_address_in_an_answer_is_no_number_of_the_recipient_s(address):
    for around in ("{}", "[{}]", "({}).", "{}:25"):
        said = f"550 Your host {around.format(address)} is blacklisted"
        assert kind_of(said) is Kind.OURS
        assert kind_of(f"550 5.1.1 User unknown to {around.format(address)}") is Kind.HARD


def test_a_server_that_blocks_our_ip_address_stops_no_reader(server, monkeypatch):
    monkeypatch.setitem(ANSWERS, "avvist", "550 Your host 185.5.39.12 is blacklisted")
    written("avvist", Priority.NEWS)
    outbox.deliver()
    assert not Message.objects.get().failed_at, "it is tried again"
    assert not AddressState.objects.exists()


def state() -> AddressState:
    return AddressState.objects.get(address="leser@example.no")


def test_a_hard_bounce_stops_the_address_at_once():
    mail = sent("Leser@example.no".lower())
    bounces.bounced(mail.recipient, Kind.HARD, "550 5.1.1 unknown", mail)
    mail.refresh_from_db()
    assert mail.outcome == Outcome.BOUNCED
    assert (state().reason, state().said) == (Reason.BOUNCED, "550 5.1.1 unknown")
    assert AddressState.of("LESER@example.no")


def test_five_soft_ones_in_a_row_stop_it_and_four_do_not():
    for number in range(5):
        assert AddressState.of("leser@example.no") is None
        mail = sent()
        for _twice in range(2):  # a webhook may tell a thing twice
            bounces.bounced(mail.recipient, Kind.SOFT, "452 4.2.2 full", mail)
        assert state().soft_bounces == number + 1
    assert state().reason == Reason.BOUNCED
    assert AddressState.of("leser@example.no")


def test_a_mail_that_did_not_come_back_in_between_breaks_the_row():
    bounces.bounced("leser@example.no", Kind.SOFT, "full", sent())
    bounces.bounced("leser@example.no", Kind.SOFT, "full", sent())
    AddressState.objects.update(told_at=timezone.now() - timedelta(days=20))
    arrived = sent()
    Message.objects.filter(pk=arrived.pk).update(sent_at=timezone.now() - timedelta(days=10))
    bounces.bounced("leser@example.no", Kind.SOFT, "full", sent())
    assert state().soft_bounces == 1


def test_one_that_was_sent_just_now_may_still_come_back_and_breaks_no_row():
    bounces.bounced("leser@example.no", Kind.SOFT, "full", sent())
    AddressState.objects.update(told_at=timezone.now() - timedelta(days=20))
    for days, outcome in ((1, Outcome.UNKNOWN), (10, Outcome.BOUNCED)):
        mail = sent()
        at = timezone.now() - timedelta(days=days)
        Message.objects.filter(pk=mail.pk).update(sent_at=at, outcome=outcome)
    bounces.bounced("leser@example.no", Kind.SOFT, "full", sent())
    assert state().soft_bounces == 2


def test_a_mail_that_arrives_takes_the_count_away_and_no_stop():
    bounces.bounced("leser@example.no", Kind.SOFT, "full", sent())
    bounces.delivered("leser@example.no", sent())
    assert not AddressState.objects.exists()
    bounces.bounced("leser@example.no", Kind.HARD, "550 5.1.1", sent())
    bounces.delivered("leser@example.no", sent())
    assert AddressState.of("leser@example.no")


def test_a_server_that_minds_us_stops_nobody():
    for _ in range(9):
        mail = sent()
        bounces.bounced(mail.recipient, Kind.OURS, "550 5.7.1 spam", mail)
    assert not AddressState.objects.exists()
    assert set(Message.objects.values_list("outcome", flat=True)) == {Outcome.BOUNCED}


def test_a_code_that_comes_back_says_nothing_of_a_member():
    mail = sent(priority=Priority.CODE)
    bounces.bounced(mail.recipient, Kind.HARD, "550 5.1.1", mail)
    assert not AddressState.objects.exists()


def test_the_strongest_outcome_stays():
    mail = sent()
    bounces.delivered(mail.recipient, mail)
    bounces.complained(mail.recipient, message=mail)
    bounces.delivered(mail.recipient, mail)
    bounces.unsubscribed(mail.recipient, mail)
    mail.refresh_from_db()
    assert mail.outcome == Outcome.COMPLAINED


@pytest.fixture
def heard():
    found = []

    def hear(sender, address, message, **kwargs):
        found.append((address, message))

    address_complained.connect(hear)
    address_unsubscribed.connect(hear)
    yield found
    address_complained.disconnect(hear)
    address_unsubscribed.disconnect(hear)


def test_a_complaint_stops_the_address_and_tells_the_rooms(heard):
    mail = sent()
    bounces.complained("Leser@example.no", "abuse", mail)
    assert state().reason == Reason.COMPLAINED
    assert heard == [("leser@example.no", mail)]


def test_leaving_by_the_esp_s_link_tells_the_rooms_and_stops_no_address(heard):
    bounces.unsubscribed("leser@example.no", sent())
    assert len(heard) == 1
    assert not AddressState.objects.exists()


def test_a_complaint_that_a_room_can_not_take_is_told_again_later():
    def fail(**kwargs):
        raise RuntimeError

    mail = sent()
    address_complained.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            bounces.complained(mail.recipient, message=mail)
    finally:
        address_complained.disconnect(fail)
    mail.refresh_from_db()
    assert mail.outcome == Outcome.UNKNOWN
    assert not AddressState.objects.exists()


def written(name: str, priority: Priority) -> None:
    mail = EmailMessage("Ny del", "Tekst", None, [f"{name}@example.no"])
    outbox.store(mail, mail.to[0], priority=priority)


def test_a_recipient_whom_the_server_refuses_is_stopped(server):
    written("avvist", Priority.NEWS)
    outbox.deliver()
    assert AddressState.of("avvist@example.no").said == "550 5.1.1 no such address"
    assert Message.objects.get().outcome == Outcome.BOUNCED


@pytest.mark.parametrize("name", ["avvist", "senere"])
def test_a_refused_mail_is_listed_by_the_address_that_it_was_sent_to(name, server, monkeypatch):
    monkeypatch.setitem(
        makers, "ny", lambda stored: EmailMessage("Ny del", "Tekst", None, [f"{name}@ny.example"])
    )
    plan("ny", [Planned("gammel@gammel.example", "en", {})])
    outbox.deliver()
    mail = Message.objects.get()
    assert (mail.recipient, mail.domain) == (f"{name}@ny.example", "ny.example")
    assert AddressState.of("gammel@gammel.example") is None


def test_a_refused_code_stops_nobody(server):
    written("avvist", Priority.CODE)
    outbox.deliver()
    assert not AddressState.objects.exists()


def test_a_mail_that_may_still_arrive_is_no_bounce(server):
    written("senere", Priority.NEWS)
    outbox.deliver()
    assert Message.objects.get().outcome == Outcome.UNKNOWN
    Message.objects.update(tries=Message.TRIES - 1)
    due_now()
    outbox.deliver()
    assert Message.objects.get().outcome == Outcome.BOUNCED


def test_old_counts_are_forgotten_and_stops_are_not():
    for address in ("ny@example.no", "gammel@example.no"):
        AddressState.count_soft(address, "full")
    AddressState.stop("stoppet@example.no", Reason.BOUNCED)
    old = timezone.now() - timedelta(days=91)
    AddressState.objects.exclude(address="ny@example.no").update(told_at=old)
    outbox.forget()
    left = set(AddressState.objects.values_list("address", flat=True))
    assert left == {"ny@example.no", "stoppet@example.no"}

"""The mailbox of bounces is read by IMAP, and what wasn't taken is read again."""

import imaplib

import pytest
from django.db import OperationalError

from mail import mailbox, reports
from mail.models import AddressState, Message, Outcome
from tests.mail.fake_imap import fake_imap
from tests.mail.returned import report, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def return_path(settings):
    settings.BOUNCE_ADDRESS = "retur@portal.example"


@pytest.fixture
def box(settings):
    mails = [sent(f"n{n}@example.no") for n in range(3)]
    with fake_imap(*(report(mail) for mail in mails), b"Subject: Hei\n\nEn hilsen") as imap:
        settings.BOUNCES_IMAP_URL = imap.url
        yield imap


def bounced() -> int:
    return Message.objects.filter(outcome=Outcome.BOUNCED).count()


def test_each_mail_is_taken_and_marked_as_seen(box):
    assert mailbox.read_bounces() == 4
    assert bounced() == 3
    assert box.seen == {101, 102, 103, 104}
    assert mailbox.read_bounces() == 0


def test_nothing_is_marked_before_it_is_taken(box):
    mailbox.read_bounces()
    fetches = [said for said in box.said if "FETCH" in said]
    assert all("BODY.PEEK[]" in said for said in fetches)


def test_a_connection_that_breaks_loses_nothing(box):
    box.breaks_after = 2
    with pytest.raises((OSError, imaplib.IMAP4.error)):
        mailbox.read_bounces()
    assert box.seen == {101, 102}
    box.breaks_after = 99
    assert mailbox.read_bounces() == 2
    assert bounced() == 3


def test_one_that_can_not_be_taken_now_stays_unseen_and_holds_up_no_other(box, monkeypatch, caplog):
    real = reports.take

    def take(source: bytes):
        if b"n1@example.no" in source:
            raise OperationalError("away")
        return real(source)

    monkeypatch.setattr(reports, "take", take)
    assert mailbox.read_bounces() == 3
    assert box.seen == {101, 103, 104}
    assert "was not taken" in caplog.text
    monkeypatch.setattr(reports, "take", real)
    assert mailbox.read_bounces() == 1
    assert AddressState.of("n1@example.no")


def test_of_a_huge_mail_no_more_is_fetched_than_is_looked_through(box, monkeypatch):
    sizes, real = [], reports.take
    monkeypatch.setattr(reports, "MOST", 300)
    monkeypatch.setattr(reports, "take", lambda source: (sizes.append(len(source)), real(source)))
    mailbox.read_bounces()
    assert max(sizes) == 300


def test_one_that_somebody_removes_meanwhile_is_passed_over(box, monkeypatch):
    numbers = ["101", "999", "102"]
    monkeypatch.setattr(mailbox, "unseen", lambda server: numbers)
    assert mailbox.read_bounces() == 2


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("p%40ss", "feil"), ("/INBOX", "/Finnes-ikke"), ("127.0.0.1:", "127.0.0.1:1/")],
)
def test_a_mailbox_that_can_not_be_used_is_a_fault_of_the_job(box, settings, was, becomes):
    settings.BOUNCES_IMAP_URL = settings.BOUNCES_IMAP_URL.replace(was, becomes)
    with pytest.raises((OSError, imaplib.IMAP4.error)):
        mailbox.read_bounces()
    assert box.seen == set()

"""Mails leave although the clock was set back by an hour."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mail import outbox
from mail.models import Message
from worker.jobs import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> Message:
    return Message.objects.create(
        subject="Hei", recipient="a@b.no", message_id="<1@x>", source=b"From: x@y.no\n\nhei"
    )


@pytest.fixture
def set_back(monkeypatch):
    real = timezone.now

    def set_back(by: timedelta = timedelta(hours=1)) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() - by)

    return set_back


def bring_back() -> None:
    jobs["mail.bring_back"].function()


def test_a_mail_that_waits_is_sent(mail, set_back, settings):
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    set_back()
    bring_back()
    outbox.deliver()
    assert Message.objects.get().sent_at


def fail(mail: Message, tries: int) -> None:
    mail.tries = tries
    mail.save(update_fields=["tries"])
    mail.mark_failed("nei")


@pytest.mark.parametrize("tries", [1, 3])
def test_a_mail_that_was_tried_is_tried_again_when_no_claim_can_last(mail, set_back, tries):
    fail(mail, tries)
    set_back()
    bring_back()
    left = Message.objects.get().due_at - timezone.now()
    assert timedelta(0) < left <= Message.CLAIM
    set_back(timedelta(hours=1) - Message.CLAIM)
    assert Message.objects.due().exists()


def test_a_mail_that_another_worker_is_sending_is_left_to_it(mail, set_back):
    assert mail.claim()
    set_back()
    bring_back()
    assert not Message.objects.due().exists()


def test_a_mail_that_fails_after_it_waits_as_ever(mail, set_back):
    set_back()
    for tries in range(1, Message.TRIES):
        fail(mail, tries)
        due_at = Message.objects.get().due_at
        bring_back()
        assert Message.objects.get().due_at == due_at, tries


def test_one_that_was_given_up_stays_so(mail, set_back):
    fail(mail, Message.TRIES)
    set_back()
    bring_back()
    set_back(timedelta(0))
    assert not Message.objects.due().exists()

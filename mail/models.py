"""The mails of the outbox: those that wait, and those that were sent or given up."""

import re
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone


def without_code(subject: str) -> str:
    return re.sub(r"\b\d{6}\b", "······", subject)


class Priority(models.IntegerChoices):
    """A mail with a lower number is sent first."""

    CODE = 0
    NOTICE = 10
    NEWS = 20


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self) -> "MessageQuerySet":
        """Mails to send now: not sent or given up, and neither claimed nor waiting for a retry."""
        return self.filter(sent_at=None, failed_at=None, due_at__lte=timezone.now())


class MessageManager(models.Manager.from_queryset(MessageQuerySet)):  # type: ignore[misc]
    """All mails but those that are held back by a limit."""

    def get_queryset(self) -> MessageQuerySet:
        queryset: MessageQuerySet = super().get_queryset()
        return queryset.filter(is_held=False)


class Message(models.Model):
    """One mail in the outbox, to one recipient, as it will be sent.

    Its text is wiped when it is sent: it may hold a code.
    """

    #: How long one worker may hold a mail before another takes it over. It is longer than the
    #: time-out for the mail server (EMAIL_TIMEOUT), so that two workers never hold one mail.
    CLAIM = timedelta(seconds=60)
    #: A mail is given up after this many tries. The growing waits stretch them over two days.
    TRIES = 19

    subject = models.CharField(max_length=255)
    recipient = models.CharField(max_length=254, db_index=True)
    message_id = models.CharField(max_length=255, unique=True)
    source = models.BinaryField()  # RFC 5322
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    #: Codes are sent before mails that can wait.
    priority = models.PositiveSmallIntegerField(default=Priority.CODE, choices=Priority.choices)
    #: What the mail is for, so that it is sent once; null where that doesn't matter.
    key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001
    #: Over a limit that answers with silence (accounts/sign_in/limits.py). The worker drops it.
    is_held = models.BooleanField(default=False)

    objects: ClassVar[MessageManager] = MessageManager()
    everything: ClassVar[models.Manager["Message"]] = models.Manager()

    class Meta:
        db_table = "accounts_message"  # the app that had it first
        indexes = [
            models.Index(
                fields=["priority", "due_at"],
                condition=models.Q(sent_at=None, failed_at=None),
                name="outbox_by_priority",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"

    @property
    def shown_subject(self) -> str:
        """The subject without its code, which opens the member's account while it is valid."""
        return without_code(self.subject)

    def claim(self) -> bool:
        """Claim the mail. False if another worker was quicker."""
        now = timezone.now()
        claimed = Message.objects.due().filter(pk=self.pk, tries=self.tries)
        if not claimed.update(due_at=now + self.CLAIM, tries=self.tries + 1):
            return False
        self.tries += 1
        return True

    def mark_sent(self) -> None:
        Message.objects.filter(pk=self.pk).update(sent_at=timezone.now(), source=b"", error="")

    def mark_failed(self, error: str) -> None:
        """Try again after 10 s, 20 s, 40 s … and at most six hours; or never, after TRIES."""
        wait = min(timedelta(seconds=10 * 2 ** (self.tries - 1)), timedelta(hours=6))
        now = timezone.now()
        Message.objects.filter(pk=self.pk).update(
            error=error,
            due_at=now + wait,
            failed_at=now if self.tries >= self.TRIES else None,
        )

"""The mails on their way out."""

import re
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone


def without_code(subject: str) -> str:
    return re.sub(r"\b\d{6}\b", "······", subject)


class Priority(models.IntegerChoices):
    """Lower goes first."""

    CODE = 0
    NOTICE = 10
    NEWS = 20


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self) -> "MessageQuerySet":
        """Unsent, given up by nobody, and claimed by no worker that is still at it."""
        return self.filter(sent_at=None, failed_at=None, due_at__lte=timezone.now())


class MessageManager(models.Manager.from_queryset(MessageQuerySet)):  # type: ignore[misc]
    """Those that go out, or would if the mail server took them."""

    def get_queryset(self) -> MessageQuerySet:
        queryset: MessageQuerySet = super().get_queryset()
        return queryset.filter(is_held=False)


class Message(models.Model):
    """One mail in the outbox, to one recipient, as it will be sent.

    The text is wiped once it is sent: it holds codes.
    """

    #: How long one worker may be at a mail before another takes it over. Longer than the mail
    #: server's time-out, so that no mail is in two hands.
    CLAIM = timedelta(seconds=60)
    #: Given up after this many tries, which the growing waits stretch over two days.
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
    #: Codes go before what can wait.
    priority = models.PositiveSmallIntegerField(default=Priority.CODE, choices=Priority.choices)
    #: What it was sent for, so that it is sent once; null where that doesn't matter.
    key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001
    #: Over a limit that is met with silence (accounts/sign_in/limits.py): the worker drops it.
    is_held = models.BooleanField(default=False)

    objects: ClassVar[MessageManager] = MessageManager()
    everything: ClassVar[models.Manager["Message"]] = models.Manager()

    class Meta:
        db_table = "accounts_message"  # where it was made
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
        """Without a code, which opens the member's account while it lasts."""
        return without_code(self.subject)

    def claim(self) -> bool:
        """Take the mail in hand, unless another worker was quicker."""
        now = timezone.now()
        claimed = Message.objects.due().filter(pk=self.pk, tries=self.tries)
        if not claimed.update(due_at=now + self.CLAIM, tries=self.tries + 1):
            return False
        self.tries += 1
        return True

    def mark_sent(self) -> None:
        Message.objects.filter(pk=self.pk).update(sent_at=timezone.now(), source=b"", error="")

    def mark_failed(self, error: str) -> None:
        """Try again later: after 10 s, 20 s, 40 s … at most every six hours."""
        wait = min(timedelta(seconds=10 * 2 ** (self.tries - 1)), timedelta(hours=6))
        now = timezone.now()
        Message.objects.filter(pk=self.pk).update(
            error=error,
            due_at=now + wait,
            failed_at=now if self.tries >= self.TRIES else None,
        )

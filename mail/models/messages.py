"""The mails of the outbox: those that wait, and those that were sent or given up."""

import re
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Priority(models.IntegerChoices):
    """A mail with a lower number is sent first."""

    #: Also what else anybody may have sent to any address, and waits for at their screen.
    CODE = 0
    NOTICE = 10
    NEWS = 20


class Outcome(models.IntegerChoices):
    """What became of a mail that left. The strongest that is known: a higher number wins."""

    UNKNOWN = 0
    DELIVERED = 10
    UNSUBSCRIBED = 20
    COMPLAINED = 30
    BOUNCED = 40


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        return self.filter(sent_at=None, failed_at=None)

    def due(self) -> "MessageQuerySet":
        """Mails to send now: neither claimed nor waiting for a retry."""
        return self.waiting().filter(due_at__lte=timezone.now())

    def given_up(self) -> "MessageQuerySet":
        return self.filter(sent_at=None, failed_at__isnull=False)

    def next(self) -> "Message | None":
        """The mail to send first. Asked again after each mail, so that a new code comes next."""
        return self.order_by("priority", "due_at", "pk").first()

    def bring_back(self) -> None:
        """Give a new time to mails that wait for longer than they may.

        Theirs was written before the clock was set back. One that was tried may be claimed, and
        nothing tells whether it is, so it keeps its claim.
        """
        now, claim = timezone.now(), Message.CLAIM
        waiting = self.waiting()
        # One that was planned for later, or put off by a rate, waits for its time.
        waiting.filter(tries=0, due_at__gt=now, due_at__lte=F("created_at")).update(due_at=now)
        too_long = Q(pk__in=[])
        for tries in range(1, Message.TRIES + 1):
            wait = max(Message.wait_after(tries), claim) + claim
            too_long |= Q(tries=tries, due_at__gt=now + wait)
        waiting.filter(too_long).update(due_at=now + claim)


class MessageManager(models.Manager.from_queryset(MessageQuerySet)):  # type: ignore[misc]
    """All mails but those that are held back by a limit."""

    def get_queryset(self) -> MessageQuerySet:
        queryset: MessageQuerySet = super().get_queryset()
        return queryset.filter(is_held=False)


class Message(models.Model):
    """One mail in the outbox, to one recipient, as it will be sent.

    Its text is wiped when it is sent: it may hold a code.
    """

    #: How long one worker may hold a mail before another takes it over. The mail server answers
    #: seven times at most while a mail is held, each time within EMAIL_TIMEOUT.
    CLAIM = timedelta(seconds=90)
    #: A mail is given up after this many tries. The growing waits stretch them over two days. A
    #: server that can't be used (mail/server.py) costs no tries.
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
    #: The name of the maker that writes the mail when it leaves (mail/making.py), and what it is
    #: told. Until then `source` is empty. "" for a mail that was written when it was queued.
    maker = models.CharField(max_length=40, blank=True, default="", db_default="")
    arguments = models.JSONField(default=dict, db_default={})
    #: What the mail is one of, such as «letter-12». Figures are counted by it.
    batch = models.CharField(max_length=60, blank=True, default="", db_default="")
    outcome = models.PositiveSmallIntegerField(
        default=Outcome.UNKNOWN, db_default=Outcome.UNKNOWN, choices=Outcome.choices
    )
    #: Of a mail with the priority NEWS: what NEWS_PER_DOMAIN_PER_HOUR counts. "" for others.
    domain = models.CharField(max_length=253, blank=True, default="", db_default="")
    #: Over a limit that answers with silence (accounts/sign_in/limits.py). The worker drops it.
    is_held = models.BooleanField(default=False)

    objects: ClassVar[MessageManager] = MessageManager()
    everything: ClassVar[models.Manager["Message"]] = models.Manager()

    class Meta:
        db_table = "accounts_message"  # the app that had it first
        indexes = [
            # In the very order of `next`: 10,000 mails may be due at the same instant.
            models.Index(
                fields=["priority", "due_at", "id"],
                condition=models.Q(sent_at=None, failed_at=None),
                name="outbox_next",
            ),
            # What the rates of news count.
            models.Index(
                fields=["priority", "sent_at"],
                condition=models.Q(sent_at__isnull=False),
                name="outbox_sent",
            ),
            models.Index(
                fields=["domain", "sent_at"],
                condition=models.Q(sent_at__isnull=False),
                name="outbox_sent_to_domain",
            ),
            models.Index(
                fields=["failed_at"],
                condition=models.Q(failed_at__isnull=False),
                name="outbox_given_up",
            ),
            models.Index(fields=["batch"], condition=~models.Q(batch=""), name="outbox_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"

    @property
    def shown_subject(self) -> str:
        """The subject without its code, which opens the member's account while it is valid.
        In other mails six digits are a number like any other."""
        is_code = self.priority == Priority.CODE
        return re.sub(r"\b\d{6}\b", "······", self.subject) if is_code else self.subject

    @property
    def holds_expired_code(self) -> bool:
        """Whether nobody can use it any more."""
        age = timezone.now() - self.created_at
        holds_code = self.shown_subject != self.subject
        return holds_code and age > timedelta(seconds=settings.CODE_TIMEOUT)

    @staticmethod
    def wait_after(tries: int) -> timedelta:
        """10 s, 20 s, 40 s … and at most six hours."""
        return min(timedelta(seconds=10 * 2 ** (tries - 1)), timedelta(hours=6))

    def claim(self) -> bool:
        """Claim the mail. False if another worker was quicker."""
        until = timezone.now() + self.CLAIM
        seen = Message.objects.due().filter(pk=self.pk, due_at=self.due_at)
        if not seen.update(due_at=until, tries=self.tries + 1):
            return False
        self.due_at = until
        self.tries += 1
        return True

    def release(self) -> None:
        """Give the claim back. The try doesn't count."""
        self._own().update(due_at=timezone.now(), tries=self.tries - 1)

    def mark_sent(self) -> None:
        """Whoever has the claim by now: it is sent, and must not be sent again."""
        Message.objects.filter(pk=self.pk).update(
            subject=self.subject,
            recipient=self.recipient,
            domain=self.domain,
            sent_at=timezone.now(),
            failed_at=None,
            source=b"",
            error="",
        )

    def drop(self) -> None:
        """Remove a claimed mail that is not to be sent any more."""
        self._own().delete()

    def mark_failed(self, error: str, is_final: bool = False) -> bool:
        """Try again after 10 s, 20 s, 40 s … and at most six hours.

        Give it up instead if the fault `is_final`, or after TRIES. Returns whether it was given up.
        Does nothing if the claim was lost: another worker has the mail now, and knows better.
        The address may have changed since the mail was queued.
        """
        now, is_given_up = timezone.now(), is_final or self.tries >= self.TRIES
        is_own = self._own().update(
            recipient=self.recipient,
            domain=self.domain,
            error=error,
            due_at=now + self.wait_after(self.tries),
            failed_at=now if is_given_up else None,
        )
        return is_given_up and bool(is_own)

    def became(self, outcome: Outcome) -> bool:
        """Note what became of it. False if that, or something stronger, was known."""
        weaker = Message.objects.filter(pk=self.pk, outcome__lt=outcome)
        return bool(weaker.update(outcome=outcome))

    def note(self, error: str) -> None:
        """Tell the operator why it waits."""
        Message.objects.filter(pk=self.pk).update(error=error)

    def retry(self) -> bool:
        """Send a mail that was given up, or that waits for a retry, from the beginning.

        False if it was sent, is claimed or nearly due, or holds an expired code.
        """
        if self.holds_expired_code:
            return False
        now = timezone.now()
        is_later = Q(failed_at__isnull=False) | Q(due_at__gt=now + self.CLAIM)
        waits = Message.objects.filter(is_later, pk=self.pk, sent_at=None)
        return bool(waits.update(failed_at=None, due_at=now, tries=0, error=""))

    def _own(self) -> "models.QuerySet[Message]":
        """The row, while this claim holds: no two claims end at the same instant."""
        return Message.objects.filter(pk=self.pk, due_at=self.due_at, sent_at=None)

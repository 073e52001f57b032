"""What mail servers have told of addresses: who can't be reached, and who complained."""

import re
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mail.models.messages import Message, Outcome

#: PostgreSQL takes no NUL, no database takes half a character, and no reader wants the others.
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


def as_told(said: str) -> str:
    """A server's answer, as it is stored and shown."""
    return " ".join(CONTROL.sub(" ", said).split())[:500]


class Reason(models.TextChoices):
    BOUNCED = "bounced", _("Mail to it comes back")
    COMPLAINED = "complained", _("The reader reported a mail as spam")


class AddressQuerySet(models.QuerySet["AddressState"]):
    def stopped(self) -> "AddressQuerySet":
        """Addresses that get no more news. Codes and notices are still sent."""
        return self.filter(stopped_at__isnull=False)

    def forget(self) -> None:
        """Delete counts that nothing was added to for so long that the address has worked since."""
        self.filter(stopped_at=None, told_at__lt=timezone.now() - AddressState.KEPT).delete()


class AddressState(models.Model):
    """An address that mail came back from, or whose reader complained. Others have no row."""

    #: A mailbox that was full or away this many times in a row is given up.
    MOST_SOFT = 5
    #: A mail that hasn't come back for this long has arrived. Mail servers try for five days
    #: (RFC 5321, 4.5.4.1).
    SILENCE = timedelta(days=5)
    #: How long a count of soft bounces is kept.
    KEPT = timedelta(days=90)

    address = models.CharField(max_length=254, unique=True)
    #: Mails in a row that came back for a reason that may pass. 0 again when one arrives.
    soft_bounces = models.PositiveSmallIntegerField(default=0)
    #: What the server said last.
    said = models.CharField(max_length=500, blank=True)
    told_at = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)

    objects = AddressQuerySet.as_manager()

    def __str__(self) -> str:
        return self.address

    @classmethod
    def of(cls, address: str) -> "AddressState | None":
        """The state of a stopped address, or None for one that gets mail."""
        return cls.objects.stopped().filter(address=address.lower()).first()

    @classmethod
    def stop(cls, address: str, reason: Reason, said: str = "") -> None:
        now = timezone.now()
        values: dict[str, Any] = {"said": as_told(said), "told_at": now}
        row, is_new = cls.objects.get_or_create(
            address=address.lower(), defaults={**values, "stopped_at": now, "reason": reason}
        )
        if not is_new:
            cls.objects.filter(pk=row.pk).update(**values)
            cls.objects.filter(pk=row.pk, stopped_at=None).update(stopped_at=now, reason=reason)

    @classmethod
    @transaction.atomic
    def count_soft(cls, address: str, said: str = "") -> None:
        """Count a mail that came back for a reason that may pass. Stop after MOST_SOFT in a row."""
        now, address = timezone.now(), address.lower()
        cls.objects.get_or_create(address=address)
        row = cls.objects.select_for_update().get(address=address)
        row.soft_bounces = 1 if row.is_reached_since() else row.soft_bounces + 1
        row.said, row.told_at = as_told(said), now
        if row.soft_bounces >= cls.MOST_SOFT and row.stopped_at is None:
            row.stopped_at, row.reason = now, Reason.BOUNCED
        row.save()

    def is_reached_since(self) -> bool:
        """Whether a mail has arrived since the last one came back. No plain mail server says that
        a mail has arrived, so one that doesn't come back has."""
        long_ago = timezone.now() - self.SILENCE
        mails = Message.objects.filter(recipient=self.address, outcome__lt=Outcome.BOUNCED)
        return mails.filter(sent_at__gt=self.told_at, sent_at__lt=long_ago).exists()

    @classmethod
    def note_arrival(cls, address: str) -> None:
        cls.objects.filter(address=address.lower(), stopped_at=None).delete()

    @classmethod
    def start_again(cls, address: str) -> None:
        """The reader says that the address works, or that they want our mail after all."""
        cls.objects.filter(address=address.lower()).delete()

    @classmethod
    def note_proof(cls, address: str) -> None:
        """A code has reached the reader, so the address works. Their complaint stands."""
        came_back = cls.objects.exclude(reason=Reason.COMPLAINED)
        came_back.filter(address=address.lower()).delete()

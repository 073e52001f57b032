"""What mail servers have told of addresses: who can't be reached, and who complained."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    BOUNCED = "bounced", _("Mail to it comes back")
    COMPLAINED = "complained", _("The reader reported a mail as spam")


class AddressQuerySet(models.QuerySet["AddressState"]):
    def stopped(self) -> "AddressQuerySet":
        """Addresses that get no more news. Codes and notices are still sent."""
        return self.filter(stopped_at__isnull=False)


class AddressState(models.Model):
    """An address that mail came back from, or whose reader complained. Others have no row."""

    #: A mailbox that was full or away this many times in a row is given up.
    MOST_SOFT = 5

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
        values: dict[str, Any] = {"said": said[:500], "told_at": now}
        row, is_new = cls.objects.get_or_create(
            address=address.lower(), defaults={**values, "stopped_at": now, "reason": reason}
        )
        if not is_new:
            cls.objects.filter(pk=row.pk).update(**values)
            cls.objects.filter(pk=row.pk, stopped_at=None).update(stopped_at=now, reason=reason)

    @classmethod
    def start_again(cls, address: str) -> None:
        """The reader says that the address works, or has confirmed it anew."""
        cls.objects.filter(address=address.lower()).delete()

"""Counts of how often something was done. They have their own table.

A cache would not do. A full cache drops rows, so an attacker could fill it to lose their count.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

#: Rows that are deleted at a time.
BATCH = 500


class LimitQuerySet(models.QuerySet["Limit"]):
    def seen(self, name: str, key: str) -> "Limit":
        """The current count, for reading only."""
        count = self.filter(key=_hash(name, key)).first() or Limit()
        count.now = time.time()
        return count

    @contextmanager
    def counting(
        self, keys: Mapping[str, str], keep: Mapping[str, float]
    ) -> Iterator[dict[str, "Limit"]]:
        """Lock the counts of `keys`, yield them by the same names, and store them again.

        `keep` says for how many seconds times are kept. The work is the same whatever the caller
        counts: every row is read, and every row is written. An exception leaves all unchanged.
        """
        hashes = {_hash(name, key): name for name, key in keys.items()}
        now = time.time()
        with transaction.atomic():
            # Always in the same order, so that no two transactions wait for each other.
            new = [Limit(key=key, expires_at=_moment(now)) for key in sorted(hashes)]
            self.bulk_create(new, ignore_conflicts=True)
            found = list(self.select_for_update().filter(key__in=hashes).order_by("key"))
            for count in found:
                seconds = keep[hashes[count.key]]
                count.now, count.expires_at = now, _moment(now + seconds)
                count.times = [moment for moment in count.times if moment > now - seconds]
            yield {hashes[count.key]: count for count in found}
            changed = ["times", "expires_at"]
            self.bulk_create(
                found, update_conflicts=True, unique_fields=["key"], update_fields=changed
            )

    def forget(self) -> None:
        """Delete what has expired, a batch at a time, so that nobody waits long to write."""
        expired = self.filter(expires_at__lt=timezone.now()).order_by("expires_at")
        while keys := list(expired.values_list("pk", flat=True)[:BATCH]):
            self.filter(pk__in=keys, expires_at__lt=timezone.now()).delete()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _hash(name: str, key: str) -> str:
    """A keyed hash, so that the table doesn't tell whose address or network was counted."""
    return salted_hmac("accounts.limits", f"{name} {key}", algorithm="sha256").hexdigest()


class Limit(models.Model):
    """The times when one thing was done, in seconds since 1970."""

    key = models.CharField(max_length=64, primary_key=True)
    times = models.JSONField(default=list)
    expires_at = models.DateTimeField(db_index=True)

    objects = LimitQuerySet.as_manager()
    now: float

    def __str__(self) -> str:
        return f"{self.key[:8]}: {len(self.times)}"

    def within(self, seconds: float) -> int:
        return sum(moment > self.now - seconds for moment in self.times)

    def add(self) -> None:
        self.times.append(self.now)

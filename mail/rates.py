"""How fast news leaves. Codes and notices never wait for it.

The rates are counted in the database, for all workers together. One more mail for each worker may
leave, as those on their way aren't counted yet.
"""

from datetime import timedelta
from time import sleep

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mail.models import Message, Priority

#: Seconds after which a worker that waits for the rate looks for a code again.
GLANCE = 0.1
#: A domain at its limit is left alone for this long at least: its mails are put off together.
PUT_OFF = timedelta(minutes=5)
HOUR = timedelta(hours=1)


def may_leave(stored: Message) -> bool:
    """Whether the rates let this mail go now. If not, waits a moment, or puts its domain off."""
    if stored.priority != Priority.NEWS:
        return True
    if settings.NEWS_PER_DOMAIN_PER_HOUR and stored.domain and is_full(stored.domain):
        return False
    wait = seconds_to_wait()
    if wait > 0:
        sleep(min(wait, GLANCE))
    return wait <= 0


def seconds_to_wait() -> float:
    """How long NEWS_PER_SECOND holds the next mail back. A rate of 0.1 is one in ten seconds."""
    if not (rate := settings.NEWS_PER_SECOND):
        return 0
    most, now = max(1, int(rate)), timezone.now()
    sent = Message.objects.filter(priority=Priority.NEWS, sent_at__lte=now).order_by("-sent_at")
    counted_from = sent.values_list("sent_at", flat=True)[most - 1 : most].first()
    if counted_from is None:
        return 0
    free_at = counted_from + timedelta(seconds=most / rate)
    return float((free_at - now).total_seconds())


def is_full(domain: str) -> bool:
    """Whether NEWS_PER_DOMAIN_PER_HOUR is reached. All its mails are then put off, in one step."""
    most, now = settings.NEWS_PER_DOMAIN_PER_HOUR, timezone.now()
    sent = Message.objects.filter(domain=domain, sent_at__gt=now - HOUR).order_by("-sent_at")
    first = sent.values_list("sent_at", flat=True)[most - 1 : most].first()
    if first is None:
        return False
    with transaction.atomic():
        due = Message.objects.due().filter(priority=Priority.NEWS, domain=domain)
        due = due.select_for_update(skip_locked=True)  # two workers don't wait for each other
        Message.objects.filter(pk__in=due.values("pk")).update(
            due_at=max(first + HOUR, now + PUT_OFF)
        )
    return True

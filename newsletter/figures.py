"""What became of the mails of a sending. Nobody is followed: opens are not counted at all."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from mail.models import Message, Outcome
from newsletter.models import Arrivals, Sending

SENT = Q(sent_at__isnull=False)
#: What a mail service tells of mails that arrived, from the arrival on.
ARRIVED = (Outcome.DELIVERED, Outcome.UNSUBSCRIBED, Outcome.COMPLAINED)


class Figures(NamedTuple):
    """Numbers of mails."""

    waiting: int = 0
    sent: int = 0
    delivered: int = 0
    bounced: int = 0
    #: Not sent for another reason than the address: the mail server was away for days.
    given_up: int = 0
    complained: int = 0
    unsubscribed: int = 0
    #: Whether a mail service told of those delivered. If not, all count as delivered that were sent
    #: and didn't come back.
    is_told: bool = False


def figures_of(sendings: Sequence[Sending]) -> dict[int, Figures]:
    """The figures of each sending, by its number: as stored, or as the outbox has them."""
    found = {sending.pk: Figures(**sending.counts) for sending in sendings if sending.counts}
    batches = {sending.batch: sending.pk for sending in sendings if not sending.counts}
    rows = Message.objects.filter(batch__in=batches).values("batch").annotate(
        waiting=Count("pk", filter=Q(sent_at=None, failed_at=None)),
        sent=Count("pk", filter=SENT),
        told=Count("pk", filter=Q(outcome=Outcome.DELIVERED)),
        arrived=Count("pk", filter=Q(outcome__in=ARRIVED)),
        bounced=Count("pk", filter=Q(outcome=Outcome.BOUNCED)),
        bounced_later=Count("pk", filter=SENT & Q(outcome=Outcome.BOUNCED)),
        given_up=Count("pk", filter=Q(sent_at=None, failed_at__isnull=False)
                       & ~Q(outcome=Outcome.BOUNCED)),
        complained=Count("pk", filter=Q(outcome=Outcome.COMPLAINED)),
        unsubscribed=Count("pk", filter=Q(outcome=Outcome.UNSUBSCRIBED)),
    )  # fmt: skip
    for row in rows:
        pk, told = batches[row.pop("batch")], row.pop("told")
        arrived, came_back = row.pop("arrived"), row.pop("bounced_later")
        delivered = arrived if told else row["sent"] - came_back
        found[pk] = Figures(**row, delivered=delivered, is_told=bool(told))
    return {sending.pk: found.get(sending.pk, Figures()) for sending in sendings}


def state_of(sending: Sending, figures: Figures) -> str:
    if sending.stopped_at:
        return _("Stopped")
    if sending.planned_at:
        return _("Being sent") if figures.waiting else _("Sent")
    if sending.starts_at > timezone.now():
        return _("Waits for its time")
    return _("Being sent") if sending.letter.live else _("Waits for the letter to be published")


def arrivals_of(sending: Sending) -> list[tuple[str, int]]:
    """(path, requests) of each page that readers came to from the mails, the most visited first."""
    rows = Arrivals.objects.filter(batch=sending.batch).values("path")
    counted = rows.annotate(total=Sum("count")).order_by("-total", "path")
    return list(counted.values_list("path", "total"))


def keep(sending: Sending) -> None:
    """Store the figures before the outbox forgets the mails they are counted from."""
    sending.counts = figures_of([sending])[sending.pk]._asdict()
    sending.save(update_fields=["counts"])

"""What the newsletter leaves to the worker: planning. The outbox makes and sends the mails."""

import time
from datetime import timedelta

from django.db.models.functions import Coalesce
from django.utils import timezone

from newsletter import letter_mails, planning, ready  # noqa: F401 — the first has makers
from newsletter.figures import keep
from newsletter.models import Sending
from worker.jobs import job

#: Seconds that one round of planning may take. The lane's other work gets its turn then.
ROUND = 10
#: The outbox keeps mails for 30 days after they were sent (mail/outbox.py).
FORGOTTEN_SOON = timedelta(days=28)

job(every=30, lane="soon")(planning.plan_news)
job(every=60, lane="soon")(ready.offer_parts)


@job(every=5)
def plan_letters() -> None:
    """Plans the mails of the letters that are due. Each is made when it leaves."""
    end = time.monotonic() + ROUND
    for sending in Sending.objects.due().order_by("starts_at", "pk"):
        while sending.plan_some():
            if time.monotonic() > end:
                return


@job(every=3600, lane="slow")
def keep_figures() -> None:
    """Before the outbox forgets the mails, after 30 days. By then none is on its way any more."""
    old = timezone.now() - FORGOTTEN_SOON
    ended = Sending.objects.annotate(ended=Coalesce("planned_at", "stopped_at"))
    for sending in ended.filter(ended__lt=old, counts={}):
        keep(sending)

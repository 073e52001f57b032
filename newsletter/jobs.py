"""What the newsletter leaves to the worker: planning. The outbox makes and sends the mails."""

from newsletter import planning, ready
from worker.jobs import job

job(every=30, lane="soon")(planning.plan_news)
job(every=60, lane="soon")(ready.offer_parts)

from mail import outbox
from worker.jobs import job

job(every=0.5, lane="mail", claims_rows=True)(outbox.deliver)
job(every=3600, lane="slow")(outbox.forget)

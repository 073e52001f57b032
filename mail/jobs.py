from mail import outbox
from mail.models import Message
from worker.jobs import job

job(every=0.5, lane="mail", claims_rows=True)(outbox.deliver)
job(every=10, lane="mail", claims_rows=True)(Message.objects.bring_back)
job(every=3600, lane="slow")(outbox.forget)

from django.conf import settings

from mail import mailbox, outbox
from mail.models import Message
from worker.jobs import job

job(every=0.5, lane="mail", claims_rows=True)(outbox.deliver)
job(every=10, lane="mail", claims_rows=True)(Message.objects.bring_back)
job(every=3600, lane="slow")(outbox.forget)
if settings.BOUNCES_IMAP_URL:
    job(every=300, lane="soon")(mailbox.read_bounces)

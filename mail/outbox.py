"""The outbox: mails are rows first, and the worker delivers them.

A mail server that refuses or hangs must not keep anybody from signing up, and no mail may be
lost with it. A mail that the server took just before the worker died is sent again, under the
same Message-ID.
"""

import email
import email.policy
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from mail.models import Message, Priority
from mail.rendering import rendered

logger = logging.getLogger(__name__)


class OutboxBackend(BaseEmailBackend):
    """Django's mail back end that writes to the outbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            for recipient in mail.recipients():
                store(mail, recipient, is_held=getattr(mail, "is_held", False))
        return len(email_messages)


def store(mail: EmailMessage, recipient: str, **fields: Any) -> bool:
    """Put one recipient's copy in the outbox; False where its `key` was used before."""
    message_id = make_msgid(domain=settings.SITE_HOST)
    mail.extra_headers["Message-ID"] = message_id
    mail.extra_headers["Auto-Submitted"] = "auto-generated"
    values = {
        "subject": mail.subject[:255],
        "recipient": recipient.lower(),
        "message_id": message_id,
        "source": mail.message().as_bytes(),
        **fields,
    }
    if key := fields.get("key"):
        return Message.objects.get_or_create(key=key, defaults=values)[1]
    Message.objects.create(**values)
    return True


def send(
    template: str,
    to: str,
    context: dict[str, Any] | None = None,
    *,
    priority: Priority = Priority.NOTICE,
    key: str | None = None,
    unsubscribe: str | None = None,
) -> bool:
    """Send a mail of our own; False where one was sent for the same `key` before.

    It is rendered from `<template>_subject.txt` and `<template>_message.txt`, in the readers'
    language. A key is known for as long as the outbox keeps its mails, see `forget`. `unsubscribe`
    is an address that ends such mails at one click by POST (RFC 8058).
    """
    mail = rendered(template, to, context or {})
    if unsubscribe:
        mail.extra_headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return store(mail, to, priority=priority, key=key)


class StoredMessage(EmailMessage):
    """A mail as the outbox kept it, byte for byte, for any of Django's back ends to send."""

    def __init__(self, stored: Message) -> None:
        self.source = bytes(stored.source)
        sender = email.message_from_bytes(self.source, policy=email.policy.default)["From"]
        super().__init__(subject=stored.subject, from_email=str(sender), to=[stored.recipient])

    def message(self, **kwargs: Any) -> Any:
        return self

    def as_bytes(self, linesep: str = "\n", **kwargs: Any) -> bytes:
        return self.source.replace(b"\n", linesep.encode())

    def get_charset(self) -> None:
        return None


#: How long one round may take, in seconds, give or take one mail. With a mail server that
#: hangs, the worker's other jobs get their turn between two mails.
ROUND = 5


def deliver(limit: int = 50) -> int:
    """Send what is due, at most `limit` mails or ROUND seconds; how many were sent.

    A mail that fails waits for its next try and holds up no other.
    """
    drop_held()
    sent, end = 0, time.monotonic() + ROUND
    for stored in Message.objects.due().order_by("priority", "due_at")[:limit]:
        if time.monotonic() > end:
            break
        if not stored.claim():
            continue
        try:
            connection = get_connection(settings.OUTBOX_DELIVERY_BACKEND)
            connection.send_messages([StoredMessage(stored)])
        except Exception as error:  # whatever it is, the other mails go out
            logger.warning("Mail %s was not sent: %s", stored.pk, type(error).__name__)
            stored.mark_failed(f"{type(error).__name__}: {error}")
        else:
            stored.mark_sent()
            sent += 1
    return sent


def drop_held() -> None:
    """Remove mails over a limit, and tell of it here: the answer to who asked tells nothing."""
    held = Message.everything.filter(is_held=True)
    recipients = dict(held.values_list("pk", "recipient"))
    if recipients:
        held.filter(pk__in=recipients).delete()
        domains = sorted({recipient.rpartition("@")[2] for recipient in recipients.values()})
        logger.warning(
            "No more mails to unconfirmed addresses for now: %d not sent, at %s. See MAILS_PER_HOUR"
            " and MAILS_PER_DOMAIN.",
            len(recipients),
            ", ".join(domains[:10]),
        )


def forget(after: timedelta = timedelta(days=30)) -> None:
    """Remove what was sent or given up before `after`."""
    old = timezone.now() - after
    Message.objects.filter(sent_at__lt=old).delete()
    Message.objects.filter(failed_at__lt=old).delete()

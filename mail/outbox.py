"""The outbox: a mail is a row first, and the worker delivers it.

A mail server that refuses or hangs must not keep anybody from signing up, and must not lose a
mail. If the worker dies just after the server took a mail, the mail is sent again, with the same
Message-ID.
"""

import email.policy
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from email.parser import BytesHeaderParser
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from mail import bounces, rates
from mail.esp import as_esp_takes_it
from mail.making import NotNow, domain_of, made
from mail.models import AddressState, Message, Priority
from mail.rendering import rendered
from mail.server import Fault, MailServer, described, fault_of, kind_of_refusal, refuses_recipient
from mail.verp import return_path

logger = logging.getLogger(__name__)


class OutboxBackend(BaseEmailBackend):
    """A mail back end for Django that writes to the outbox.

    A mail may carry `priority` and `is_held`, which sign-in sets. Others are notices.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            fields = {
                "priority": getattr(mail, "priority", Priority.NOTICE),
                "is_held": getattr(mail, "is_held", False),
            }
            for recipient in mail.recipients():
                store(mail, recipient, **fields)
        return len(email_messages)


def store(mail: EmailMessage, recipient: str, **fields: Any) -> bool:
    """Put one recipient's copy in the outbox. False if its `key` was used before."""
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
    if fields.get("priority") == Priority.NEWS:
        values["domain"] = domain_of(recipient)
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
    """Send one of our own mails. False if one was sent with the same `key` before.

    Its templates are `<template>_subject.txt` and `<template>_message.txt`, rendered in the
    readers' language. A key is known for as long as the outbox keeps its mails, see `forget`.
    `unsubscribe` is a URL that ends such mails with one click, by POST (RFC 8058).
    """
    mail = rendered(template, to, context or {})
    if unsubscribe:
        mail.extra_headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return store(mail, to, priority=priority, key=key)


#: Doesn't read the body, which takes longer than all else of a large mail.
HEADERS = BytesHeaderParser(policy=email.policy.default)


class StoredMessage(EmailMessage):
    """A mail as the outbox stored it, byte for byte. Any of Django's back ends can send it.

    `from_email` is the sender of the envelope. The header From is in the source.
    """

    def __init__(self, stored: Message) -> None:
        self.source = bytes(stored.source)
        sender = return_path(stored) or str(HEADERS.parsebytes(self.source)["From"])
        super().__init__(from_email=sender, to=[stored.recipient])

    def message(self, **kwargs: Any) -> Any:
        return self

    def as_bytes(self, linesep: str = "\n", **kwargs: Any) -> bytes:
        return self.source.replace(b"\n", linesep.encode())

    def get_charset(self) -> None:
        return None


#: How long one round may take, in seconds, give or take one mail. The lane's other work gets its
#: turn between two rounds.
ROUND = 10

server = MailServer()


def deliver() -> int:
    """Send due mails for at most ROUND seconds. Returns how many.

    A mail that fails waits for its next try, and doesn't hold up the others.
    """
    drop_held()
    sent, end = 0, time.monotonic() + ROUND
    while not server.is_resting and (stored := Message.objects.due().next()):
        if time.monotonic() > end:
            return sent  # the next round goes on with the same connection
        if rates.may_leave(stored):
            sent += attempt(stored)
    server.close()
    return sent


def attempt(stored: Message) -> bool:
    """Send one mail. False if it was not sent, whatever the fault is: the others go out."""
    if stored.holds_expired_code:
        if stored.claim():
            expired = _("The code expired before the mail could be sent.")
            stored.mark_failed(f"{expired} {stored.error}".strip(), is_final=True)
        return False
    try:
        server.open()
    except Exception as error:
        stored.note(reason := described(error))
        server.rest(reason)
        return False
    if not stored.claim():
        return False
    if stored.maker and not make(stored):
        return False
    try:
        server.send(as_esp_takes_it(stored) if settings.ESP else StoredMessage(stored))
    except Exception as error:
        meet(error, stored)
        return False
    stored.mark_sent()
    return True


def make(stored: Message) -> bool:
    """Write a claimed mail. False if there is nothing to send, now or at all."""
    try:
        if made(stored):
            return True
    except NotNow:
        stored.mark_failed("")
    except Exception as error:  # a fault of ours or of the database, not of the server
        logger.exception("Mail %s could not be made", stored.pk)
        stored.mark_failed(described(error))
    else:
        stored.drop()
    return False


def meet(error: Exception, stored: Message) -> None:
    """Do what the fault of a claimed mail asks for."""
    fault = fault_of(error)
    if fault is not Fault.SERVER:
        server.works()
    elif server.carried:  # a server may close a connection after so many mails, or so long
        server.close()
        stored.release()
        return
    else:  # the mail itself may have upset the server, so it waits longer each time
        server.rest(type(error).__name__)  # no more: the answer may name the recipient
    is_of_recipient = refuses_recipient(error)
    if not is_of_recipient:
        server.close()  # smtplib leaves some mails half given
    logger.warning("Mail %s was not sent: %s", stored.pk, type(error).__name__)
    said = described(error)
    with transaction.atomic():
        if stored.mark_failed(said, is_final=fault is Fault.REFUSED) and is_of_recipient:
            bounces.bounced(stored.recipient, kind_of_refusal(error), said, stored)


def seconds_overdue(priority: Priority = Priority.NOTICE) -> float:
    """How long the mail that is most overdue has been due, in seconds; 0 if none is. It counts
    mails of this `priority` and those before it. News may wait for hours, by its rates.

    It grows while the mail server can't be used, or while no worker runs. A mail that waits for its
    own next try is not due.
    """
    due = Message.objects.due().filter(priority__lte=priority)
    due_at = due.aggregate(due_at=Min("due_at"))["due_at"]
    return (timezone.now() - due_at).total_seconds() if due_at else 0


def given_up_within(period: timedelta = timedelta(days=1)) -> int:
    """How many mails were given up within `period` from now, and have not been sent since."""
    return Message.objects.given_up().filter(failed_at__gt=timezone.now() - period).count()


def drop_held() -> None:
    """Remove mails over a limit and log it, as the answer to the request doesn't tell."""
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
    """Remove mails that were sent or given up longer than `after` ago."""
    old = timezone.now() - after
    Message.objects.filter(sent_at__lt=old).delete()
    Message.objects.filter(failed_at__lt=old).delete()
    AddressState.objects.forget()

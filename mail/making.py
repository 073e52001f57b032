"""Mails that are written when they leave, not when they are queued.

So each is made for its recipient as things stand at that moment. What was withdrawn, locked or
corrected since is so in the mail, and a recipient who may not have it any more gets none.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import make_msgid
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from mail.models import Message, Priority


class NotNow(Exception):  # noqa: N818 — no error: it says when
    """A maker raises it for a mail that is to be tried again, after the waits of a failed one."""


#: Gets the stored mail, with its `recipient` and `arguments`. Returns the mail to send, or None for
#: one that is not to be sent any more.
Maker = Callable[[Message], EmailMessage | None]
makers: dict[str, Maker] = {}
#: Rows for each INSERT.
AT_A_TIME = 500


def maker(name: str) -> Callable[[Maker], Maker]:
    """Register the decorated function as the maker of mails planned under `name`."""

    def register(made: Maker) -> Maker:
        makers[name] = made
        return made

    return register


class Planned(NamedTuple):
    """A mail to be made: its recipient's address, what makes it the only one, and what its maker
    needs (JSON)."""

    to: str
    key: str
    arguments: dict[str, Any]
    #: What lists of mails show until it is made.
    subject: str = ""


def plan(
    name: str,
    mails: Iterable[Planned],
    *,
    batch: str = "",
    priority: Priority = Priority.NEWS,
    due_at: datetime | None = None,
) -> int:
    """Queue mails that the maker `name` writes when they leave. Returns how many were offered.

    A mail whose key was used before is left out. Call it within the transaction that notes how far
    the planning has come.
    """
    rows = [
        Message(
            subject=mail.subject[:255],
            recipient=mail.to.lower(),
            message_id=make_msgid(domain=settings.SITE_HOST),
            key=mail.key,
            maker=name,
            arguments=mail.arguments,
            batch=batch,
            priority=priority,
            domain=domain_of(mail.to) if priority == Priority.NEWS else "",
            due_at=due_at or timezone.now(),
        )
        for mail in mails
    ]
    Message.objects.bulk_create(rows, batch_size=AT_A_TIME, ignore_conflicts=True)
    return len(rows)


def domain_of(address: str) -> str:
    return address.lower().rpartition("@")[2]


def made(stored: Message) -> bool:
    """Write a planned mail into `stored`, in memory only. False if it is not to be sent.

    Raises what its maker raises, and KeyError for a maker that isn't there any more.
    """
    mail = makers[stored.maker](stored)
    if mail is None:
        return False
    mail.extra_headers["Message-ID"] = stored.message_id
    mail.extra_headers["Auto-Submitted"] = "auto-generated"
    stored.subject, stored.source = mail.subject[:255], mail.message().as_bytes()
    stored.recipient = mail.to[0].lower()  # who may have changed the address since
    if stored.priority == Priority.NEWS:
        stored.domain = domain_of(stored.recipient)
    return True

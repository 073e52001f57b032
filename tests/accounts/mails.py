"""Sent mails, as their readers see them."""

import email
import email.policy
import re
from email.message import EmailMessage

from mail.models import Message


def mails() -> list[EmailMessage]:
    """Returns every written mail in the outbox that is not sent yet, the oldest first."""
    written = Message.objects.filter(maker="").order_by("pk")
    sources = written.values_list("source", flat=True)
    return [email.message_from_bytes(bytes(s), policy=email.policy.default) for s in sources]


def newest_mail() -> EmailMessage:
    return mails()[-1]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    return mail.get_body((kind,)).get_content()


def code_in(mail: EmailMessage) -> str:
    return re.search(r"^\s*(\d{6})\s*$", text_of(mail), re.MULTILINE)[1]

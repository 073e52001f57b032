"""Mails that come back, as servers write them."""

from mail import verp
from mail.models import Message, Priority

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.no (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<{recipient}>: host mx.example.no[192.0.2.1] said: {said}

--B
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.no
Arrival-Date: Sat, 28 Nov 2026 10:00:00 +0100 (CET)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.no
Diagnostic-Code: smtp; {said}

--B
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <{to}>
From: Fagserien <ikke-svar@localhost>
To: {recipient}
Subject: Ny del
Message-ID: {message_id}

--B--
"""
UNKNOWN = "550 5.1.1 <a@b.no>: Recipient address rejected: User unknown"


def sent(recipient: str = "leser@example.no", priority: Priority = Priority.NEWS) -> Message:
    number = Message.objects.count() + 1
    return Message.objects.create(
        subject="Ny del",
        recipient=recipient,
        message_id=f"<{number}@localhost>",
        priority=priority,
    )


def report(
    mail: Message,
    *,
    status: str = "5.1.1",
    said: str = UNKNOWN,
    action: str = "failed",
    to: str | None = None,
    template: str = POSTFIX,
) -> bytes:
    """A delivery report of `mail`, to its return path."""
    if to is None:
        to = verp.return_path(mail) or ""
    values = {"recipient": mail.recipient, "message_id": mail.message_id}
    return template.format(to=to, status=status, said=said, action=action, **values).encode()

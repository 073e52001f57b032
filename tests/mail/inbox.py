"""A mail server for tests that does as it is told."""

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.core.mail import EmailMessage
from django.utils import timezone

from mail import outbox
from mail.models import Message, Priority

#: How the server answers to a recipient, by the part of the address before the @.
ANSWERS = {
    "avvist": "550 5.1.1 no such address",
    "senere": "451 4.7.1 try again later",
    "relay": "554 5.7.1 Relay access denied",
    "stenger": "421 closing",
}


class Inbox:
    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.connections = 0
        #: The answers to a sender, and to a whole mail.
        self.sender = self.answer = "250 OK"
        #: How many mails it takes over one connection.
        self.per_connection = 1000

    async def handle_EHLO(self, server, session, envelope, hostname, responses) -> list[str]:
        session.host_name, session.taken = hostname, 0
        self.connections += 1
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:
        if session.taken >= self.per_connection:
            return "421 enough for one connection"
        if self.sender.startswith("250"):
            envelope.mail_from = address
        return self.sender

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        name = address.partition("@")[0]
        if name in ANSWERS:
            return ANSWERS[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if envelope.rcpt_tos[0].startswith("gift"):
            server.transport.abort()  # such a mail upsets the server
        elif self.answer.startswith("250"):
            session.taken += 1
            self.mails.append(envelope.content)
            self.recipients += envelope.rcpt_tos
            self.senders.append(envelope.mail_from)
        return self.answer


class Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        if self.envelope.rcpt_tos[0].startswith("bare-hode"):
            await self.push("451 4.3.0 no text now")
        else:
            await super().smtp_DATA(arg)


class Listener(Controller):
    def factory(self) -> Server:
        return Server(self.handler, **self.SMTP_kwargs)


def start(inbox: Inbox, port: int, **options) -> Listener:
    """The caller stops it. On a busy machine it may take long to start."""
    listener = Listener(inbox, hostname="127.0.0.1", port=port, ready_timeout=60, **options)
    listener.start()
    return listener


def write_code(to: str, code: str = "123456") -> None:
    """As sign-in does."""
    mail = EmailMessage(f"{code} er koden din", code, None, [to])
    mail.priority = Priority.CODE
    mail.send()


def due_now() -> None:
    """As if every wait were over."""
    Message.objects.update(due_at=timezone.now())
    outbox.server._rests_until = 0

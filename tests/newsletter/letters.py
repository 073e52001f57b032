"""Letters and their recipients for the tests."""

import email
import email.policy
from email.message import EmailMessage
from typing import Any

from accounts.models import Consent, Kind, User
from mail.making import made
from mail.models import Message
from newsletter.jobs import plan_letters
from newsletter.models import Letter, LetterIndex, Sending
from newsletter.things import LETTERS, Thing
from tests.factories import BODY


def draft_letter(body: list[Any] | None = None, **fields: Any) -> Letter:
    values = {"title": "Høsten på redaksjonen", "slug": "hosten", "lead": "En hilsen.", **fields}
    letter = Letter(**values, live=False)
    letter.body = Letter._meta.get_field("body").to_python(BODY if body is None else body)
    LetterIndex.objects.get().add_child(instance=letter)
    letter.save_revision()
    return letter


def make_letter(body: list[Any] | None = None, **fields: Any) -> Letter:
    draft_letter(body, **fields).get_latest_revision().publish()
    return Letter.objects.latest("pk")


def wants_letters(user: User) -> User:
    Consent.give(user, Kind.NEWS, "/konto/")
    return user


def send(letter: Letter, thing: Thing = LETTERS, **fields: Any) -> Sending:
    """Orders a sending and plans it."""
    sending = Sending.objects.create(letter=letter, about=thing.key, **fields)
    plan_letters()
    sending.refresh_from_db()
    return sending


def mail_of(stored: Message) -> EmailMessage | None:
    """The mail that the outbox would send of it now."""
    if not made(stored):
        return None
    return email.message_from_bytes(bytes(stored.source), policy=email.policy.default)


def mail_to(user: User, sending: Sending) -> EmailMessage | None:
    return mail_of(Message.objects.get(batch=sending.batch, arguments__user=user.pk))


def parts(mail: EmailMessage) -> tuple[str, str]:
    """(plain text, HTML)"""
    text, html = mail.iter_parts()
    return text.get_content(), html.get_content()

"""What became of a mail that left: it came back, it arrived, its reader complained.

All that tells of it calls these functions: the mail server's answer, delivery reports, an ESP's
webhook. Each may be called again for the same mail.
"""

import re
from enum import Enum, auto

from django.db import transaction
from django.dispatch import Signal

from mail.models import AddressState, Message, Outcome, Priority, Reason

#: Sent with `address` and `message` (or None) when a reader has reported a mail as spam, or has
#: left a list by the ESP's own link. It is sent inside the transaction: a receiver that raises
#: undoes the whole, and the ESP tells it again.
address_complained = Signal()
address_unsubscribed = Signal()


class Kind(Enum):
    """What a refusal says of the address."""

    #: It will never work.
    HARD = auto()
    #: It doesn't work now: the mailbox is full, or its server is away.
    SOFT = auto()
    #: Nothing: the server minds us, or what we wrote. One setting of ours that is wrong, or a
    #: blocklist, must not stop every address at a provider.
    OURS = auto()


def number(pattern: str) -> re.Pattern[str]:
    """A number of RFC 3463 (class, subject, detail) that is no part of an IP address: a server
    that blocks us quotes ours."""
    return re.compile(rf"(?<!\d\.)\b{pattern}\b(?!\.\d)")


NUMBER = number(r"[45]\.\d{1,3}\.\d{1,3}")
#: Says no more than the code. Postfix and Exim write it in reports of servers that give no number.
UNDEFINED = number(r"[45]\.0\.0")
#: The sender's address, the size, and all of the subjects protocol, content and policy.
ABOUT_US = number(r"[45]\.(?:1\.[78]|3\.4|[567]\.\d+)")
#: A mailbox that is full or takes no such size, a system's state, a loop, a time-out.
MAY_PASS = number(r"(?:4\.\d+\.\d+|5\.(?:2\.[23]|3\.\d+|4\.[67]))")
#: For servers that give no such number: the code (RFC 5321), and their words. The recipient's name
#: may stand in the answer too, and «Blackburn» is no blacklist.
CODE = re.compile(r"\b[45]\d\d\b")
POLICY = re.compile(
    r"spam|block|black[ -]?list|\b(?:junk|rbl|dnsbl)\b|policy|reputation|relay|denied",
    re.IGNORECASE,
)
FULL = re.compile(r"\bfull\b|quota|try again", re.IGNORECASE)


def kind_of(answer: str) -> Kind:
    """Judge a server's answer, such as «550 5.1.1 User unknown»."""
    if NUMBER.search(UNDEFINED.sub("", answer)):
        if ABOUT_US.search(answer):
            return Kind.OURS
        return Kind.SOFT if MAY_PASS.search(answer) else Kind.HARD
    if POLICY.search(answer):
        return Kind.OURS
    code = CODE.search(answer) or UNDEFINED.search(answer)
    is_permanent = code and code[0].startswith("5") and code[0] != "552"
    return Kind.HARD if is_permanent and not FULL.search(answer) else Kind.SOFT


@transaction.atomic
def bounced(address: str, kind: Kind, said: str = "", message: Message | None = None) -> None:
    """A mail to `address` came back, or was refused. A code says nothing of a member's address:
    anybody may have typed it."""
    if message and not message.became(Outcome.BOUNCED):
        return
    if kind is Kind.OURS or (message and message.priority == Priority.CODE):
        return
    if kind is Kind.HARD:
        AddressState.stop(address, Reason.BOUNCED, said)
    else:
        AddressState.count_soft(address, said)


@transaction.atomic
def delivered(address: str, message: Message | None = None) -> None:
    if message is None or message.became(Outcome.DELIVERED):
        AddressState.note_arrival(address)


def told_before(message: Message, outcome: Outcome) -> bool:
    """Note what the reader did with the mail. True if it was told before: what they have said yes
    to since stands. A mail that also came back is noted as that, and the reader's no still counts.
    """
    if message.became(outcome):
        return False
    return Message.objects.filter(pk=message.pk, outcome=outcome).exists()


@transaction.atomic
def complained(address: str, said: str = "", message: Message | None = None) -> None:
    if message and told_before(message, Outcome.COMPLAINED):
        return
    AddressState.stop(address, Reason.COMPLAINED, said)
    address_complained.send(Message, address=address.lower(), message=message)


@transaction.atomic
def unsubscribed(address: str, message: Message | None = None) -> None:
    if message and told_before(message, Outcome.UNSUBSCRIBED):
        return
    address_unsubscribed.send(Message, address=address.lower(), message=message)

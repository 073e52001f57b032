"""The envelope's sender tells which mail comes back (VERP): «retur+1234-<signature>@…»."""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from mail.models import Message, Priority

#: Lower-case hexadecimal, as some servers change the case. 64 bits: nobody guesses one.
SIGNATURE = 16
NUMBER = re.compile(rb"\+([1-9][0-9]{0,17})-([0-9a-f]{16})@", re.IGNORECASE)


def return_path(stored: Message) -> str | None:
    """The envelope's sender for this mail. None for the one in its From header.

    A code has none of its own: that it comes back tells nothing of a member.
    """
    if not settings.BOUNCE_ADDRESS or stored.priority == Priority.CODE:
        return None
    name, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{name}+{stored.pk}-{signature(stored.pk)}@{domain}"


def signature(number: int) -> str:
    return salted_hmac("mail.verp", str(number), algorithm="sha256").hexdigest()[:SIGNATURE]


def numbers_in(source: bytes) -> list[int]:
    """The numbers of our mails whose return paths stand in `source`, signed by us."""
    found = [(int(number), sign.decode().lower()) for number, sign in NUMBER.findall(source)]
    good = [number for number, sign in found if constant_time_compare(sign, signature(number))]
    return list(dict.fromkeys(good))

"""What goes out in the coming days, for the panel's start page. Each room registers its own."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.http import HttpRequest
from django.utils import timezone


class Outgoing(NamedTuple):
    #: A moment, or a day for what is only planned.
    at: date | datetime
    title: str
    #: What it is: «Salgslederen» for a part of that series, «Letter».
    kind: str
    url: str

    @property
    def has_time(self) -> bool:
        return isinstance(self.at, datetime)

    @property
    def day(self) -> date:
        return timezone.localdate(self.at) if isinstance(self.at, datetime) else self.at


Sender = Callable[[HttpRequest, datetime], Iterable[Outgoing]]
senders: list[Sender] = []


def sender(found: Sender) -> Sender:
    """Register the decorated function. It gives what goes out before the moment it is given, and
    only what `request.user` may know of."""
    senders.append(found)
    return found

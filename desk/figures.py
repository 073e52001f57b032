"""The figures of yesterday and of four weeks, on the panel's start page. Each room registers its
own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.http import HttpRequest
from django.utils import timezone


class Figure(NamedTuple):
    """One figure, such as «12 articles read to the end»."""

    value: int
    text: str
    #: Where in the panel there is more of it.
    url: str = ""
    #: The lowest comes first.
    order: int = 50
    #: The same of each of the last four weeks' days, the last is yesterday.
    days: Sequence[int] = ()

    @property
    def total(self) -> int:
        return sum(self.days)

    @property
    def bars(self) -> list[tuple[int, float, float]]:
        """A small chart of the days: for each, where it begins, its top and its height, in a box
        that is 4 wide for each day and 20 high."""
        most = max(self.days, default=0) or 1
        heights = [round(20 * day / most, 1) for day in self.days]
        return [(4 * i, round(20 - height, 1), height) for i, height in enumerate(heights)]


class Day(NamedTuple):
    """A day in the portal's time zone: from `start`, and before `end`."""

    date: date
    start: datetime
    end: datetime


Counter = Callable[[HttpRequest, Day], Iterable[Figure]]
counters: list[Counter] = []


def counter(found: Counter) -> Counter:
    """Register the decorated function. It gives what `request.user` may see, in few queries."""
    counters.append(found)
    return found


def yesterday() -> Day:
    day = timezone.localdate() - timedelta(days=1)
    start, end = (
        timezone.make_aware(datetime.combine(each, time.min))
        for each in (day, day + timedelta(days=1))
    )
    return Day(day, start, end)


def figures_for(request: HttpRequest) -> Iterator[Figure]:
    day = yesterday()
    found = (figure for counter in counters for figure in counter(request, day))
    yield from sorted(found, key=lambda figure: figure.order)

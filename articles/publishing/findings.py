"""What an editor should know of a page before it is published: faults that stop it, and advice.

One list for the publishing sheet, approval, bulk publishing and scheduling. An import refuses the
same faults by file and line, before there is a page. A block adds its own by `BodyBlock.advice`,
and a room above by `checkers`.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from enum import IntEnum
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from django.utils.functional import Promise


class Severity(IntEnum):
    #: Asks the editor, and stops nothing.
    ADVICE = 1
    #: Stops the publishing.
    FAULT = 2


class Finding(NamedTuple):
    severity: Severity
    message: str
    #: The block that it concerns, if it is one, or else the form's field.
    block_id: str = ""
    field: str = ""


#: Each takes a page with the content that is to be published, saved or not.
Checker = Callable[[Any], Iterable[Finding]]
checkers: list[Checker] = []


#: What each checker looks at, in a few words. The sheet lists those that found nothing.
areas: "dict[Checker, str | Promise]" = {}


def checker(area: str | Promise) -> Callable[[Checker], Checker]:
    """Register the decorated function, which looks at `area` of a page."""

    def register(found: Checker) -> Checker:
        checkers.append(found)
        areas[found] = area
        return found

    return register


Made = TypeVar("Made")
#: What the checkers have had made of the page in the review that goes on.
_made: ContextVar[dict[Any, Any] | None] = ContextVar("made", default=None)


def once_a_review(make: Callable[[Any], Made]) -> Callable[[Any], Made]:
    """For what several checkers ask for, and what takes time to make of a page."""

    @wraps(make)
    def made(page: Any) -> Made:
        known = _made.get()
        if known is None:
            return make(page)
        if make not in known:
            known[make] = make(page)
        result: Made = known[make]
        return result

    return made


def faults(page: Any) -> list[Finding]:
    """What stops `page` from being published."""
    return [found for found in findings(page) if found.severity is Severity.FAULT]


def findings(page: Any) -> list[Finding]:
    """All that is found in `page`, as it would be published now: faults first, in text order."""
    return review(page)[0]


def review(page: Any) -> tuple[list[Finding], list[str]]:
    """The same, and the areas in which nothing was found."""
    found: list[Finding] = []
    good: list[str] = []
    token = _made.set({})
    try:
        for check in checkers:
            some = list(check(page))
            found += some
            if not some and check in areas:
                good.append(str(areas[check]))
    finally:
        _made.reset(token)
    return sorted(found, key=lambda finding: -finding.severity), good

"""Conditions: what the operator must know of. Each room has its own in its `conditions` module.

`/healthz` tells of those that show within seconds whether the portal works. `manage.py doctor`
tells of all of them, and what to do.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from django.db import DatabaseError
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


class Level(IntEnum):
    GREEN = 0
    AMBER = 1
    RED = 2


@dataclass(frozen=True)
class Finding:
    level: Level
    text: str
    #: What the operator should do.
    remedy: str = ""
    #: What /healthz says.
    word: str = "ok"


def well(text: str) -> Finding:
    return Finding(Level.GREEN, text)


def warning(text: str, remedy: str) -> Finding:
    return Finding(Level.AMBER, text, remedy)


def fault(text: str, remedy: str, word: str = "fault") -> Finding:
    return Finding(Level.RED, text, remedy, word)


Examine = Callable[[], Iterable[Finding]]


@dataclass(frozen=True)
class Condition:
    name: str
    examine: Examine
    in_health: bool

    def findings(self) -> list[Finding]:
        """What it finds. A fault in the examination is a finding too."""
        try:
            return list(self.examine())
        except Exception as error:
            remedy = _("Look at the database first.")
            if not isinstance(error, DatabaseError):
                logger.exception("%s could not be examined", self.name)
                remedy = _("The log says more.")
            text = _("%(name)s: could not be examined (%(error)s)")
            told = {"name": self.name, "error": type(error).__name__}
            return [fault(text % told, remedy, "unknown")]


#: By name, in the order in which they are told.
conditions: dict[str, Condition] = {}


def condition(name: str, *, in_health: bool = False) -> Callable[[Examine], Examine]:
    """Register the decorated function, which yields what it finds.

    `name` is the name in /healthz. With `in_health` it is asked every few seconds, so it may make
    one query.
    """

    def register(function: Examine) -> Examine:
        conditions[name] = Condition(name, function, in_health)
        return function

    return register

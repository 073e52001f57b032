"""Jobs: what the worker does again and again. Each room names its own in its `jobs` module."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Each has a thread and a connection of its own, so that no lane waits for another. `mail`: what
#: somebody waits for at their screen. `soon`: within seconds. `slow`: what may take minutes.
LANES = ("mail", "soon", "slow")

Function = Callable[[], Any]


@dataclass(frozen=True)
class Job:
    name: str
    function: Function
    #: Seconds from the end of one run to the start of the next.
    every: float
    lane: str
    claims_rows: bool


#: By their names, «room.function».
jobs: dict[str, Job] = {}


def job(
    *, every: float, lane: str = "soon", claims_rows: bool = False
) -> Callable[[Function], Function]:
    """Run the decorated function every so many seconds, in its lane.

    It runs once, whichever worker runs it, and never in two at a time. A function that
    `claims_rows` of its own runs in every worker instead, and so may run often: it costs no row.
    """
    if lane not in LANES:
        raise ValueError(f"{lane} is no lane: {', '.join(LANES)}")

    def register(function: Function) -> Function:
        name = f"{function.__module__.split('.')[0]}.{function.__name__}"
        jobs[name] = Job(name, function, every, lane, claims_rows)
        return function

    return register

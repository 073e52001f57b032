"""Jobs: what the worker does again and again. Each room defines its own in its `jobs` module."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

#: Each lane has its own thread and connection, so that no lane waits for another. `mail` is for
#: work that a reader waits for at the screen, `soon` for work within seconds, `slow` for work that
#: may take minutes, and `sound` for recordings, of which hundreds may wait. With each stands how
#: long it may take before something must be wrong.
LANES = {
    "mail": timedelta(minutes=2),
    "soon": timedelta(minutes=10),
    "slow": timedelta(hours=6),
    "sound": timedelta(hours=6),
}

Function = Callable[[], Any]


@dataclass(frozen=True)
class Job:
    name: str
    function: Function
    #: Seconds from the end of one run to the start of the next.
    every: float
    lane: str
    claims_rows: bool


#: By name, as in «room.function».
jobs: dict[str, Job] = {}


def job(
    *, every: float, lane: str = "soon", claims_rows: bool = False
) -> Callable[[Function], Function]:
    """Run the decorated function in `lane`, `every` so many seconds after its last run.

    One worker at a time runs it, whichever comes first. A function that claims its own rows
    (`claims_rows`) runs in every worker instead. It can run often, as it needs no row.
    """
    if lane not in LANES:
        raise ValueError(f"{lane} is not a lane: {', '.join(LANES)}")

    def register(function: Function) -> Function:
        name = f"{function.__module__.split('.')[0]}.{function.__name__}"
        jobs[name] = Job(name, function, every, lane, claims_rows)
        return function

    return register

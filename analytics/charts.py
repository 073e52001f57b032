"""Charts as SVG, drawn by the server. The table beside each says the same.

No library: pygal writes a style sheet and a script into each chart, which the panel's
Content-Security-Policy stops, and no table.
"""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 720, 180  # of the drawing area, in the chart's own units
LEFT, RIGHT, BELOW, ABOVE = 44, 14, 26, 8
#: The share of a column's width that lies empty between it and the next.
GAP = 0.25


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    #: The number of the series that it belongs to, which decides its colour.
    kind: int


class Tick(NamedTuple):
    at: float
    text: str


class Chart(NamedTuple):
    bars: list[Bar]
    #: Lines across, with their numbers.
    levels: list[Tick]
    #: Names of some of the columns.
    names: list[Tick]
    width: int = LEFT + WIDTH + RIGHT
    height: int = ABOVE + HEIGHT + BELOW
    left: int = LEFT


def stacked(values: Sequence[Sequence[int]], names: Sequence[str], each: int = 1) -> Chart:
    """A column for each name, with the `values` of each series above one another. Every `each`-th
    column shows its name, counted from the last."""
    sums = [sum(column) for column in zip(*values, strict=True)]
    step = step_of(max(sums, default=0))
    top = step * max(1, -(-max(sums, default=0) // step))
    width = WIDTH / max(1, len(sums))
    bars = []
    for i in range(len(sums)):
        y = float(ABOVE + HEIGHT)
        for kind, series in enumerate(values):
            height = HEIGHT * series[i] / top
            if height:
                y -= height
                x = round(LEFT + width * (i + GAP / 2), 1)
                wide = round(width * (1 - GAP), 1)
                bars.append(Bar(x, round(y, 1), wide, round(height, 1), kind))
    levels = [
        Tick(round(ABOVE + HEIGHT * (1 - level / top), 1), f"{level:,}".replace(",", "\u202f"))
        for level in range(0, top + 1, step)
    ]
    last = len(names) - 1
    named = [
        Tick(round(LEFT + width * (i + 0.5), 1), name)
        for i, name in enumerate(names)
        if (last - i) % each == 0
    ]
    return Chart(bars, levels, named)


def step_of(most: int) -> int:
    """A round step that makes three to five lines up to `most`."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if most <= 5 * step:
                return step
        power *= 10

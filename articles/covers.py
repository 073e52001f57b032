"""The drawn cover of a series without a picture.

It follows from the series' slug alone, so it is the same on every page and after every change. The
style is that of the demo's pictures: half-discs, spines and one disc of clay.
"""

import math
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

#: The size of the drawing, in its own units.
WIDTH, HEIGHT = 160, 100
#: The grounds, by their class in static/css/series.css.
GROUNDS = ("paper", "clay", "sea", "ink")
#: The colours of the shapes, by their class. «disc» is the one that stands out.
TONES = ("first", "second", "third")


class Shape(NamedTuple):
    tone: str
    #: The path, as in SVG.
    d: str


class Cover(NamedTuple):
    ground: str
    shapes: tuple[Shape, ...]


def cover_of(slug: str) -> Cover:
    """The cover of the series with this slug."""
    rng = random.Random(slug)  # noqa: S311
    ground, motif = rng.choice(GROUNDS), rng.choice(MOTIFS)
    return Cover(ground, tuple(motif(rng)))


def half_disc(x: float, y: float, radius: float, degrees: float) -> str:
    """Round on the side that `degrees` points to: 0 is right, 90 is down."""
    angle = math.radians(degrees + 90)
    dx, dy = radius * math.cos(angle), radius * math.sin(angle)
    r = f"{radius:.3g}"
    return f"M{x + dx:.1f} {y + dy:.1f}A{r} {r} 0 0 0 {x - dx:.1f} {y - dy:.1f}z"


def disc(x: float, y: float, radius: float) -> str:
    return half_disc(x, y, radius, 0) + half_disc(x, y, radius, 180)


def box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z"


def field(rng: random.Random) -> Iterator[Shape]:
    """Half-discs in rows, turned round one disc and larger the nearer they are to it."""
    x, y, radius = rng.uniform(30, 130), rng.uniform(25, 75), rng.uniform(15, 25)
    turn, step = rng.choice((0, 90, 180, 270)), rng.choice((16, 20))
    paths = dict.fromkeys(TONES, "")
    number = rng.randrange(3)
    for row in range(HEIGHT // step):
        for column in range(WIDTH // step):
            cx, cy = (column + 0.5) * step, (row + 0.5) * step
            distance = math.hypot(cx - x, cy - y)
            number += 1
            if distance > radius + step * 0.45:
                size = step * max(0.18, 0.42 - distance / 600)
                angle = math.degrees(math.atan2(y - cy, x - cx)) + turn
                paths[TONES[number % 3]] += half_disc(cx, cy, size, angle)
    yield from (Shape(tone, d) for tone, d in paths.items())
    yield Shape("disc", disc(x, y, radius))


def spines(rng: random.Random) -> Iterator[Shape]:
    """Books on a shelf. One of them stands out."""
    number = rng.randint(5, 10)
    widths = [rng.uniform(6, 15) for _ in range(number)]
    scale = min(1, 128 / sum(widths))
    x = (WIDTH - sum(widths) * scale) / 2
    special = rng.randrange(number)
    for n, width in enumerate(widths):
        height = rng.uniform(38, 76)
        tone = "disc" if n == special else TONES[rng.randrange(3)]
        yield Shape(tone, box(x, 88 - height, width * scale - 1.5, height))
        x += width * scale
    yield Shape("third", box(12, 88, WIDTH - 24, 2))


def rising(rng: random.Random) -> Iterator[Shape]:
    """Half-discs inside each other, on a line, like a sun that rises."""
    x, degrees = rng.uniform(45, 115), rng.choice((-90, 90))
    y = rng.uniform(66, 84) if degrees < 0 else rng.uniform(16, 34)
    number, radius = rng.randint(3, 6), rng.uniform(50, 68)
    start = rng.randrange(3)
    for n in range(number):
        tone = "disc" if n == number - 1 else TONES[(start + n) % 3]
        yield Shape(tone, half_disc(x, y, radius * (1 - n / number), degrees))
    small, at = rng.uniform(5, 11), rng.uniform(12, WIDTH - 12)
    yield Shape(TONES[start], disc(at, 50 + math.copysign(rng.uniform(32, 38), -degrees), small))


def tiles(rng: random.Random) -> Iterator[Shape]:
    """Half-discs in a few large squares, each turned its own way, and one whole disc."""
    step = rng.choice((32, 40))
    columns, rows = WIDTH // step, math.ceil(HEIGHT / step)
    top = (HEIGHT - rows * step) / 2
    special = rng.randrange(columns * rows)
    for n in range(columns * rows):
        left, above = n % columns * step, top + n // columns * step
        x, y, radius = left + step / 2, above + step / 2, step / 2
        if n == special:
            yield Shape("disc", disc(x, y, radius * 0.8))
        elif rng.randrange(5):
            degrees = rng.choice((0, 90, 180, 270))
            yield Shape(TONES[rng.randrange(3)], half_disc(x, y, radius * 0.94, degrees))


def hills(rng: random.Random) -> Iterator[Shape]:
    """Half-discs behind each other along the ground, and a disc above them."""
    yield Shape("disc", disc(rng.uniform(20, 140), rng.uniform(18, 38), rng.uniform(9, 17)))
    number = rng.randint(4, 6)
    places = [(n + rng.uniform(0.1, 0.9)) * WIDTH / number for n in range(number)]
    rng.shuffle(places)
    start = rng.randrange(3)
    for n, x in enumerate(places):
        radius = rng.uniform(22, 44) * (1 - 0.08 * n)
        yield Shape(TONES[(start + n) % 3], half_disc(x, HEIGHT, radius, -90))


MOTIFS: tuple[Callable[[random.Random], Iterator[Shape]], ...] = (
    field,
    spines,
    rising,
    tiles,
    hills,
)

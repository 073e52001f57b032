"""Draws the pictures of the demo: figures, series pictures and portraits. An SVG is drawn by hand.

Run it from anywhere; it writes into the ``bilder/`` folders beside itself:

    python3 -m venv /tmp/demo-venv
    /tmp/demo-venv/bin/pip install pillow
    /tmp/demo-venv/bin/python demo/draw.py            # all pictures
    /tmp/demo-venv/bin/python demo/draw.py tidsbruk   # only the named ones

The result is the same on every run. All coordinates are in pixels of the
finished picture; the canvas draws them enlarged and scales down at the end,
which makes the edges smooth.

Pillow's own font (Aileron) has neither å nor ø, so the canvas draws an a or an
o and adds the ring or the stroke itself. The canvas can't draw an æ: the
figures use no word that has one.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Picture = Callable[[], "Canvas"]

SERIES = Path(__file__).resolve().parent / "serier"
SALES = "lede-salg"
CASH = "penger-i-tide"

SCALE = 3  # enlargement while drawing
COLOURS = 128  # of a finished picture
SURFACE = 400  # pixels of one colour that make a flat surface

# The palette: paper and ink, one warm and one cool accent, and their tints.
PAPER = "#f6f1e7"
SAND = "#e9dfca"
STONE = "#cbbd9f"
INK = "#1f2a37"
GREY = "#59616a"
RUST = "#b4532a"
RUST_TINT = "#e6c3ae"
SEA = "#2f6f73"
SEA_TINT = "#b5cdca"

# Skin, hair and the like of the portraits.
SKIN = "#e8bf9f"
SKIN_SHADE = "#d7a683"
SKIN_TAN = "#d9a27c"
SKIN_TAN_SHADE = "#c58a63"
SILVER = "#cfc8ba"
UMBER = "#4a2f25"

# Line widths and text sizes, used throughout.
HAIR, LINE, BOLD = 3, 5, 8
SMALL, BODY, LARGE = 36, 42, 56

# The letters of the font that å and ø are drawn from.
BARE = str.maketrans("åøÅØ", "aoAO")


def mix(first: str, second: str, share: float) -> str:
    """Return the colour that is ``share`` of the way from the first to the second."""
    a, b = (bytes.fromhex(colour[1:]) for colour in (first, second))
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(a, b, strict=True))


def typeface(size: float) -> ImageFont.FreeTypeFont:
    """Return Pillow's own font. Raise TypeError if Pillow was built without FreeType."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("This Pillow was built without FreeType.")
    return font


def on_circle(centre: Point, radius: float, degrees: float) -> Point:
    """A point on a circle; 0 degrees is to the right, 90 straight down."""
    angle = math.radians(degrees)
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def dots(path: str) -> list[Point]:
    """Points written as in SVG: ``"10,20 30,40"``."""
    pairs = (pair.split(",") for pair in path.split())
    return [(float(x), float(y)) for x, y in pairs]


def curve(through: Sequence[Point], *, closed: bool = False, steps: int = 24) -> list[Point]:
    """A smooth line through the points (Catmull–Rom)."""
    first, last = (through[-1], through[1]) if closed else (through[0], through[-1])
    ring = [first, *through, *([through[0]] if closed else []), last]

    def between(a: float, b: float, c: float, d: float, t: float) -> float:
        bend = (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
        return b + ((c - a) * t + bend) / 2

    result: list[Point] = []
    for index in range(len(ring) - 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = ring[index : index + 4]
        for t in (step / steps for step in range(steps)):
            result.append((between(ax, bx, cx, dx, t), between(ay, by, cy, dy, t)))
    return result if closed else [*result, through[-1]]


class Canvas:
    """A picture being drawn, with the few shapes that the demo uses."""

    def __init__(self, width: int = 1600, height: int = 900, colour: str = PAPER) -> None:
        self.size = (width, height)
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), colour)
        self.pen = ImageDraw.Draw(self.image)

    @staticmethod
    def _up(points: Iterable[Point]) -> list[Point]:
        return [(x * SCALE, y * SCALE) for x, y in points]

    # -- shapes ---------------------------------------------------------------

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        self.pen.polygon(self._up(points), fill=fill)

    def box(
        self,
        box: Box,
        fill: str | None = None,
        outline: str | None = None,
        width: float = LINE,
        radius: float = 0,
    ) -> None:
        self.pen.rounded_rectangle(
            self._up([box[:2], box[2:]]),
            radius * SCALE,
            fill=fill,
            outline=outline,
            width=round(width * SCALE) if outline else 0,
        )

    def disc(
        self,
        centre: Point,
        radius: float,
        fill: str | None = None,
        outline: str | None = None,
        width: float = LINE,
    ) -> None:
        x, y = centre
        self.pen.ellipse(
            self._up([(x - radius, y - radius), (x + radius, y + radius)]),
            fill=fill,
            outline=outline,
            width=round(width * SCALE) if outline else 0,
        )

    def oval(self, box: Box, fill: str) -> None:
        self.pen.ellipse(self._up([box[:2], box[2:]]), fill=fill)

    def half_disc(self, centre: Point, radius: float, degrees: float, fill: str) -> None:
        """Half a disc whose round side faces ``degrees``."""
        x, y = centre
        self.pen.pieslice(
            self._up([(x - radius, y - radius), (x + radius, y + radius)]),
            degrees - 90,
            degrees + 90,
            fill=fill,
        )

    def line(self, points: Sequence[Point], colour: str = INK, width: float = LINE) -> None:
        """A line with round ends and corners."""
        self.pen.line(self._up(points), fill=colour, width=round(width * SCALE), joint="curve")
        for point in (points[0], points[-1]):
            self.disc(point, width / 2, colour)

    def dashes(
        self,
        start: Point,
        end: Point,
        colour: str = INK,
        width: float = LINE,
        *,
        dash: float = 16,
        gap: float = 14,
    ) -> None:
        length = math.dist(start, end)
        ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
        at = 0.0
        while at < length:
            stop = min(at + dash, length)
            self.line(
                [
                    (start[0] + ux * at, start[1] + uy * at),
                    (start[0] + ux * stop, start[1] + uy * stop),
                ],
                colour,
                width,
            )
            at += dash + gap

    def arc(
        self,
        centre: Point,
        radius: float,
        span: tuple[float, float],
        colour: str = INK,
        width: float = LINE,
    ) -> None:
        """Part of a circle, clockwise from the first angle of ``span`` to the second."""
        x, y = centre
        outer = radius + width / 2
        self.pen.arc(
            self._up([(x - outer, y - outer), (x + outer, y + outer)]),
            *span,
            colour,
            round(width * SCALE),
        )
        for degrees in span:
            self.disc(on_circle(centre, radius, degrees), width / 2, colour)

    def arrow_head(self, tip: Point, degrees: float, colour: str = INK, size: float = 26) -> None:
        self.polygon(
            [
                tip,
                on_circle(tip, size, degrees + 180 - 28),
                on_circle(tip, size * 0.7, degrees + 180),
                on_circle(tip, size, degrees + 180 + 28),
            ],
            colour,
        )

    def arrow(self, start: Point, end: Point, colour: str = INK, width: float = LINE) -> None:
        degrees = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
        self.line([start, on_circle(end, 18, degrees + 180)], colour, width)
        self.arrow_head(end, degrees, colour)

    # -- text -----------------------------------------------------------------

    def text(
        self,
        at: Point,
        text: str,
        size: float = BODY,
        colour: str = INK,
        align: str = "left",
        *,
        bold: bool = False,
    ) -> None:
        """One line of text, vertically centred on the height of its capitals."""
        font = typeface(size * SCALE)
        em = size * SCALE
        weight = round(em * 0.022) if bold else 0
        dash = em * 0.56
        plain = text.translate(BARE)
        runs = re.split("([–−])", plain)
        length = sum(dash if run in "–−" and run else font.getlength(run) for run in runs)
        x = at[0] * SCALE - {"left": 0, "centre": length / 2, "right": length}[align]
        base = at[1] * SCALE + em * 0.352
        done = 0
        for run in runs:
            if run and run in "–−":
                y = base - em * 0.26
                half = em * 0.036 + weight / 2
                self.pen.rectangle(
                    [x + em * 0.05, y - half, x + dash - em * 0.05, y + half], fill=colour
                )
                x += dash
            elif run:
                self.pen.text(
                    (x, base),
                    run,
                    colour,
                    font,
                    anchor="ls",
                    stroke_width=weight,
                    stroke_fill=colour,
                )
                for index, letter in enumerate(run):
                    wanted = text[done + index]
                    if wanted != letter:
                        left = x + font.getlength(run[: index + 1])
                        left -= font.getlength(letter)
                        self._mark(wanted, (left, base), font, weight, colour)
                x += font.getlength(run)
            done += len(run)

    def _mark(
        self,
        wanted: str,
        at: Point,
        font: ImageFont.FreeTypeFont,
        weight: int,
        colour: str,
    ) -> None:
        """Turn the a or o at ``at`` into an å or ø."""
        (x, base), em, letter = at, font.size, wanted.translate(BARE)
        left, top, right, bottom = font.getbbox(letter, anchor="ls")
        stroke = em * 0.062 + weight
        middle = x + (left + right) / 2
        if wanted in "åÅ":
            radius = em * 0.115 + weight / 2
            y = base + top - radius - em * (0.035 if wanted == "å" else -0.01)
            self.pen.ellipse(
                [middle - radius, y - radius, middle + radius, y + radius],
                outline=colour,
                width=round(stroke),
            )
        else:
            over = em * 0.035
            slant = (right - left) * 0.40
            y0, y1 = base + bottom + over, base + top - over
            dx = stroke * 0.62
            self.pen.polygon(
                [
                    (middle - slant - dx, y0),
                    (middle - slant + dx, y0),
                    (middle + slant + dx, y1),
                    (middle + slant - dx, y1),
                ],
                fill=colour,
            )

    # -- result ---------------------------------------------------------------

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        few = small.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        palette = few.getpalette() or []
        pixels = small.tobytes()
        colours = zip(pixels[0::3], pixels[1::3], pixels[2::3], strict=True)
        became = Counter(zip(colours, few.tobytes(), strict=True))
        for (colour, entry), count in reversed(became.most_common()):
            if count > SURFACE:  # keep the exact colour of a flat surface
                palette[3 * entry : 3 * entry + 3] = colour
        few.putpalette(palette)
        few.save(path, optimize=True)


# == Å lede salg ==============================================================


def tidsbruk() -> Canvas:
    """A week before and after: two stacked bars joined by bands."""
    c = Canvas()
    parts = [
        ("Egne kunder", 55, 15, RUST, PAPER),
        ("Selgerne", 10, 55, SEA, PAPER),
        ("Interne møter", 15, 15, STONE, INK),
        ("Administrasjon", 20, 15, SAND, INK),
    ]
    left, width, height = 270, 1210, 170
    tops = (270, 600)

    x = 120.0
    for name, _, _, colour, _ in parts:
        c.box((x, 112, x + 40, 152), colour, radius=6)
        c.text((x + 58, 132), name, SMALL)
        x += 58 + typeface(SMALL).getlength(name) + 62

    starts: list[float] = [left, left]
    for _, before, after, colour, ink in parts:
        spans = []
        for row, share in enumerate((before, after)):
            begin = starts[row]
            end = begin + width * share / 100
            spans.append((begin, end))
            starts[row] = end
        (a0, a1), (b0, b1) = spans
        c.polygon(
            [
                (a0, tops[0] + height),
                (a1, tops[0] + height),
                (b1, tops[1]),
                (b0, tops[1]),
            ],
            mix(colour, PAPER, 0.72 if colour != SAND else 0.5),
        )
        for (begin, end), top, share in zip(spans, tops, (before, after), strict=True):
            c.box((begin, top, end, top + height), colour)
            c.text(
                ((begin + end) / 2, top + height / 2),
                f"{share} %",
                LARGE if share > 20 else BODY,
                ink,
                "centre",
                bold=share > 20,
            )
    for name, top in zip(("Før", "Etter"), tops, strict=True):
        c.text((120, top + height / 2), name, LARGE)
    return c


def treffsikkerhet() -> Canvas:
    """Forecast against sales, quarter by quarter."""
    c = Canvas()
    quarters = [
        ("1. kvartal", 12.0, 9.6, 80),
        ("2. kvartal", 13.5, 10.4, 77),
        ("3. kvartal", 12.8, 11.9, 93),
        ("4. kvartal", 14.0, 13.6, 97),
    ]
    ground, unit, bar = 700, 34, 118

    c.box((120, 92, 160, 132), SAND, STONE, HAIR, 6)
    c.text((178, 112), "Prognose", SMALL)
    c.box((400, 92, 440, 132), RUST, radius=6)
    c.box((448, 92, 488, 132), SEA, radius=6)
    c.text((506, 112), "Faktisk salg, mill. kr", SMALL)

    for index, (name, forecast, actual, hit) in enumerate(quarters):
        x = 300 + index * 333
        before = index < 2
        left, right = x - bar - 6, x + 6
        c.box((left, ground - forecast * unit, left + bar, ground), SAND, STONE, HAIR)
        c.box((right, ground - actual * unit, right + bar, ground), RUST if before else SEA)
        for start, value in ((left, forecast), (right, actual)):
            label = f"{value:.1f}".replace(".", ",")
            c.text((start + bar / 2, ground - value * unit - 32), label, SMALL, align="centre")
        c.text(
            (right + bar / 2, ground - 50),
            f"{hit} %",
            SMALL,
            PAPER,
            "centre",
            bold=True,
        )
        c.text((x, ground + 54), name, SMALL, align="centre")
    c.line([(120, ground), (1480, ground)], INK, LINE)
    c.dashes((800, 196), (800, ground + 84), GREY, HAIR)
    c.text((824, ground + 118), "nye kategorier", SMALL, GREY)
    c.arrow((1080, ground + 118), (1180, ground + 118), GREY, HAIR)
    return c


def sirkelen() -> Canvas:
    """Four steps in a ring, and the short cut most people take."""
    c = Canvas()
    centre, radius, node = (800, 450), 288, 110
    steps = [
        (-90, "Se", SEA),
        (0, "Snakke", SEA),
        (90, "Øve", RUST),
        (180, "Prøve", SEA),
    ]
    notes = {
        "Se": ((960, 142), "lederen er med ut", "left"),
        "Snakke": ((1234, 450), "hva skjedde?", "left"),
        "Øve": ((960, 758), "minst to ganger", "left"),
        "Prøve": ((366, 450), "hos en kunde", "right"),
    }
    for degrees, _, _ in steps:
        start, end = degrees + 24.5, degrees + 66.5
        c.arc(centre, radius, (start, end - 3))
        c.arrow_head(on_circle(centre, radius, end), end + 87, INK, 30)
    c.dashes((958, 450), (664, 450), GREY, HAIR, dash=14)
    c.arrow_head((642, 450), 180, GREY, 26)
    c.text((800, 406), "snarveien", SMALL, GREY, "centre")
    for degrees, name, colour in steps:
        at = on_circle(centre, radius, degrees)
        c.disc(at, node, colour)
        c.text(at, name, 46, PAPER, "centre", bold=True)
        where, note, align = notes[name]
        c.text(where, note, SMALL, RUST if colour == RUST else GREY, align)
    return c


def kundekartet() -> Canvas:
    """The customers in four fields."""
    c = Canvas()
    left, top, right, bottom = 240, 70, 1500, 740
    mid_x, mid_y, gap = 870, 405, 6
    fields = [
        ((left, top, mid_x - gap, mid_y - gap), "Ta vare på", SEA_TINT),
        ((mid_x + gap, top, right, mid_y - gap), "Bygge ut", RUST_TINT),
        ((left, mid_y + gap, mid_x - gap, bottom), "Forenkle", SAND),
        ((mid_x + gap, mid_y + gap, right, bottom), "Utvikle", mix(SEA_TINT, SAND, 0.55)),
    ]
    for box, name, colour in fields:
        c.box(box, colour, radius=10)
        c.text((box[0] + 36, box[1] + 52), name, 46, bold=True)
    # Each customer is "x,y,radius"; the neglected have had no call for half a year.
    visited = (
        "296,330,22 384,296,26 444,206,24 556,256,34 640,340,24 684,226,28 "
        "736,126,22 976,262,30 1100,330,34 1346,300,30 1434,160,24 302,610,12 "
        "352,686,16 404,584,14 466,662,12 520,560,15 572,690,13 620,606,16 "
        "682,536,12 712,672,15 800,490,11 318,546,11 960,590,18 1150,570,20 "
        "1330,540,18"
    )
    neglected = (
        "302,230,32 476,338,28 598,148,24 764,322,30 802,204,24 1226,196,40 "
        "780,594,13 1050,676,16 1246,662,16 1432,630,20"
    )
    for customers, fill in ((visited, PAPER), (neglected, INK)):
        for customer in customers.split():
            x, y, radius = (int(number) for number in customer.split(","))
            c.disc((x, y), radius, fill, INK, 4)
    c.arrow((left, bottom + 34), (right, bottom + 34), INK, LINE)
    c.text((right, bottom + 84), "muligheter for vekst", SMALL, GREY, "right")
    c.arrow((left - 34, bottom), (left - 34, top), INK, LINE)
    c.text((left - 66, top + 22), "salg", SMALL, GREY, "right")
    c.text((left - 66, top + 66), "i dag", SMALL, GREY, "right")
    return c


def lede_salg() -> Canvas:
    """Series picture: a field of half-discs that turn towards one sun."""
    c = Canvas()
    sun, pitch = (1150, 350), 100
    reach = 1150
    for row in range(9):
        for column in range(16):
            at = (50 + column * pitch, 50 + row * pitch)
            distance = math.dist(at, sun)
            if distance < 190:
                continue
            towards = math.degrees(math.atan2(sun[1] - at[1], sun[0] - at[0]))
            near = max(0.0, 1 - distance / reach)
            colours = (INK, SEA, STONE)
            colour = colours[(column + 2 * row) % 3]
            size = 17 + 26 * near
            flat = on_circle(at, 0.42 * size, towards + 180)
            c.half_disc(flat, size, towards, mix(colour, PAPER, 0.5 * (1 - near) ** 1.4))
    c.disc(sun, 150, RUST)
    return c


# == Penger i tide ============================================================


def pengesirkelen() -> Canvas:
    """One kitchen on a time line, with the days without money marked."""
    c = Canvas()
    left, right, y = 190, 1410, 416

    def at(day: float) -> float:
        return left + (right - left) * day / 78

    c.box((at(30), y - 44, at(78), y + 44), RUST_TINT)
    c.line([(left, y), (right, y)], INK, LINE)
    events = [
        (0, "Platene", "kommer", SEA, -1),
        (30, "Leverandøren", "får betalt", RUST, -1),
        (48, "Kjøkkenet", "er montert", SEA, 1),
        (55, "Fakturaen", "blir sendt", SEA, -1),
        (78, "Kunden", "betaler", RUST, -1),
    ]
    for day, first, second, colour, side in events:
        x = at(day)
        c.line([(x, y), (x, y + side * 108)], colour, HAIR)
        c.disc((x, y), 20, colour, PAPER, 5)
        lines = (y - 240, y - 192, y - 142) if side < 0 else (y + 142, y + 192, y + 240)
        texts = (first, second, f"dag {day}") if side < 0 else (f"dag {day}", first, second)
        for line, words in zip(lines, texts, strict=True):
            is_day = words.startswith("dag")
            c.text((x, line), words, SMALL, colour if is_day else INK, "centre", bold=is_day)
    under = y + 316
    c.line([(at(30), under - 18), (at(30), under), (at(78), under), (at(78), under - 18)], RUST)
    c.text(
        ((at(30) + at(78)) / 2, under + 46), "48 dager uten penger", BODY, RUST, "centre", bold=True
    )
    return c


def tretten_uker() -> Canvas:
    """The balance after each of thirteen weeks."""
    c = Canvas()
    weeks = [335, 345, 435, 105, 265, 285, 205, -155, 35, -195, 75, -135, 185]
    left, zero, unit, pitch, bar = 230, 520, 0.84, 97, 74

    for value in (400, 200):
        c.line([(left - 20, zero - value * unit), (1490, zero - value * unit)], SAND, HAIR)
        c.text((left - 44, zero - value * unit), str(value), SMALL, GREY, "right")
    c.text((left - 44, zero), "0", SMALL, GREY, "right")
    limit = zero + 200 * unit
    for index, value in enumerate(weeks):
        x = left + index * pitch
        ends = sorted((zero, zero - value * unit))
        c.box((x, ends[0], x + bar, ends[1]), SEA if value > 0 else RUST)
        c.text(
            (x + bar / 2, zero - value * unit - 26),
            str(value).replace("-", "−"),
            30 if value > 0 else 28,
            INK if value > 0 else PAPER,
            "centre",
        )
        c.text((x + bar / 2, 786), str(index + 1), SMALL, GREY, "centre")
    c.line([(left - 20, zero), (1490, zero)], INK, LINE)
    c.dashes((left - 20, limit), (1490, limit), RUST, HAIR)
    c.text((left - 44, limit), "−200", SMALL, RUST, "right")
    c.text((left, limit + 40), "grensen for kassekreditten", SMALL, RUST)
    c.text((120, 84), "Saldo, tusen kr", SMALL, GREY)
    c.text((left - 44, 786), "Uke", SMALL, GREY, "right")
    return c


def fakturatrappen() -> Canvas:
    """Six steps from invoice to collection."""
    c = Canvas()
    steps = [
        (0, "Faktura", SEA),
        (11, "Påminnelse", SEA),
        (14, "Forfall", INK),
        (17, "Telefon", RUST),
        (28, "Inkassovarsel", RUST),
        (42, "Inkasso", RUST),
    ]
    left, width, bottom, low, rise = 110, 230, 790, 150, 92
    for index, (day, name, colour) in enumerate(steps):
        x = left + index * width
        top = bottom - low - index * rise
        c.box((x, top, x + width - 8, bottom), colour, radius=6)
        c.text((x + (width - 8) / 2, top - 36), name, 32, INK, "centre")
        c.text((x + (width - 8) / 2, top + 46), "dag", 34, PAPER, "centre")
        c.text((x + (width - 8) / 2, top + 100), str(day), LARGE, PAPER, "centre", bold=True)
    c.line([(80, bottom + 4), (1520, bottom + 4)], INK, LINE)
    return c


def penger_i_tide() -> Canvas:
    """Series picture: a coin waxing like the moon above a rising tide."""
    c = Canvas()
    radius, y = 84, 228
    for index in range(7):
        x = 800 + (index - 3) * 210
        moon(c, (x, y), radius, index / 6)
    rows = 5
    scallop = 100
    tints = [mix(SEA, PAPER, share) for share in (0.72, 0.54, 0.36, 0.18, 0.0)]
    for row in range(rows):
        base = 560 + row * 90
        shift = 0 if row % 2 else scallop
        for column in range(-1, 9):
            at = (column * 2 * scallop + shift, base)
            c.disc(at, scallop, tints[row])
            for share in (0.70, 0.36):
                c.arc(at, scallop * share, (180, 360), PAPER, BOLD)
    return c


def moon(c: Canvas, centre: Point, radius: float, share: float) -> None:
    """A coin of which ``share`` is lit from the right."""
    x, y = centre
    c.disc(centre, radius, SAND)
    if share <= 0:
        return
    lit = [on_circle(centre, radius, -90 + 180 * i / 90) for i in range(91)]
    edge = radius * (1 - 2 * share)
    inner = [
        (
            x + edge * math.cos(math.radians(90 - 180 * i / 90)),
            y + radius * math.sin(math.radians(90 - 180 * i / 90)),
        )
        for i in range(91)
    ]
    c.polygon(lit + inner, RUST)


# == Portraits ================================================================


def ragnhild_saetervag() -> Canvas:
    """Silver bob, round glasses, a rust-coloured blazer."""
    c = Canvas(800, 800, SEA_TINT)
    hair = curve(
        dots("400,128 556,186 612,340 604,520 500,560 300,560 196,520 188,340 244,186"), closed=True
    )
    c.polygon(hair, SILVER)
    shoulders(c, RUST, 640)
    blazer(c, mix(RUST, INK, 0.22), 770)
    neck(c, SKIN, SKIN_SHADE, 600)
    head(c, SKIN, (270, 190, 530, 548))
    fringe = curve(
        dots(
            "262,362 250,250 320,168 430,150 520,190 552,280 540,362 506,290 "
            "440,250 372,300 300,316"
        ),
        closed=True,
    )
    c.polygon(fringe, SILVER)
    face(c, 378, 148, shade=SKIN_SHADE, lips=RUST, brow=mix(SILVER, INK, 0.45))
    for x in (326, 474):
        c.disc((x, 380), 56, None, INK, 8)
    c.arc((400, 386), 21, (205, 335), INK, 8)
    return c


def torbjorn_asvoll() -> Canvas:
    """Bald, with a full grey beard, in a dark jacket and tie."""
    c = Canvas(800, 800, SAND)
    shoulders(c, INK, 700)
    blazer(c, mix(INK, PAPER, 0.16), 880)
    neck(c, SKIN, SKIN_SHADE, 560)
    for side in (-1, 1):
        c.polygon(across(dots("336,606 400,676 362,718 322,640"), side), mix(PAPER, SAND, 0.6))
    c.polygon(dots("388,706 412,706 436,810 364,810"), SEA)
    c.polygon(dots("376,664 424,664 413,708 387,708"), mix(SEA, INK, 0.25))
    for x in (256, 544):
        c.oval((x - 30, 350, x + 30, 440), SKIN_SHADE)
    head(c, SKIN, (258, 150, 542, 570))
    beard = curve(
        dots(
            "262,400 276,440 330,448 400,436 470,448 524,440 538,400 540,500 "
            "494,610 400,650 306,610 260,500"
        ),
        closed=True,
    )
    grey = mix(SILVER, GREY, 0.25)
    c.polygon(beard, grey)
    whisker = curve(dots("262,330 244,372 256,430 282,440 276,380"), closed=True)
    for side in (-1, 1):
        c.polygon(across(whisker, side), grey)
    face(
        c,
        366,
        132,
        shade=SKIN_SHADE,
        lips=mix(RUST, SKIN, 0.25),
        brow=mix(SILVER, INK, 0.5),
        mouth=510,
    )
    return c


def idun_kjaerbekk() -> Canvas:
    """Dark hair in a bun, freckles, earrings and a polo-neck."""
    c = Canvas(800, 800, RUST_TINT)
    c.disc((400, 128), 84, UMBER)
    c.polygon(
        curve(dots("400,150 532,196 566,330 540,450 400,480 260,450 234,330 268,196"), closed=True),
        UMBER,
    )
    shoulders(c, SEA, 600)
    neck(c, SKIN_TAN, SKIN_TAN_SHADE, 590)
    c.box((322, 574, 478, 700), mix(SEA, INK, 0.25), radius=26)
    head(c, SKIN_TAN, (272, 188, 528, 546))
    parting = curve(
        dots("268,384 252,280 300,196 400,168 500,196 548,280 532,384 500,300 400,232 300,300"),
        closed=True,
    )
    c.polygon(parting, UMBER)
    face(c, 382, 130, shade=SKIN_TAN_SHADE, lips=RUST, brow=UMBER)
    for x, y in ((306, 436), (328, 446), (346, 432), (454, 432), (472, 446), (494, 436)):
        c.disc((x, y), 5, SKIN_TAN_SHADE)
    for x in (262, 538):
        c.disc((x, 470), 16, PAPER)
    return c


def shoulders(c: Canvas, colour: str, width: float) -> None:
    half = width / 2
    left = [(400 - half + x, y) for x, y in dots("0,830 18,730 110,664")]
    right = across(left, 1)[::-1]
    c.polygon(
        [
            *curve([*left, (330, 628), (470, 628), *right]),
            (400 + half, 900),
            (400 - half, 900),
        ],
        colour,
    )


def across(points: Sequence[Point], side: int) -> list[Point]:
    """The points as they are (-1), or mirrored to the other half of the face (1)."""
    return [(400 + side * (400 - x), y) for x, y in points]


def blazer(c: Canvas, lapel: str, tip: float) -> None:
    """A white shirt front and two notched lapels that meet at ``tip``."""
    c.polygon([(330, 606), (470, 606), (400, tip)], PAPER)
    for side in (-1, 1):
        collar = [(332, 604), (400, tip), (392, tip + 24)]
        notch = dots("276,716 306,690 262,668 300,616")
        c.polygon(across([*collar, *notch], side), lapel)


def neck(c: Canvas, colour: str, shade: str, bottom: float) -> None:
    c.box((338, 470, 462, bottom + 40), colour, radius=50)
    c.polygon([(338, 480), (462, 480), *curve(dots("462,546 400,596 338,546"))], shade)


def head(c: Canvas, colour: str, box: Box) -> None:
    """A head: broad above, narrowing to the chin."""
    left, top, right, bottom = box
    w, h = right - left, bottom - top
    outline = dots("50,0 82,8 99,34 98,60 88,82 66,97 50,100 34,97 12,82 2,60 1,34 18,8")
    scaled = [(left + x * w / 100, top + y * h / 100) for x, y in outline]
    c.polygon(curve(scaled, closed=True), colour)


def face(
    c: Canvas,
    eyes: float,
    apart: float,
    *,
    shade: str,
    lips: str,
    brow: str,
    mouth: float = 488,
) -> None:
    """Eyes, brows, nose and a quiet smile."""
    for side in (-1, 1):
        x = 400 + side * apart / 2
        c.disc((x, eyes), 12, INK)
        c.arc((x, eyes + 14), 74, (242, 298), brow, 9)
    c.line([(404, eyes + 18), (410, eyes + 50)], shade, 8)
    c.arc((396, eyes + 50), 14, (0, 110), shade, 8)
    c.arc((400, mouth - 58), 62, (52, 128), lips, 9)


# == All of them ==============================================================

PICTURES: list[tuple[str, str, Picture]] = [
    (SALES, "bilder/lede-salg.png", lede_salg),
    (SALES, "bilder/tidsbruk.png", tidsbruk),
    (SALES, "bilder/treffsikkerhet.png", treffsikkerhet),
    (SALES, "bilder/sirkelen.png", sirkelen),
    (SALES, "bilder/kundekartet.png", kundekartet),
    (SALES, "bilder/ragnhild-saetervag.png", ragnhild_saetervag),
    (SALES, "bilder/torbjorn-asvoll.png", torbjorn_asvoll),
    (CASH, "bilder/penger-i-tide.png", penger_i_tide),
    (CASH, "bilder/pengesirkelen.png", pengesirkelen),
    (CASH, "bilder/tretten-uker.png", tretten_uker),
    (CASH, "bilder/fakturatrappen.png", fakturatrappen),
    (CASH, "bilder/torbjorn-asvoll.png", torbjorn_asvoll),
    (CASH, "bilder/idun-kjaerbekk.png", idun_kjaerbekk),
]


def main(names: Sequence[str]) -> None:
    for series, path, picture in PICTURES:
        target = SERIES / series / path
        if names and target.stem not in names:
            continue
        picture().save(target)
        print(f"{target.stat().st_size / 1000:6.1f} kB  {series}/{path}")


if __name__ == "__main__":
    main(sys.argv[1:])

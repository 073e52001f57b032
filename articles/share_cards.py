"""Draws the card that other sites show with a link to a page: its title, and where it belongs."""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

#: Pixels. What Facebook and LinkedIn ask for.
WIDTH, HEIGHT = 1200, 630
#: Raise it when cards should be drawn anew.
DESIGN = 1
#: The colours of static/css/base.css.
PAPER, INK, QUIET, CLAY, LINE = "#fdfaf3", "#1b2430", "#565a5c", "#a84a22", "#d8ccb6"
COVERS = ("#8f3d1b", "#1d565d", "#2a3646")
LEFT, RIGHT, TOP, BOTTOM = 104, 88, 84, 84
#: The sizes of a title, in pixels. The first in which it takes at most `LINES` is used.
SIZES = (84, 76, 68, 60, 52, 46)
LINES = 4
#: The size of all other texts.
SMALL = 34
TITLE_WEIGHT, SMALL_WEIGHT = 520, 450
#: The letters that only the second font file has: see static/fonts/README.md.
EXTENDED = re.compile("[\u0100-\u0151\u0154-\u024f\u1e80-\u1e9e\u1ef2\u1ef3]")
#: What neither has.
UNKNOWN = re.compile(
    "[^\u0020-\u007e\u00a0-\u024f\u1e80-\u1e9e\u1ef2\u1ef3\u2011\u2013\u2014\u2018-\u201e"
    "\u2022\u2026\u2032\u2033\u20ac\u2212]"
)
#: Three books on a shelf, as in templates/_mark.html, in a square of 24.
MARK = (
    ((2, 3), (6.2, 3), (6.2, 21), (2, 21)),
    ((7.6, 6), (11.8, 6), (11.8, 21), (7.6, 21)),
    ((13.1, 5.5), (17.1, 4.3), (22, 19.9), (18, 21.1)),
)


class CardTexts(NamedTuple):
    """What a card shows. Everybody may know all of it."""

    #: Above the title: the series of an article, or what the page is.
    label: str
    title: str
    #: In the corner, such as «Del 3».
    foot: str
    #: The number of one of COVERS.
    cover: int


def draw(texts: CardTexts) -> bytes:
    """The card as a PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, 35, HEIGHT), fill=COVERS[texts.cover % len(COVERS)])
    top = TOP
    if texts.label:
        for line in lines_of(texts.label, SMALL, 1):
            write(canvas, (LEFT, top), line, SMALL, CLAY)
        top += 66
    size, lines = fitting(texts.title)
    for number, line in enumerate(lines):
        write(canvas, (LEFT, top + round(number * size * 1.14)), line, size, INK)
    canvas.line((LEFT, HEIGHT - 132, WIDTH - RIGHT, HEIGHT - 132), fill=LINE, width=2)
    foot = HEIGHT - BOTTOM - 12
    _draw_mark(image, (LEFT, foot - 1), 46)
    write(canvas, (LEFT + 62, foot), known(settings.SITE_NAME), SMALL, INK)
    if texts.foot:
        end = WIDTH - RIGHT - round(length(texts.foot, SMALL))
        write(canvas, (end, foot), texts.foot, SMALL, QUIET)
    buffer = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _draw_mark(image: Image.Image, at: tuple[int, int], size: int) -> None:
    """The mark, drawn four times as large and then made smaller: Pillow draws hard edges."""
    large = Image.new("L", (4 * size, 4 * size))
    canvas = ImageDraw.Draw(large)
    for corners in MARK:
        canvas.polygon([(x * size / 6, y * size / 6) for x, y in corners], fill=255)
    image.paste(CLAY, at, large.resize((size, size), Image.Resampling.LANCZOS))


def fitting(title: str) -> tuple[int, list[str]]:
    """The largest size in which `title` fits, and its lines. A longer one ends in «…»."""
    for size in SIZES:
        lines = lines_of(title, size, LINES + 1)
        if len(lines) <= LINES:
            return size, lines
    return SIZES[-1], lines_of(title, SIZES[-1], LINES)


def lines_of(text: str, size: int, most: int) -> list[str]:
    """`text` in lines of the card's width, at most so many. What is left out is shown by «…»."""
    room = WIDTH - LEFT - RIGHT
    lines: list[str] = []
    words = [part for word in known(text).split() for part in parts_of(word, size, room)]
    for n, word in enumerate(words):
        if lines and length(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        elif len(lines) < most:
            lines.append(word)
        else:
            left = [*lines.pop().split(" "), *words[n:]]
            return [*lines, shortened(left, size, room)]
    return lines


def shortened(words: list[str], size: int, room: int) -> str:
    """As many of `words` as fit in a line that ends in «…»."""
    line = words[0]
    for word in words[1:]:
        if length(f"{line} {word} …", size) > room:
            break
        line += f" {word}"
    return f"{line} …" if length(f"{line} …", size) <= room else f"{line[:-2]}…"


def parts_of(word: str, size: int, room: int) -> Iterator[str]:
    """`word`, in pieces if it is wider than a line."""
    while length(word, size) > room:
        end = max(1, next(n for n in range(len(word), 0, -1) if length(word[:n], size) <= room))
        yield word[:end]
        word = word[end:]
    yield word


def known(text: str) -> str:
    """`text` with a space for each letter that no font file has."""
    return " ".join(UNKNOWN.sub(" ", text).split())


def length(text: str, size: int) -> float:
    return sum(font.getlength(run) for run, font in runs(text, size))


def write(
    canvas: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, colour: str
) -> None:
    x = float(at[0])
    for run, font in runs(text, size):
        canvas.text((x, at[1]), run, colour, font)
        x += font.getlength(run)


def runs(text: str, size: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """`text` in runs, each with its font."""
    for is_extended, letters in groupby(text, lambda letter: bool(EXTENDED.match(letter))):
        yield "".join(letters), font_of(is_extended, size)


@lru_cache(maxsize=32)
def font_of(is_extended: bool, size: int) -> ImageFont.FreeTypeFont:
    """Pillow's FreeType reads WOFF2, so there is no second copy of the font."""
    name = "literata-extended.woff2" if is_extended else "literata.woff2"
    font = ImageFont.truetype(str(settings.BASE_DIR / "static" / "fonts" / name), size)
    font.set_variation_by_axes([SMALL_WEIGHT if size == SMALL else TITLE_WEIGHT])
    return font

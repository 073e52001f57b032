"""Drawings: SVG that stands in a passage, and is locked as the passage is.

A drawing is read strictly and written anew, so nothing gets out that isn't on the lists below. What
isn't is refused, never left out in silence. nh3 has no part in this, see `rendering.TAGS`.
"""

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any, NoReturn, Self
from xml.parsers import expat

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.characters import clean
from articles.publishing.rendering import RenderError

SVG = "http://www.w3.org/2000/svg"
#: Characters, elements, and elements within each other.
MAX_SIZE, MAX_ELEMENTS, MAX_DEPTH = 100_000, 2_000, 12

NUMBER = r"-?(?:\d{1,5}(?:\.\d{0,6})?|\.\d{1,6})"
NUMBERS = rf"{NUMBER}(?:[ ,]+{NUMBER})*"
#: The values of each attribute. Colours are classes, which follow the reader's choice of light or
#: dark: see static/css/blocks.css. No value can name anything, here or elsewhere.
VALUES = {
    name: re.compile(pattern)
    for names, pattern in {
        "x y x1 y1 x2 y2 cx cy r rx ry width height dx dy stroke-width opacity": NUMBER,
        "points stroke-dasharray": NUMBERS,
        "viewBox": rf"{NUMBER}(?:[ ,]+{NUMBER}){{3}}",
        "d": r"[MmLlHhVvCcSsQqTtAaZz\d\s.,eE+-]*",
        "transform": rf"(?:(?:translate|scale|rotate)\({NUMBERS}\) ?)+",
        "fill stroke": "none|currentColor",
        "stroke-linecap": "butt|round|square",
        "stroke-linejoin": "miter|round|bevel",
        "text-anchor": "start|middle|end",
        "dominant-baseline": "auto|central",
        "class": r"(?:(?:(?:fill|stroke)-(?:text|quiet|line|accent|link|page|sunken|tint)"
        r"|text-(?:strong|small)) ?)+",
    }.items()
    for name in names.split()
}
PAINT = {"class", "fill", "stroke", "opacity", "transform"} | {
    name for name in VALUES if name.startswith("stroke-")
}
ANCHOR = {"text-anchor", "dominant-baseline"}
#: The attributes of each element.
ELEMENTS: dict[str, set[str]] = {
    "svg": {"viewBox"},
    "title": set(),
    "g": PAINT | ANCHOR,
    "path": PAINT | {"d"},
    "rect": PAINT | {"x", "y", "width", "height", "rx", "ry"},
    "circle": PAINT | {"cx", "cy", "r"},
    "ellipse": PAINT | {"cx", "cy", "rx", "ry"},
    "line": PAINT | {"x1", "y1", "x2", "y2"},
    "polyline": PAINT | {"points"},
    "polygon": PAINT | {"points"},
    "text": PAINT | ANCHOR | {"x", "y", "dx", "dy"},
    "tspan": PAINT | ANCHOR | {"x", "y", "dx", "dy"},
}
#: The elements that hold words. Only `Drawing.shown` adds a «desc».
WORDS = {"title", "desc", "text", "tspan"}
#: The elements that each may stand in. The title is the root's first.
WITHIN = {name: {"svg", "g"} for name in ELEMENTS} | {
    "title": {"svg"},
    "tspan": {"text", "tspan"},
}
DRAWING = re.compile(r'<svg class="drawing".*?<desc[^>]*>(.*?)</desc>.*?</svg>', re.DOTALL)
#: A space between numbers becomes a comma, so that «100 200» isn't taken for one number with a
#: space in it (`characters.unbroken`).
BETWEEN_NUMBERS = re.compile(r"(?<=[\d.])\s*[\s,]\s*(?=[\d.-])")


class DrawingError(RenderError):
    """What may not stand in a drawing. `line` is 1-based."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(each for each in self.children if isinstance(each, str)).strip()

    def written(self, indent: str = "\n") -> str:
        """As SVG, with each element on a line of its own, apart from words."""
        attributes = "".join(f' {k}="{escape(v)}"' for k, v in self.attributes.items())
        if not self.children:
            return f"<{self.name}{attributes}/>"
        is_words = self.name in WORDS
        inner = "" if is_words else f"{indent}  "
        parts = (
            escape(each, quote=False) if isinstance(each, str) else each.written(inner)
            for each in self.children
        )
        end = "" if is_words else indent
        content = "".join(inner + part for part in parts)
        return f"<{self.name}{attributes}>{content}{end}</{self.name}>"


class _Reader:
    """Builds the elements of one drawing. Raises DrawingError."""

    def __init__(self) -> None:
        self.root = Element("", {})
        self.open = [self.root]
        self.count = 0
        self.parser: Any = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.words
        # Without a document type there are no entities but XML's own five.
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.ProcessingInstructionHandler = self.refuse

    def read(self, source: str) -> Element:
        try:
            self.parser.Parse(source.encode(), True)
        except expat.ExpatError as error:
            raise DrawingError(_("The drawing can't be read as SVG."), error.lineno) from None
        [svg] = self.root.children
        assert isinstance(svg, Element)  # noqa: S101 — `words` refuses words outside
        return svg

    def fail(self, message: str) -> NoReturn:
        raise DrawingError(message, self.parser.CurrentLineNumber)

    def refuse(self, name: str, *more: object) -> None:
        self.fail(_("«%s» is not allowed in a drawing.") % name)

    def start(self, full_name: str, attributes: dict[str, str]) -> None:
        space, _space, name = full_name.rpartition(" ")
        above = self.open[-1]
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) > MAX_DEPTH:
            self.fail(_("The drawing is too large."))
        if space != SVG or name not in ELEMENTS:
            self.refuse(name)
        if above.name not in (WITHIN[name] if above is not self.root else {""}):
            self.fail(_("«%(name)s» can't stand here.") % {"name": name})
        if (above is self.root) != (name == "svg"):
            self.fail(_("A drawing is one «svg»."))
        if above.name == "svg" and (name == "title") == bool(above.children):
            self.fail(_("A drawing begins with its one title."))
        element = Element(name, {k: self.value(name, k, v) for k, v in attributes.items()})
        if name == "svg" and not is_sized(element.attributes.get("viewBox", "")):
            self.fail(_("A drawing needs a «viewBox» with a width and a height."))
        above.children.append(element)
        self.open.append(element)

    def value(self, element: str, name: str, value: str) -> str:
        if name not in ELEMENTS[element]:
            shown = {"attribute": name.rpartition(" ")[2], "name": element}
            self.fail(_("«%(attribute)s» is not allowed on «%(name)s».") % shown)
        value = " ".join(value.split())
        if not VALUES[name].fullmatch(value):
            shown = {"attribute": name, "value": value[:60]}
            self.fail(_("«%(attribute)s» can't be «%(value)s».") % shown)
        return BETWEEN_NUMBERS.sub(",", value)

    def words(self, words: str) -> None:
        above = self.open[-1]
        if above.name in WORDS:
            words = re.sub(r"\s+", " ", words)
            if above.children and isinstance(above.children[-1], str):
                words = str(above.children.pop()) + words
            above.children.append(words)
        elif words.strip():
            self.fail(_("Words stand in a «text» or the title only."))

    def end(self, full_name: str) -> None:
        element = self.open.pop()
        if element.name == "title":
            element.children = [element.text]
        if element.name in ("title", "svg") and not (element.children and element.children[0]):
            self.fail(_("A drawing begins with its one title."))


@dataclass(frozen=True)
class Drawing:
    svg: Element

    @classmethod
    def read(cls, source: str) -> Self:
        """Raises DrawingError."""
        if len(source) > MAX_SIZE:
            raise DrawingError(_("The drawing is too large."), 1)
        return cls(_Reader().read(clean(source).strip()))

    @property
    def title(self) -> str:
        first = self.svg.children[0]
        return first.text if isinstance(first, Element) else ""

    def normal(self) -> str:
        """As a file of its own. Read again, it stays the same."""
        return replaced(self.svg, {"xmlns": SVG, **self.svg.attributes}).written() + "\n"

    def shown(self, address: str, description: str) -> SafeString:
        """As a part of a page. `description` is for those who can't see it."""
        ids = {name: f"{name}-{address}" for name in ("title", "desc")}
        said = {name: id for name, id in ids.items() if name == "title" or description}
        attributes = {"class": "drawing", "role": "img", "aria-labelledby": " ".join(said.values())}
        title = Element("title", {"id": ids["title"]}, [self.title])
        desc = Element("desc", {"id": ids["desc"]}, [description])
        rest = self.svg.children[1:]
        svg = Element("svg", attributes | self.svg.attributes, [title, desc, *rest])
        return mark_safe(svg.written())


def replaced(element: Element, attributes: dict[str, str]) -> Element:
    return Element(element.name, attributes, element.children)


def is_sized(view_box: str) -> bool:
    numbers = [float(number) for number in view_box.split(",") if number]
    return len(numbers) == 4 and min(numbers[2:]) > 0  # noqa: PLR2004


def without_drawings(html: str) -> str:
    """The HTML of a passage with each drawing's description in its place, for those who get it
    without our stylesheets."""
    return DRAWING.sub(lambda found: f"<p>{found[1]}</p>" if found[1] else "", html)

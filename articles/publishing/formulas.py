"""Formulas: LaTeX, made into MathML when it is published.

The converter's answer is read strictly and written anew, so nothing gets out that isn't on the
lists below. nh3 has no part in this, see `rendering.TAGS`.
"""

import re
from html import escape
from typing import Any
from xml.parsers import expat

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from math_core import LatexError, LatexToMathML

from articles.characters import clean
from articles.publishing.rendering import RenderError

#: Characters of LaTeX, and of the MathML that it becomes.
MAX_SIZE, MAX_MATHML = 2_000, 100_000

LENGTH = r"-?\d{0,3}(?:\.\d{1,8})?(?:em|ex|px|%)?"
#: The values of each attribute. None can name anything, here or elsewhere.
VALUES = {
    name: re.compile(pattern)
    for names, pattern in {
        "lspace rspace minsize maxsize width height depth voffset linethickness": LENGTH,
        "stretchy symmetric fence separator largeop movablelimits": "true|false",
        "accent accentunder displaystyle": "true|false",
        "form": "prefix|infix|postfix",
        "mathvariant": "normal",
        "scriptlevel": r"[+-]?\d",
        "columnspan rowspan": r"\d{1,2}",
        "display": "block",
    }.items()
    for name in names.split()
}
#: MathML Core without its links, its actions and its way back into HTML.
ELEMENTS = {
    "math", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom",
    "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup",
    "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
#: The converter's styles that mean something, and the classes that replace them: the portal's
#: pages have no inline styles. Its other styles only position the numbers, which we leave out.
ALIGNED = {"text-align: left": "math-start", "text-align: right": "math-end"}
COLOURED = re.compile(r"(?:^|;)\s*(?:background-)?color")
#: Environments that would number their lines, and would take the page's numbers from elsewhere.
NUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|equation|gather|multline)\}")
#: «0: Unknown command "\foo".» Before the colon stands a position.
COMMAND = re.compile(r'"(\\[a-zA-Z]+|\\.)"')

#: The converter's lines above and below, which browsers put beside the letters.
LOW_LINE = "\N{COMBINING LOW LINE}"

CONVERTER = LatexToMathML(fancy_error=False, max_expansions=100)


class FormulaError(RenderError):
    """A formula that can't be shown."""


def mathml(latex: str, spoken: str = "") -> SafeString:
    """`latex` as MathML. `spoken` is what those hear who can't see it. Raises FormulaError."""
    latex = normal(latex)
    if not latex:
        raise FormulaError(_("Write the formula."))
    if len(latex) > MAX_SIZE:
        raise FormulaError(_("The formula is too long. Divide it into several."))
    try:
        made = CONVERTER.convert_with_local_state(
            NUMBERED.sub(r"\\\1{\2*}", latex), displaystyle=True
        )
    except LatexError as error:
        raise FormulaError(in_norwegian(str(error))) from None
    said = {"alttext": spoken or latex} | ({"aria-label": spoken} if spoken else {})
    return _Rewriting(said).rewritten(made)


def normal(latex: str) -> str:
    """`latex` without empty lines, which LaTeX refuses, and without «$$» around it."""
    lines = [line.strip() for line in clean(latex).split("\n")]
    text = "\n".join(line for line in lines if line)
    return re.sub(r"^\$\$?(.*?)\$\$?$", r"\1", text, flags=re.DOTALL).strip()


def in_norwegian(problem: str) -> str:
    """The converter speaks English. What it says of most faults can be said shortly."""
    named = COMMAND.search(problem)
    if "nknown" in problem and named:
        return _("The formula has «%s», which isn't known here.") % named[1]
    if "closing" in problem or "end of input" in problem or "unmatched" in problem.lower():
        return _("A bracket in the formula is not closed, or is closed too often.")
    where = f" ({named[1]})" if named else ""
    return _("The formula can't be read as LaTeX.") + where


class _Rewriting:
    """Writes MathML anew. Raises FormulaError for what isn't on the lists."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.of_math, self.parts, self.depth = attributes, list[str](), 0

    def rewritten(self, made: str) -> SafeString:
        parser: Any = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = lambda words: self.parts.append(escape(words, quote=False))
        parser.StartDoctypeDeclHandler = parser.ProcessingInstructionHandler = refuse
        if len(made) > MAX_MATHML:
            raise FormulaError(_("The formula is too long. Divide it into several."))
        try:
            made = made.replace(f"{LOW_LINE}</mo></munder>", "_</mo></munder>")
            parser.Parse(made.replace(LOW_LINE, "\N{OVERLINE}").encode(), True)
        except expat.ExpatError:
            raise FormulaError(_("The formula can't be read as LaTeX.")) from None
        return mark_safe("".join(self.parts))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in ELEMENTS or (name == "math") != (not self.parts):
            refuse(name)
        kept = {k: v for k, v in attributes.items() if k in VALUES and VALUES[k].fullmatch(v)}
        style = attributes.get("style", "")
        if COLOURED.search(style):
            raise FormulaError(_("A formula has the colour of the text. Take away the colour."))
        if "href" in attributes:
            refuse("href")
        if aligned := [name for shown, name in ALIGNED.items() if style.startswith(shown)]:
            kept["class"] = aligned[0]
        if name == "math":
            kept |= self.of_math
        written = "".join(f' {key}="{escape(value)}"' for key, value in kept.items())
        self.parts.append(f"<{name}{written}>")

    def end(self, name: str) -> None:
        self.parts.append(f"</{name}>")


def refuse(name: str, *more: object) -> None:
    raise FormulaError(_("The formula has something that can't be shown here: %s.") % name)

"""The drawings of a folder: «.svg» files, which are read into the articles that show them."""

from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext as _

from articles.publishing.drawings import Drawing, DrawingError
from articles.publishing.elements import Drawing as DrawingElement
from articles.slugs import norwegian_slug
from transfer.faults import Fault
from transfer.folders import MAX_TEXT, Folder
from transfer.front_matter import FrontMatter, read_utf8
from transfer.markdown import ParsedBlock


def drawn(block: ParsedBlock, folder: Folder, matter: FrontMatter) -> ParsedBlock:
    """Returns `block` with the drawing in place of its path. Raises Fault."""
    if not isinstance(block.element, DrawingElement):
        return block
    name = block.element.svg
    file = str(Path(matter.file).relative_to(folder.shown))
    source = read_utf8(folder.shown / name, folder.inside(name, file, block.line, MAX_TEXT))
    try:
        svg = Drawing.read(source).normal()
    except DrawingError as error:
        problem = " ".join(error.messages)
        remedy = _("Correct the drawing, or use a PNG.")
        raise Fault(folder.shown / name, error.line, problem, remedy) from None
    return replace(block, element=replace(block.element, svg=svg))


def drawing_name(svg: str) -> str:
    """Returns the file name that an export gives a drawing, without its ending."""
    try:
        return norwegian_slug(Drawing.read(svg).title) or "tegning"
    except DrawingError:  # in a draft
        return "tegning"

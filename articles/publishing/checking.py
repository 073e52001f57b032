"""What must not be published, said at the block where it stands."""

from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail.blocks import StreamBlockValidationError

from articles.publishing.rendering import FOOTNOTE, TAG, RenderError, refuse_excess
from articles.slugs import norwegian_slug


def check(blocks: Any) -> None:
    """Raises StreamBlockValidationError, at the block, for what must not be published."""
    blocks = list(blocks)
    errors = {**_check_gates(blocks), **_check_footnotes(blocks)}
    for i, block in enumerate(blocks):
        if block.block_type == "picture" and block.value["picture"] is None:
            errors[i] = ValidationError(_("The picture is gone. Choose another, or remove this."))
        if block.block_type == "definition" and not norwegian_slug(block.value["term"]):
            errors[i] = ValidationError(_("The term needs at least one letter or digit."))
        try:
            for source in all_sources(block):
                refuse_excess(source)
        except RenderError as error:
            errors[i] = error
    if errors:
        raise StreamBlockValidationError(block_errors=errors)


def _check_gates(blocks: list[Any]) -> dict[int, ValidationError]:
    gates = [i for i, block in enumerate(blocks) if block.block_type == "gate"]
    errors = {i: ValidationError(_("There is a gate already. An article has one.")) for i in gates}
    if gates:
        del errors[gates[0]]
        if not any(is_seen(block) for block in blocks[gates[0] + 1 :]):
            errors[gates[0]] = ValidationError(_("There is nothing below the gate."))
    return errors


def is_seen(block: Any) -> bool:
    """Whether readers meet the block where it stands: not a footnote, and not an empty text."""
    if block.block_type == "text":
        source = block.value.source
        return "<hr" in source or bool(unescape(strip_tags(source)).strip())
    return block.block_type not in ("footnote", "gate")


def _check_footnotes(blocks: list[Any]) -> dict[int, ValidationError]:
    errors = {}
    # A mark with a style in the middle of it is no mark where it is rendered, and so not here.
    marks = [set(FOOTNOTE.findall(TAG.sub("<>", " ".join(sources(block))))) for block in blocks]
    referred: set[str] = set().union(*marks)
    labels: set[str] = set()
    for i, block in enumerate(blocks):
        if block.block_type != "footnote":
            continue
        label = block.value["label"]
        if label in labels:
            errors[i] = ValidationError(_("There is a footnote [^%s] already.") % label)
        elif label not in referred:
            errors[i] = ValidationError(_("Nothing in the text refers to [^%s].") % label)
        labels.add(label)
    for i, found in enumerate(marks):
        if missing := sorted(found - labels):
            errors[i] = ValidationError(_("There is no footnote [^%s].") % missing[0])
    return errors


def all_sources(block: Any) -> list[str]:
    return [block.value["text"].source] if block.block_type == "footnote" else sources(block)


def sources(block: Any) -> list[str]:
    """The rich texts of a block in which footnotes may be referred to."""
    if block.block_type == "text":
        return [block.value.source]
    if block.block_type == "definition":
        return [block.value["text"].source]
    if block.block_type == "table":
        return [cell.value.source for row in block.value.rows for cell in row]
    return []

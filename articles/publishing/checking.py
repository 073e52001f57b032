"""Refuses bodies that must not be published, with the error at the block concerned."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import StreamBlockValidationError

from accounts.access import Access
from articles.publishing.rendering import FOOTNOTE, TAG


def check(blocks: Any) -> None:
    """Raises StreamBlockValidationError with an error at each block that can't be published."""
    blocks = list(blocks)
    errors = {**_check_gates(blocks), **_check_footnotes(blocks)}
    for i, bound in enumerate(blocks):
        try:
            bound.block.check_value(bound.value)
        except ValidationError as error:
            errors[i] = error
    if errors:
        raise StreamBlockValidationError(block_errors=errors)


def _check_gates(blocks: list[Any]) -> dict[int, ValidationError]:
    errors, highest = {}, int(Access.PUBLIC)
    gates = [i for i, bound in enumerate(blocks) if bound.block.is_gate]
    for i in gates:
        level = blocks[i].block.level_of(blocks[i].value, Access.MEMBERS)
        if level <= highest:
            errors[i] = ValidationError(_("There is a gate already. An article has one."))
            continue
        highest = level
        if not any(bound.block.is_seen(bound.value) for bound in blocks[i + 1 :]):
            errors[i] = ValidationError(_("There is nothing below the gate."))
    return errors


def _check_footnotes(blocks: list[Any]) -> dict[int, ValidationError]:
    errors = {}
    marks = [_marks(bound) for bound in blocks]
    referred: set[str] = set().union(*marks)
    labels: set[str] = set()
    for i, bound in enumerate(blocks):
        if not bound.block.is_note:
            continue
        label = bound.value["label"]
        if label in labels:
            errors[i] = ValidationError(_("There is a footnote [^%s] already.") % label)
        elif label not in referred:
            errors[i] = ValidationError(_("Nothing in the text refers to [^%s].") % label)
        labels.add(label)
    for i, found in enumerate(marks):
        if missing := sorted(found - labels):
            errors[i] = ValidationError(_("There is no footnote [^%s].") % missing[0])
    return errors


def _marks(bound: Any) -> set[str]:
    """The labels of the footnotes that the block refers to.

    A mark with formatting inside it does not count, because rendering does not recognise it either.
    """
    if bound.block.is_note:
        return set()
    return set(FOOTNOTE.findall(TAG.sub("<>", " ".join(bound.block.sources(bound.value)))))

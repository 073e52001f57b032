"""Old and new blocks of a text side by side, so that what is unchanged keeps its id."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any
from uuid import uuid4

Stored = dict[str, Any]


def aligned(
    old: Sequence[Stored], old_forms: list[str], new: Sequence[Stored], new_forms: list[str]
) -> list[Stored]:
    """The blocks to store. The forms are the blocks in Markdown.

    A block of the same form is the old one, entire. What replaces another keeps the id of
    the first of its type among those replaced; the rest are new.
    """
    found: list[Stored] = []
    matcher = SequenceMatcher(a=old_forms, b=new_forms, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found += old[i1:i2]
            continue
        replaced = list(old[i1:i2])
        for block in new[j1:j2]:
            same = next((o for o in replaced if o["type"] == block["type"]), None)
            if same:
                replaced.remove(same)
            found.append({**block, "id": same["id"] if same else str(uuid4())})
    return found

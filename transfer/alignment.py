"""Aligns the old and the new blocks of a text, so that unchanged blocks keep their ids."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any
from uuid import uuid4

Stored = dict[str, Any]


def aligned(
    old: Sequence[Stored], old_forms: list[str], new: Sequence[Stored], new_forms: list[str]
) -> list[Stored]:
    """Returns the blocks to store. The forms are the blocks in Markdown.

    A block whose form is unchanged stays exactly as it was stored. A block that replaces
    others takes the id of the first replaced block of its type. Other blocks get new ids.
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

"""The rule by which the Markdown parser finds formulas: between lines of «$$», or on one line."""

import re

from markdown_it.rules_block import StateBlock

OPENING = re.compile(r" {0,3}\$\$(.*)")


def formula(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A block rule of markdown-it. A formula that isn't closed is running text."""
    if state.is_code_block(first):
        return False
    opening = OPENING.fullmatch(line_at(state, first))
    if not opening:
        return False
    lines, end = [opening[1].strip()], first
    while not lines[-1].endswith("$$"):
        end += 1
        if end >= last or (state.sCount[end] < state.blkIndent and not state.isEmpty(end)):
            return False
        lines.append(line_at(state, end).strip())
    if silent:
        return True
    lines[-1] = lines[-1].removesuffix("$$").strip()
    state.line = end + 1
    token = state.push("formula", "math", 0)
    token.content = "\n".join(line for line in lines if line)
    token.map = [first, state.line]
    token.block = True
    return True


def line_at(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]

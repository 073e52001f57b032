"""Reading positions in a text, and how to find one again after the text has changed."""

import re
from typing import NamedTuple

from django.utils.html import strip_tags

#: An element with an address, as articles/publishing/rendering.py writes it. Terms are left out.
ADDRESSED = re.compile(r'<[a-z0-9]+\b[^>]*\bid="(b-[\w-]+?)"(?<!-term")[^>]*>')
#: Characters of a paragraph's beginning that are stored to recognise it, and characters of HTML
#: that are searched for them.
KNOWN_BY, LOOKED_AT = 80, 400


class ReadingPosition(NamedTuple):
    address: str
    #: How much of the text comes before it, in percent.
    share: int
    #: How the paragraph began.
    words: str
    #: The blocks before it, in order, each `b-<block id>`.
    passed: list[str]


def block_of(address: str) -> str:
    """«b-<block id>-3» → «b-<block id>»; a block id is a UUID."""
    uuid = re.match(r"b-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", address)
    return uuid[0] if uuid else re.sub(r"-\d+$", "", address)


def addresses(passages: list[str]) -> dict[str, str]:
    """Returns how each addressed paragraph or block begins, by address, in the text's order."""
    html = "\n".join(passages)
    found = list(ADDRESSED.finditer(html))
    ends = [match.start() for match in found[1:]] + [len(html)]
    return {
        match[1]: beginning(html[match.end() : min(end, match.end() + LOOKED_AT)])
        for match, end in zip(found, ends, strict=False)
    }


def beginning(html: str) -> str:
    return " ".join(strip_tags(html).split())[:KNOWN_BY]


def position_at(address: str, passages: list[str]) -> ReadingPosition | None:
    """Returns None for an address that isn't in the text."""
    known = addresses(passages)
    if address not in known:
        return None
    before = list(known)[: list(known).index(address)]
    blocks = list(dict.fromkeys(block_of(each) for each in before))
    passed = [block for block in blocks if block != block_of(address)]
    return ReadingPosition(address, 100 * len(before) // len(known), known[address], passed)


def position_now(position: ReadingPosition, passages: list[str]) -> str:
    """Returns the address to resume at, or "" if nothing is left of what was read.

    The first of these that exists:
    1. the paragraph in the same block that begins with the same words
    2. the only paragraph anywhere that begins with them: an editor may have split the block
    3. the paragraph with the same number in the same block, or the last one in it
    4. the last paragraph of the nearest earlier block that is still there
    """
    known = addresses(passages)
    alike = [address for address in known if position.words and known[address] == position.words]
    within = [address for address in alike if block_of(address) == block_of(position.address)]
    if within or len(alike) == 1:
        return [*within, *alike][0]
    for block in [block_of(position.address), *reversed(position.passed)]:
        inside = [address for address in known if block_of(address) == block]
        if not inside:
            continue
        if block != block_of(position.address):
            return inside[-1]
        return position.address if position.address in inside else inside[-1]
    return ""

"""Where in a text somebody is, and where that is after the text was changed."""

import re
from typing import NamedTuple

from django.utils.html import strip_tags

#: An element with an address, as articles/publishing/rendering.py writes them; not a term's own.
ADDRESSED = re.compile(r'<[a-z0-9]+\b[^>]*\bid="(b-[\w-]+?)"(?<!-term")[^>]*>')
#: How much of a paragraph's beginning is kept to know it again, and where it is looked for, in
#: characters.
KNOWN_BY, LOOKED_AT = 80, 400


class ReadingPosition(NamedTuple):
    address: str
    #: How much of the text lies before it, in percent.
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
    """How each addressed paragraph or block begins, by its address, in the order of the text."""
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
    """None for an address that isn't in the text."""
    known = addresses(passages)
    if address not in known:
        return None
    before = list(known)[: list(known).index(address)]
    blocks = list(dict.fromkeys(block_of(each) for each in before))
    passed = [block for block in blocks if block != block_of(address)]
    return ReadingPosition(address, 100 * len(before) // len(known), known[address], passed)


def position_now(position: ReadingPosition, passages: list[str]) -> str:
    """The address to go on from; "" where nothing is left of what was read.

    The paragraph that begins as it did, in the same block or, if there is just one, in another,
    for an editor may have split the block; else the same number in it, or the last there is; else
    the end of the nearest block before it that is still there.
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

"""A number or a range, with or without "mill." or "mrd.", as it stands before a unit."""

import re

from narration.ear.numerals import NUMBER, number

SCALES = {
    "tusen": ("tusen", "tusen"),
    "mill": ("million", "millioner"),
    "million": ("million", "millioner"),
    "millioner": ("million", "millioner"),
    "mrd": ("milliard", "milliarder"),
    "milliard": ("milliard", "milliarder"),
    "milliarder": ("milliard", "milliarder"),
    "bill": ("billion", "billioner"),
    "billioner": ("billion", "billioner"),
}
_SCALE = r"tusen|mill\b\.?|mrd\b\.?|millioner|million|milliarder|milliard|billioner|bill\b\.?"
#: Groups: from, to, scale.
QUANTITY = (
    rf"(?P<from>{NUMBER})(?: ?[–-] ?(?P<to>{NUMBER}))?"
    rf"(?: ?(?P<scale>{_SCALE}))?"
)


def quantity(match: re.Match[str], neuter: bool = False) -> str:
    """Returns the words of QUANTITY, such as "ti til femten millioner"."""
    scale = SCALES[match["scale"].lower().rstrip(".")] if match["scale"] else ("", "")
    neuter = scale[0] == "tusen" if match["scale"] else neuter
    said = number(match["from"], neuter)
    if match["to"]:
        said += f" til {number(match['to'], neuter)}"
    if match["scale"]:
        said += " " + scale[0 if match["from"] == "1" and not match["to"] else 1]
    return said


def is_singular(match: re.Match[str]) -> bool:
    """Says whether the unit after it stands in the singular."""
    return match["from"] == "1" and not match["to"] and not match["scale"]

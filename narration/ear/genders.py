"""Whether a noun is neuter, since "1" is "ett" before it and "én" before others."""

import re

from narration.ear.tables import LISTS

_NEUTER = LISTS["neuter_nouns"]
#: Ends of compounds whose last part is neuter, long enough not to fit other words by chance.
NEUTER_ENDS = (*(word for word in _NEUTER if len(word) > 3), "eri", "ment")
#: Adjectives in the neuter, which end in -t, and the few others.
_ADJECTIVE = re.compile(r"(?:eget|annet|slikt|lite|\w{2,}(?:[rnlkgps]t|tt))$")
_COMMON = tuple(LISTS["nouns_in_t"])
#: What stands after such a sign isn't counted: "Punkt 1: Mål".
_END = re.compile(r"^\s*,|[.:;!?)]")
#: Ends of adjectives that are alike before all nouns.
_ALIKE = ("ig", "sk", "ende", "bra", "ekstra")


def is_neuter(following: str) -> bool:
    """Says whether what follows a number begins with a neuter noun, or an adjective before one."""
    clause = _END.split(following[:60].lower(), maxsplit=1)[0]
    words = re.findall(r"[^\W\d_]+", clause)[:3]
    adjective = False
    for word in words:
        if _is_neuter_noun(word):
            return True
        if word.endswith(_ALIKE):
            continue
        if word.endswith(_COMMON) or not _ADJECTIVE.match(word):
            return False
        adjective = True
    return adjective


def _is_neuter_noun(word: str) -> bool:
    bare = word.removesuffix("er") if word.endswith("er") else word.removesuffix("r")
    # "1 års fartstid"
    forms = {word, bare, word.removesuffix("s")}
    return any(form in _NEUTER or form.endswith(NEUTER_ENDS) for form in forms)

"""Whether a noun is neuter, since "1" is "ett" before it and "én" before others."""

import re

from narration.ear.tables import LISTS

_NEUTER = LISTS["neuter_nouns"]
#: Ends of compounds whose last part is neuter, long enough not to fit other words by chance.
_ENDS = (*(word for word in _NEUTER if len(word) > 3), "eri", "ment")
#: Adjectives in the neuter, which end in -t, and the few others.
_ADJECTIVE = re.compile(
    r"(?:eget|annet|slikt|lite|nytt|stort|godt|helt|nærmere|viktig(?=e)|\w{2,}(?:[rnlkgps]t|tt))$"
)
_NOT_ADJECTIVES = re.compile(
    r"(?:\w*(?:rett|debatt|patent|student|klient|kunst|post|vert|vekst|frist|plikt|makt|kraft|fart"
    r"|tekst|rekrutt|konsulent|agent|dosent|assistent|prosent|produsent|kontrakt|profitt|utgift"
    r"|inntekt|avgift|bedrift|dott|lapp|kort|part|start|mest|prest|gjest|test|kontrast|protest|rest"
    r"|tomt|mynt|natt|slott|rett|pott|hatt|rabatt|etat|planet|duett|hest|fest|bukt|vakt|skatt|innsats"
    r"|styrt|port|sort|elefant|kandidat|resept|akt|jakt|utsikt|forskrift|skrift|drift|gift|lift|takt"
    r"))$"
)


#: Ends of adjectives that are alike before all nouns.
_ALIKE = ("ig", "sk", "ende", "bra", "ekstra")


def is_neuter(following: str) -> bool:
    """Says whether what follows a number begins with a neuter noun, or an adjective before one."""
    words = re.findall(r"[^\W\d_]+", following[:60].lower())[:3]
    for word in words:
        if _NOT_ADJECTIVES.match(word) and not _is_neuter_noun(word):
            return False
        if _is_neuter_noun(word):
            return True
        if word.endswith(_ALIKE):
            continue
        if not _ADJECTIVE.match(word):
            return False
        if word in words[-1:]:
            return True
    return False


def _is_neuter_noun(word: str) -> bool:
    bare = word.removesuffix("er") if word.endswith("er") else word.removesuffix("r")
    return any(form in _NEUTER or form.endswith(_ENDS) for form in {word, bare})

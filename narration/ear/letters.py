"""The names of the letters, in spellings that speech engines say right.

"d" is "dé", since "de" alone is a pronoun that is said "di".
"""

NAMES = {
    "a": "a",
    "b": "be",
    "c": "se",
    "d": "dé",
    "e": "e",
    "f": "eff",
    "g": "ge",
    "h": "hå",
    "i": "i",
    "j": "jodd",
    "k": "kå",
    "l": "ell",
    "m": "emm",
    "n": "enn",
    "o": "o",
    "p": "pe",
    "q": "ku",
    "r": "err",
    "s": "ess",
    "t": "te",
    "u": "u",
    "v": "ve",
    "w": "dobbelt-ve",
    "x": "eks",
    "y": "y",
    "z": "sett",
    "æ": "æ",
    "ø": "ø",
    "å": "å",
    "ä": "æ",
    "ö": "ø",
    "ü": "y",
}


def spelled(letters: str) -> str:
    """Returns the names of the letters: "enn err kå" for "NRK". Other characters stay."""
    return " ".join(NAMES.get(letter, letter) for letter in letters.lower())

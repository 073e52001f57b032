"""What the bench writes where a text is wanted; needs no Django."""

import random

#: How many parts a series has.
PARTS = 25
WORDS = (
    *("salg", "kunde", "møte", "pris", "verdi", "tillit", "tid", "plan", "mål", "arbeid"),
    *("bedrift", "leder", "marked", "avtale"),
)


def sentence(words: int) -> str:
    return " ".join(random.choices(WORDS, k=words)).capitalize() + "."

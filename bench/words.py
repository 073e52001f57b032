"""Random text for the bench. It needs no Django."""

import random

#: Parts in a full series.
PARTS = 25
WORDS = (
    *("salg", "kunde", "møte", "pris", "verdi", "tillit", "tid", "plan", "mål", "arbeid"),
    *("bedrift", "leder", "marked", "avtale"),
)


def sentence(words: int) -> str:
    return " ".join(random.choices(WORDS, k=words)).capitalize() + "."

"""Guesses the stem of a word that is in no dictionary: a name, a new word, a word from abroad."""

#: Endings of nouns, verbs and adjectives, the longest first; bokmål's and nynorsk's.
_ENDINGS = (
    "hetene", "heitene", "enes", "anes", "erne", "arne", "ande", "ende", "else", "este", "aste",
    "ene", "ane", "ens", "ers", "ets", "est", "ast", "ede", "ete", "ere", "are", "het", "en",
    "er", "ar", "et", "es", "as", "te", "de", "e", "a", "s",
)  # fmt: skip
_SHORTEST = 3
_VOWELS = frozenset("aeiouyæøå")


def stem(word: str) -> str:
    """Returns the word without its ending. At least three letters and a vowel stay."""
    if not word.isalpha():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            if len(rest) >= _SHORTEST and not _VOWELS.isdisjoint(rest):
                return rest
    return word

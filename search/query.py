"""What a reader typed, taken apart: words, "phrases", and -words or -"phrases" that must not stand
in a text. An excluded word that is two, such as -e-post, is a phrase too."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.formula import Choice, Formula
from search.models.documents import Span
from search.vocabulary import token_of
from search.words.keys import STOP_WORDS, keys_of
from search.words.tokens import folded, tokens

#: Characters. What comes after is not searched for.
LONGEST = 200
#: Words. Every word is one more list of documents to go through.
MOST_WORDS = 8
#: Of each kind. Every phrase is looked for in the texts of all that was found.
MOST_PHRASES = 4
#: Below this, a word typed partly would stand for too many words.
SHORTEST_START = 3
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\ufeff]+")
#: The quotation marks of Norwegian, English and German keyboards, and straight ones.
QUOTES = re.compile(r'["«»“”„‟″]')
IMPACTS = (1, 2, 3)


def cleaned(asked: str) -> str:
    """`asked` on one line, without control characters, at most LONGEST characters."""
    return " ".join(CONTROL.sub(" ", asked[: 4 * LONGEST]).split())[:LONGEST].strip()


#: Folded words, side by side.
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """A word that a text must hold, in any of its forms."""

    #: Folded, as it was typed.
    word: str
    keys: tuple[str, ...]

    @classmethod
    def of(cls, word: str) -> "Wanted":
        keys = keys_of(word)
        return cls(keys.word, keys.lemmas or (keys.word,))

    def tokens(self, spans: Sequence[Span], least: int = 1) -> Choice:
        """The tokens of documents in `spans` that hold it with at least the impact `least`."""
        return tuple(
            f"{span}·{token_of(key, impact)}"
            for span in spans
            for key in self.keys
            for impact in IMPACTS[least - 1 :]
        )


@dataclass(frozen=True)
class Query:
    """A search, before anything is looked up."""

    words: tuple[Wanted, ...] = ()
    #: The words of these are in `words` too.
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Wanted, ...] = ()
    #: Phrases that must not stand in a text. Their words may.
    excluded_phrases: tuple[Phrase, ...] = ()

    @classmethod
    def of(cls, asked: str) -> "Query":
        words: dict[str, Wanted] = {}
        phrases: list[Phrase] = []
        excluded: list[Wanted] = []
        excluded_phrases: list[Phrase] = []
        for text, is_phrase, is_excluded in _pieces(asked):
            found = [folded(token.text) for token in tokens(text)]
            wanted = [Wanted.of(word) for word in found if word]
            # «-e-post» excludes neither «e» nor «post».
            if (is_phrase or is_excluded) and len(found) > 1:
                (excluded_phrases if is_excluded else phrases).append(tuple(found))
            elif is_excluded:
                excluded += wanted
            if not is_excluded:
                words |= {each.word: each for each in wanted}
        # Function words stand in every text, and only their titles are indexed by them.
        telling = [w for w in words.values() if w.word not in STOP_WORDS] or list(words.values())
        return cls(
            tuple(telling[:MOST_WORDS]),
            tuple(phrases[:MOST_PHRASES]),
            tuple(excluded[:MOST_WORDS]),
            tuple(excluded_phrases[:MOST_PHRASES]),
        )

    def __bool__(self) -> bool:
        return bool(self.words)

    def formulas(self, spans: Sequence[Span]) -> Iterator[Formula]:
        """What to ask for, from the best matches on. The last gives all that the others give."""
        without = tuple(t for each in self.excluded for t in each.tokens(spans))
        all_of = tuple(each.tokens(spans) for each in self.words)
        best = tuple(each.tokens(spans, 3) for each in self.words)
        yield Formula(best, without)
        if len(self.words) > 1:
            yield Formula((tuple(t for choice in best for t in choice), *all_of), without)
        yield Formula(tuple(each.tokens(spans, 2) for each in self.words), without)
        yield Formula(all_of, without)


def _pieces(asked: str) -> Iterator[tuple[str, bool, bool]]:
    """(text, is a phrase, is excluded) of each part. A quote that is not closed ends the text."""
    parts = QUOTES.split(asked)
    is_excluded = False
    for number, part in enumerate(parts):
        if number % 2:
            yield part, True, is_excluded
            is_excluded = False
            continue
        # A hyphen excludes only before a word: «e-post» is two words, and « - » is a dash.
        for word in part.split():
            yield word.lstrip("-+"), False, word.startswith("-") and len(word) > 1
        is_excluded = part.endswith("-") and (len(part) == 1 or part[-2].isspace())

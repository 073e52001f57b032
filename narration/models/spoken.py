"""What is said of each passage."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import models

from articles.models import Passage
from articles.publishing.speech import Utterance, utf16_length
from narration.ear.sentences import split


class Sentence(NamedTuple):
    text: str
    #: The id of the element on the page, and where in its text the sentence lies, in UTF-16 units.
    #: Both are 0 for the whole element.
    address: str
    start: int = 0
    end: int = 0
    is_heading: bool = False
    #: Whether it is the last of its paragraph.
    is_last: bool = False


def sentences_of(utterances: Iterable[Utterance]) -> list[Sentence]:
    return [sentence for said in utterances for sentence in _sentences(said)]


def _sentences(said: Utterance) -> list[Sentence]:
    spans = split(said.text)
    found = []
    for number, (first, last) in enumerate(spans, 1):
        start = end = 0
        if said.start is not None:
            start = said.start + utf16_length(said.text[:first])
            end = start + utf16_length(said.text[first:last])
        text, is_last = " ".join(said.text[first:last].split()), number == len(spans)
        found.append(Sentence(text, said.address, start, end, said.is_heading, is_last))
    return found


def hash_of(sentences: Iterable[Sentence]) -> str:
    """Equal for texts that sound alike. A heading is followed by a longer pause."""
    said = [(each.text, each.is_heading, each.is_last) for each in sentences]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def digest_of(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()


class SpokenText(models.Model):
    """The sentences of a passage, as a voice says them. As locked as the passage.

    The row is deleted when the passage changes, and the worker makes it anew.
    """

    passage = models.OneToOneField(Passage, on_delete=models.CASCADE, related_name="spoken_text")
    #: Of `sentences`. A recording is found by it.
    hash = models.CharField(max_length=64, db_index=True)
    #: Of the passage's HTML that it was made from.
    digest = models.CharField(max_length=64)
    #: Rows of Sentence.
    sentences = models.JSONField()

    def __str__(self) -> str:
        return f"{self.passage_id}: {self.hash[:8]}"

    @property
    def said(self) -> list[Sentence]:
        return [Sentence(*row) for row in self.sentences]

    @classmethod
    def values_of(cls, sentences: Sequence[Sentence], html: str) -> dict[str, Any]:
        return {
            "hash": hash_of(sentences),
            "digest": digest_of(html),
            "sentences": [list(sentence) for sentence in sentences],
        }

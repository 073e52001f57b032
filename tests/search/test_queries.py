"""The judged queries in `queries.tsv` meet the words that a reader expects, and no others."""

from pathlib import Path

import pytest

from search.words.keys import keys_of

ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("queries.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def found(query, word):
    asked, held = keys_of(query), keys_of(word)
    return bool({asked.word, *asked.lemmas} & {held.word, *held.lemmas, *held.parts})


def words(kind, column):
    return [
        (row[1], word) for row in ROWS if row[0] == kind for word in row[column].split("|") if word
    ]


@pytest.mark.parametrize(
    ("kind", "share"),
    [("irregular", 0.98), ("regular", 0.98), ("nynorsk", 0.95), ("compound", 0.94)],
)
def test_expected_words_are_found(kind, share):
    pairs = words(kind, 2)
    missed = [pair for pair in pairs if not found(*pair)]
    assert len(missed) <= (1 - share) * len(pairs), missed


@pytest.mark.parametrize("kind", ["irregular", "compound"])
def test_other_words_are_not_found(kind):
    pairs = words(kind, 3)
    wrong = [pair for pair in pairs if found(*pair)]
    assert len(wrong) <= 0.1 * len(pairs), wrong


def test_half_of_the_queries_were_never_tuned_for():
    assert sum(row[4] == "unseen" for row in ROWS) >= 150

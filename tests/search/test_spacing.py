"""Words written apart or together by mistake are mended."""

import pytest

from search.words.spacing import joined, parted


@pytest.mark.parametrize(
    ("apart", "compound"),
    [
        (["språk", "modell"], "språkmodell"),
        (["salgs", "leder"], "salgsleder"),
        (["salg", "leder"], "salgsleder"),
        (["ny", "arbeids", "giver"], "arbeidsgiver"),
    ],
)
def test_a_compound_written_apart_is_offered_together(apart, compound):
    assert compound in joined(apart)


@pytest.mark.parametrize("words", [[], ["modell"], ["gode", "kunder"], ["i", "salg"]])
def test_other_neighbours_stay_apart(words):
    assert joined(words) == []


@pytest.mark.parametrize(
    ("together", "apart"),
    [
        ("sosialemedier", ("sosiale", "medier")),
        ("Nyekunder", ("nye", "kunder")),
        ("heletiden", ("hele", "tiden")),
    ],
)
def test_two_words_written_together_are_parted(together, apart):
    assert parted(together) == apart


@pytest.mark.parametrize("word", ["språkmodell", "salgsleder", "kunde", "xyzzy", "", "2026"])
def test_a_compound_stays_together(word):
    assert parted(word) is None

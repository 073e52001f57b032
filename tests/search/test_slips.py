"""The word that a reader meant is found."""

import pytest

from search.words.slips import Lookup, lookups, nearest

WORDS = (
    "intelligens", "språkmodell", "sykkel", "skjorte", "kjære", "gjøre", "ledelse", "lederen",
    "kunde", "kunden", "annonse", "vanskelig", "hvordan", "budsjett", "parallell", "ressurs",
)  # fmt: skip
VOCABULARY = [(word, 5) for word in WORDS]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("inteligens", "intelligens"),
        ("intelligesn", "intelligens"),
        ("spåkmodell", "språkmodell"),
        ("skykel", "sykkel"),
        ("kjorte", "skjorte"),
        ("skjære", "kjære"),
        ("jøre", "gjøre"),
        ("ledlese", "ledelse"),
        ("anonse", "annonse"),
        ("vanskeli", "vanskelig"),
        ("vordan", "hvordan"),
        ("budsjet", "budsjett"),
        ("paralell", "parallell"),
        ("resurs", "ressurs"),
        ("spraakmodell", "språkmodell"),
    ],
)
def test_a_slip_is_mended(typed, meant):
    assert nearest(typed, VOCABULARY)[0] == meant


def test_the_word_itself_is_no_correction():
    assert "kunde" not in nearest("kunde", VOCABULARY)


def test_the_commoner_of_two_words_as_near_comes_first():
    assert nearest("bolz", [("bolt", 1), ("bole", 40)]) == ["bole", "bolt"]


def test_at_most_three_come_back():
    assert len(nearest("kunke", [(f"kun{letter}e", 1) for letter in "abcdefgh"])) == 3


def test_a_short_word_is_left_alone():
    assert lookups("øl") == []
    assert nearest("øl", [("øy", 9)]) == []


def test_one_half_of_a_word_is_asked_for():
    assert lookups("budsjet") == [Lookup("word", "bud", 5, 9), Lookup("reversed", "tej", 5, 9)]


@pytest.mark.parametrize("word", ["brev", "produkt", "minister", "kode"])
def test_a_word_of_the_word_list_is_not_taken_for_another(word):
    candidates = [(other, 50) for other in ("bra", "brukt", "minutter", "mister", "gode", "krevd")]
    assert nearest(word, candidates) == []


def test_a_word_of_the_word_list_may_be_a_spelling_by_ear():
    assert nearest("rabbat", [("rabatt", 5)]) == ["rabatt"]

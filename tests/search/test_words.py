"""Words become keys, so that what belongs together meets."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words.keys import STOP_WORDS, VERSION, _parts_of_lemmas, is_known, keys_of
from search.words.table import Table, pack
from search.words.tokens import Token, folded, tokens


def meet(one, other):
    a, b = keys_of(one), keys_of(other)
    return bool({a.word, *a.lemmas} & {b.word, *b.lemmas})


def test_words_are_letters_and_digits():
    text = "E-posten fra Åse/NTNU: «idé_2», don't!"
    assert [token.text for token in tokens(text)] == [
        "E", "posten", "fra", "Åse", "NTNU", "idé", "2", "don", "t",
    ]  # fmt: skip
    assert all(text[token.start : token.end] == token.text for token in tokens(text))


def test_a_word_in_pieces_is_put_together():
    apart = unicodedata.normalize("NFD", "på tå")
    assert list(tokens(apart)) == [Token("på", 0, 3), Token("tå", 4, 7)]


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "a\0b", "\u0301", "🙂", "\u202e\ufeff", "ﬁ"])
def test_odd_characters_break_nothing(text):
    for token in tokens(text):
        keys_of(token.text)
    keys_of(text)


def test_accents_go_and_norwegian_letters_stay():
    assert folded("Idé") == "ide"
    assert folded("ÆØÅ") == "æøå"
    assert folded("MÜLLER") == "muller"
    assert folded("a\u030a") == "å"


def test_a_folded_word_is_one_word_to_the_index():
    assert folded("ﬁn") == "fin"
    assert folded("１２") == "12"
    letters = filter(str.isalnum, map(chr, range(sys.maxunicode + 1)))
    found = [folded(token.text) for letter in letters for token in tokens(letter)]
    signs = re.compile(r"[\x00-/:-@\[-`{-\x7f·\s]")
    assert [word for word in found if not word or signs.search(word)] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bok", "bøkene"),
        ("mann", "menn"),
        ("gå", "gikk"),
        ("god", "bedre"),
        ("liten", "små"),
        ("framtid", "fremtiden"),
        ("idé", "ideer"),
        ("BEDRIFT", "bedriftene"),
        ("bedrift", "bedriftens"),
        ("prompt", "promptene"),
    ],
)
def test_the_forms_of_a_word_meet(one, other):
    assert meet(one, other)


@pytest.mark.parametrize(
    ("nynorsk", "bokmal"),
    [
        ("mogleg", "mulig"),
        ("moglegheiter", "mulighet"),
        ("arbeidsgivarane", "arbeidsgiver"),
        ("verksemda", "virksomhet"),
        ("fagforeiningar", "fagforening"),
    ],
)
def test_nynorsk_meets_bokmal(nynorsk, bokmal):
    assert meet(nynorsk, bokmal)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("språkmodellen", {"språk", "modell"}),
        ("salgsleder", {"salg", "leder"}),
        ("salgstrakten", {"salg", "trakt"}),
        ("håndverksbedrift", {"håndverk", "bedrift"}),
    ],
)
def test_a_compound_has_the_keys_of_its_parts(word, parts):
    assert parts <= set(keys_of(word).parts)


@pytest.mark.parametrize("word", ["kontraktene", "bedriftens", "dagens", "bilen", "sola"])
def test_an_ending_is_no_part(word):
    assert keys_of(word).parts == ()


def test_known_words_are_known():
    assert is_known("Bøker")
    assert not is_known("xyzzy")


def test_a_word_stays_the_same_whatever_its_case():
    assert keys_of("Språkmodell") == keys_of("språkmodell")


def test_function_words_of_both_languages_are_stop_words():
    assert {"og", "ikke", "ikkje", "eg", "jeg", "som", "på"} <= STOP_WORDS
    assert all(word == folded(word) for word in STOP_WORDS)


def test_the_version_names_code_and_data():
    code, digest = VERSION.split("-")
    assert code.isdigit()
    assert len(digest) == 16


def test_a_long_word_is_not_cut():
    assert keys_of("a" * 100_000).parts == ()


@given(st.text())
def test_any_text_has_tokens_and_keys(text):
    for token in tokens(text):
        assert token.text == unicodedata.normalize("NFC", text[token.start : token.end])
        keys = keys_of(token.text)
        assert keys.word == folded(token.text)
        assert keys.lemmas
    assert keys_of(text).lemmas


@given(st.text())
def test_folding_twice_is_folding_once(word):
    assert folded(folded(word)) == folded(word)


def test_a_part_that_means_its_own_compound_ends(tmp_path, monkeypatch):
    pack({"storby": ["storby"], "stor": ["stor"], "by": ["storby"]}, {}, {"storby": 4}, tmp_path)
    monkeypatch.setattr("search.words.keys._TABLE", Table(tmp_path))
    assert _parts_of_lemmas(("storby",)) == ("stor", "storby")

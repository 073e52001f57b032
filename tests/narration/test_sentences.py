"""A paragraph is cut into sentences where a reader hears them end."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narration.ear.sentences import LONGEST, split


def sentences(text):
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    "marked",
    [
        "Vi leser.|Vi skriver.",
        "Er det sant?|Ja!|Det er sant.",
        "Vi selger bl.a. Toyota og f.eks. Volvo.|De er dyre.",
        "Møtet er kl. 10 på mandag.|Kom da.",
        "Det var 3. mai.|Sola skinte.",
        "Se § 4. Den gjelder alle.",
        "Kjetil S. Sander skriver.|J.K. Rowling og H. Ibsen skrev.",
        "Hun er nr. 3 på lista.|Han er nr. 4.",
        "Det var ca. 10 der.|Ingen gikk.",
        "Det skjedde i 2024.|Vi husker det.",
        "Han sa: «Kom hit!»|Så gikk han.",
        "«Er du der?» spurte hun.|«Ja.»|Det var alt.",
        "Vi venter …|Kanskje kommer de.",
        "Vi venter … kanskje kommer de.",
        "Vi har sko, klær osv.|Butikken er stor.",
        "Dr. Hansen og prof. Olsen kom.|Adm.dir. Nilsen gikk.",
        "Adm. dir. Nilsen og f. eks. Berg kom.|Resten gikk.",
        "Kong Harald 5. åpnet møtet.|Alle reiste seg.",
        "Han var ferdig (se s. 5).|Vi gikk.",
        "Prisen er 3.500 kr.|Det er dyrt.",
        "Ta vitamin C.|Det hjelper.",
        "Boka er min.|Ikke din.",
        "Vi trenger min. 3 personer.|Flere er bedre.",
        "Jf. Prop. 12 L.|Loven ble endret.",
        "Se www.example.no.|Der står alt.",
        "10 personer kom.|20 ble borte.",
        "Vi gikk.|– Nei, sa han.|– Jo, sa hun.",
        "Er du gal?!|Aldri.",
        "Det gjelder EU, USA o.l.|Norge er med.",
        "Kl. 14. 3 personer kom.",
        "Hun bor i St. Hanshaugen.|Han bor på Frogner.",
    ],
)
def test_sentences_end_at_the_marks(marked):
    assert sentences(marked.replace("|", " ")) == marked.split("|")


def test_an_empty_text_has_no_sentence():
    assert split("") == []
    assert split(" \n ") == []


def test_a_long_sentence_is_cut_at_a_pause():
    part = "Dette er en lang setning som aldri tar slutt"
    text = ", ".join([part] * 10) + "; " + ", ".join([part] * 10) + "."
    pieces = sentences(text)
    assert all(len(piece) <= LONGEST for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert all(piece[-1] in ",;." for piece in pieces)


def test_figures_are_not_cut_in_two():
    text = "Tallene er " + " ".join(["3,5"] * 300)
    assert all(piece.endswith("3,5") for piece in sentences(text))


@given(st.text(st.sampled_from("abcÆØ .!?…«»()\n123,;–S") | st.characters(), max_size=300))
def test_nothing_but_spaces_lies_between_sentences(text):
    spans = split(text)
    place = 0
    for start, end in spans:
        assert place <= start < end
        assert not text[place:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert end - start <= LONGEST
        place = end
    assert not text[place:].strip()


@pytest.mark.parametrize("unit", ["a", "a ", ".", "A. ", "bl.a. ", "«", "… ", "1. ", "Ja. ", ". A"])
def test_the_time_grows_no_faster_than_the_text(unit):
    def seconds(size):
        text = unit * (size // len(unit))
        start = time.process_time()
        split(text)
        return time.process_time() - start

    assert min(seconds(160_000) for _ in range(2)) < 24 * max(seconds(20_000), 0.002)

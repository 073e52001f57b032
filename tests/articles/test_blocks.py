"""The words by which search finds a block, and the words that a reading voice says."""

import threading

import pytest
from django.utils import translation
from wagtail import blocks

from accounts.access import Access
from articles.models import Article
from articles.publishing.speech import spoken
from tests import factories
from tests.factories import block, gate, text

TABLE = {
    "columns": [{"type": "text", "heading": "Kopp"}, {"type": "number", "heading": ""}],
    "rows": [
        {"values": ["<p>Svart[^1]</p>", "<p>12</p>"]},
        {"values": ["<p>Melk <b>og</b> te</p>", ""]},
    ],
    "caption": "Priser",
}


def words_of(stored: dict) -> tuple[str, str]:
    """Returns (the text that is searched, the text that is spoken)."""
    (bound,) = Article._meta.get_field("body").to_python([stored])
    runs = spoken([bound], Access.PUBLIC)
    return bound.block.search_text(bound.value), " ".join(said.text for run in runs for said in run)


def test_of_a_text_all_words_are_found_and_said_without_the_marks():
    words = "Tittel Et ord til"
    assert words_of(text("<h2>Tittel</h2><p>Et <b>ord</b>[^1] til</p>")) == (words, words)


def test_an_empty_text_says_nothing():
    assert words_of(text("<p></p>")) == ("", "")


def test_a_definition_is_found_and_said_as_it_is_read():
    definition = block("definition", {"term": "Ål", "text": "<p>En fisk.[^1]</p>"})
    with translation.override("en"):
        assert words_of(definition) == ("Definisjon Ål En fisk.", "Definisjon: Ål. En fisk.")


def test_a_table_is_said_row_by_row():
    searched, said = words_of(block("table", TABLE))
    assert searched == "Priser Kopp Svart 12 Melk og te"
    assert said == "Tabell: Priser. Kopp: Svart, 12. Kopp: Melk og te."


def test_of_a_large_table_only_the_heading_is_said():
    large = {**TABLE, "rows": TABLE["rows"] * 10}
    assert words_of(block("table", large))[1] == "Tabell: Priser."
    assert words_of(block("table", {**large, "caption": ""}))[1] == "En tabell."


def test_what_is_said_knows_its_place_on_the_page():
    html = "<h2>Tittel</h2><p>Et 😀 <b>ord</b>[^1] til.<br>Og mer.</p>"
    html += "<ul><li>En</li><li>To</li></ul><hr>"
    (bound,) = Article._meta.get_field("body").to_python([text(html)])
    assert [tuple(said) for said in bound.block.spoken(bound.value, "x")] == [
        ("b-x-1", "Tittel", 0, True),
        ("b-x-2", "Et 😀 ord til.", 0, False),
        ("b-x-2", "Og mer.", 14, False),
        ("b-x-3", "En", 0, False),
        ("b-x-3", "To", 2, False),
    ]


def test_a_footnote_is_found_and_not_said():
    note = block("footnote", {"label": "1", "text": "<p>Målt i <b>tre</b> uker.</p>"})
    assert words_of(note) == ("Målt i tre uker.", "")


def test_a_gate_is_neither_found_nor_said():
    assert words_of(gate("Hva koster koppen?")) == ("", "")


@pytest.mark.django_db
def test_of_a_picture_the_caption_is_said_until_it_is_gone():
    picture = factories.make_picture()
    shown = block("picture", {"picture": picture.pk, "alt": "To kopper", "caption": "De er varme."})
    assert words_of(shown) == ("De er varme.", "Bilde: De er varme.")
    picture.delete()
    assert words_of(shown) == ("", "")


def test_no_request_validates_while_another_has_taken_away_what_is_required(monkeypatch):
    body = Article._meta.get_field("body").stream_block
    inside, overlap = threading.Event(), threading.Event()
    clean = blocks.StreamBlock.clean

    def slow_clean(block, value):
        if inside.is_set():
            overlap.set()
        inside.set()
        overlap.wait(0.5)  # for the other thread to come in, if it can
        inside.clear()
        return clean(block, value)

    monkeypatch.setattr(blocks.StreamBlock, "clean", slow_clean)
    value = body.to_python([])
    deferring = threading.Thread(target=body.clean_deferred, args=(value,))
    deferring.start()
    inside.wait(60)
    body.clean(value)
    deferring.join(60)
    assert not overlap.is_set()

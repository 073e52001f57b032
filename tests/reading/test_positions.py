"""A reading position is found again after the text has changed."""

from hypothesis import given
from hypothesis import strategies as st

from reading.positions import ReadingPosition, addresses, block_of, position_at, position_now

A, B, C = (f"b-{letter * 8}-0000-4000-8000-000000000000" for letter in "abc")


def passage(**blocks: list[str]) -> str:
    """Renders `blocks`: a=["one", "two"] becomes the paragraphs of block A."""
    names = {"a": A, "b": B, "c": C}
    return "\n".join(
        f'<p id="{names[name]}-{n}">{words}</p>'
        for name, paragraphs in blocks.items()
        for n, words in enumerate(paragraphs, 1)
    )


TEXT = [passage(a=["en", "to"], b=["tre", "fire"]), passage(c=["fem"])]


def test_a_place_knows_its_words_and_the_blocks_before_it():
    assert position_at(f"{B}-2", TEXT) == ReadingPosition(f"{B}-2", 60, "fire", [A])
    assert position_at(f"{A}-1", TEXT) == ReadingPosition(f"{A}-1", 0, "en", [])


def test_an_address_that_is_not_in_the_text_is_no_place():
    assert position_at(f"{B}-9", TEXT) is None
    assert position_at(f"{C}-1", TEXT[:1]) is None


def test_figures_tables_and_boxes_are_places_and_a_term_is_not():
    html = f'<figure class="picture" id="{A}"><img alt=""></figure>' + (
        f'<aside id="{B}" aria-labelledby="{B}-term"><p id="{B}-term">Ord</p>'
        f'<p id="{B}-1">Betyr.</p></aside>'
    )
    assert list(addresses([html])) == [A, B, f"{B}-1"]


def found_in(*passages: str) -> str:
    stored = position_at(f"{B}-2", TEXT)
    assert stored is not None
    return position_now(stored, list(passages))


def test_an_unchanged_text_gives_the_same_place():
    assert found_in(*TEXT) == f"{B}-2"


def test_a_paragraph_that_moved_within_its_block_is_known_by_its_words():
    assert found_in(passage(b=["ny", "tre", "fire"])) == f"{B}-3"


def test_a_paragraph_in_a_block_that_was_split_off_is_known_by_its_words():
    assert found_in(passage(b=["tre"], c=["fire", "fem"])) == f"{C}-1"
    assert found_in(passage(b=["tre"], c=["fire", "fire"])) == f"{B}-1"


def test_a_paragraph_that_was_rewritten_is_found_by_its_number():
    assert found_in(passage(b=["tre", "firre"])) == f"{B}-2"


def test_a_paragraph_that_is_gone_gives_the_last_of_its_block():
    assert found_in(passage(a=["en"], b=["tre"])) == f"{B}-1"


def test_a_block_that_is_gone_gives_the_end_of_the_nearest_before_it():
    assert found_in(passage(a=["en", "to"], c=["fem"])) == f"{A}-2"


def test_where_nothing_is_left_there_is_no_place():
    assert found_in(passage(c=["fem"])) == ""


def test_the_block_of_an_address():
    assert block_of(f"{A}-12") == A
    assert block_of(A) == A
    assert block_of("b-egen-id-3") == "b-egen-id"


@given(
    st.lists(st.text(max_size=6), min_size=1, max_size=4),
    st.dictionaries(st.sampled_from("abc"), st.lists(st.text(max_size=6), max_size=4)),
)
def test_the_place_that_is_found_is_in_the_text(before, after):
    stored = position_at(f"{B}-{len(before)}", [passage(a=["en"], b=before)])
    html = passage(**after)
    found = position_now(stored, [html]) if stored else ""
    assert found == "" or found in addresses([html])

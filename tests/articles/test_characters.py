"""Characters that are taken out of every text."""

import time
import unicodedata

import pytest

from articles.characters import clean
from articles.publishing.links import links_in, own_path
from articles.slugs import norwegian_slug, sort_key

ACUTE, DOT_BELOW = "\u0301", "\u0323"


def test_thirty_marks_stand_on_a_letter_and_no_more():
    assert clean("e" + ACUTE * 31 + "x") == "e" + ACUTE * 30 + "x"
    assert clean("e" + ACUTE * 30 + "x") == "e" + ACUTE * 30 + "x"
    assert clean("Trần Hưng Đạo, ế") == "Trần Hưng Đạo, ế"
    spoken = unicodedata.normalize("NFD", "Trần Hưng Đạo på Ås, ế")
    assert clean(spoken) == spoken


def test_a_link_to_a_page_beyond_all_pages_is_read():
    [link] = links_in(f'<a linktype="page" id="{"1" * 5000}">Hit</a>')
    assert link.page == int("1" * 18)


@pytest.mark.parametrize(
    "read",
    [
        lambda text: unicodedata.normalize("NFC", clean(text)),
        norwegian_slug,
        sort_key,
        lambda text: own_path(f"https://{text}.no/"),
    ],
)
@pytest.mark.parametrize("sign", [ACUTE, *"\u0f73\u0f75\u0f81\uff9e\uff9f"])
def test_marks_take_no_more_time_than_letters(read, sign):
    def seconds(text):
        times = []
        for number in range(3):
            start = time.process_time()
            read(f"{text}{number}")  # Python keeps the addresses that it has taken apart
            times.append(time.process_time() - start)
        return min(times)

    # By a square law the marks would take thousands of times as long.
    marks = "a" + (ACUTE * 15_000 + DOT_BELOW * 15_000 if sign == ACUTE else sign * 30_000)
    assert seconds(marks) < 30 * max(seconds("å" * 30_000), 0.002)

"""Dates and lengths, in words."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from articles import in_words
from articles.in_words import iso
from articles.templatetags.reading import dated

LATE = datetime(2026, 5, 2, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_it_is_said_in_norwegian_whoever_asks(language):
    in_words.day.cache_clear()
    in_words.minutes.cache_clear()
    with translation.override(language):
        assert in_words.day(date(2026, 5, 3)) == "3. mai 2026"
        assert in_words.minutes(7) == "7 minutter"


def test_a_day_begins_at_midnight_here():
    assert dated(LATE) == "3. mai 2026"
    assert dated(date(2026, 5, 2)) == "2. mai 2026"
    assert (dated(None), iso(None)) == ("", "")
    assert iso(LATE) == "2026-05-03T00:30:00+02:00"
    assert iso(date(2026, 5, 2)) == "2026-05-02"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, "1 minutt"), (119, "119 minutter"), (120, "2 timer"), (1119, "19 timer")],
)
def test_what_is_very_long_is_counted_in_hours(minutes, said):
    assert in_words.minutes(minutes) == said

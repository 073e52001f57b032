"""A page shows its own sponsor line, or else its series', or else the site's."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from sponsors.models import Sponsorship
from tests import factories

pytestmark = pytest.mark.django_db


def line(visitor, article) -> str:
    page = visitor.get(article.get_absolute_url()).content.decode()
    return page[page.index("<article") : page.index("<h1")]


def test_the_line_is_marked_as_the_advertisement_it_is(article, visitor):
    Sponsorship.objects.create(text="Domene fra Vert", url="https://vert.example/", page=article)
    shown = line(visitor, article)
    assert "Annonse" in shown
    assert "Domene fra Vert" in shown
    assert 'rel="sponsored' in shown


def test_the_nearest_line_wins(article, series, visitor):
    Sponsorship.objects.create(text="Hele nettstedet")
    assert "Hele nettstedet" in line(visitor, article)
    Sponsorship.objects.create(text="Serien", page=series)
    assert "Serien" in line(visitor, article)
    Sponsorship.objects.create(text="Artikkelen", page=article)
    assert "Artikkelen" in line(visitor, article)
    other = factories.make_article(factories.make_series("annen", "Annen"))
    assert "Hele nettstedet" in line(visitor, other)


def test_a_nearer_line_wins_though_another_is_newer(article, series, visitor):
    now = timezone.now()
    Sponsorship.objects.create(text="Artikkelen", page=article, starts_at=now - timedelta(days=3))
    Sponsorship.objects.create(text="Serien", page=series, starts_at=now - timedelta(days=2))
    Sponsorship.objects.create(text="Hele nettstedet", starts_at=now - timedelta(days=1))
    assert "Artikkelen" in line(visitor, article)
    Sponsorship.objects.create(text="Den nye", page=article, starts_at=now - timedelta(days=1))
    assert "Den nye" in line(visitor, article)


@pytest.mark.parametrize(("starts", "ends", "is_shown"), [
    (-2, -1, False), (-1, 1, True), (1, 2, False), (None, 1, True), (-1, None, True),
])  # fmt: skip
def test_a_line_is_shown_in_its_period_only(article, visitor, starts, ends, is_shown):
    def day(n):
        return None if n is None else timezone.now() + timedelta(days=n)

    Sponsorship.objects.create(text="Vert", starts_at=day(starts), ends_at=day(ends))
    assert ("Vert" in line(visitor, article)) is is_shown


def test_a_period_can_t_end_before_it_starts():
    now = timezone.now()
    with pytest.raises(ValidationError):
        Sponsorship(text="x", starts_at=now, ends_at=now - timedelta(days=1)).full_clean()

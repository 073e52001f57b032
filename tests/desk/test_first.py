"""What a new editor meets on a portal where nothing is written."""

import pytest

from articles.models import Series
from tests import factories
from tests.conftest import logged_in, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return logged_in(person("redaktor@example.no", group="Editors"))


def test_an_empty_portal_says_what_to_do_first(editor):
    page = editor.get("/admin/").content.decode()
    assert "Lag den første serien" in page
    assert "Venter på meg" not in page  # nothing can wait yet


def test_with_a_series_the_first_article_is_next(editor):
    series = factories.make_series("serien", "Serien")
    page = editor.get("/admin/").content.decode()
    assert f"/admin/pages/add/articles/article/{series.pk}/" in page
    assert "Serien er laget" in page
    assert "Lag den første serien" not in page


def test_with_an_article_the_start_page_is_todays(editor):
    factories.draft_article(factories.make_series("serien", "Serien"))
    page = editor.get("/admin/").content.decode()
    assert "Venter på meg" in page
    assert "Begynn her" not in page


def test_a_writer_is_offered_no_series_of_their_own(series):
    Series.objects.all().delete()
    page = logged_in(person("skribent@example.no", group="Writers")).get("/admin/").content.decode()
    assert "Lag den første serien" not in page


def test_only_the_latest_series_are_offered(editor, monkeypatch):
    monkeypatch.setattr("desk.today.OFFERED", 2)
    for n in range(3):
        factories.draft_article(factories.make_series(f"serie-{n}", f"Serie {n}"))
    page = editor.get("/admin/").content.decode()
    offered = page[page.index("write-where") :]
    assert offered.count("/admin/pages/add/articles/article/") == 2
    assert "Alle serier" in offered

"""The panel's search finds articles by the words in their text, for those who may read it."""

import pytest

from tests import factories
from tests.conftest import logged_in
from tests.factories import gate, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def cheese(series):
    body = [text("<p>Åpent.</p>"), gate(), text("<p>Kjelleren er fuktig.</p>")]
    return factories.make_article(series, body, title="Ost og vin", slug="ost")


def found(client, typed: str, more: str = "", path: str = "") -> str:
    answer = client.get(f"/admin/pages/search/{path}?q={typed}{more}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_editor_finds_an_article_by_its_text(as_editor, cheese):
    page = found(as_editor, "kjelleren")
    assert "Ost og vin" in page
    assert "Fant 0 sider" not in page
    assert "Ost og vin" in found(as_editor, "kjelleren", path="results/")
    assert "Ost og vin" in found(as_editor, "kjelleren", "&content_type=articles.article")
    assert "Ost og vin" in found(as_editor, "kjelleren", "&ordering=title")


def test_a_writer_finds_titles_only(writer, cheese):
    assert "Ost og vin" not in found(logged_in(writer), "kjelleren")
    assert "Ost og vin" in found(logged_in(writer), "ost")


def test_titles_come_before_texts(as_editor, cheese, series):
    titled = factories.draft_article(series, title="Kjelleren", slug="kjelleren")
    page = found(as_editor, "kjelleren")
    places = [page.index(f"/admin/pages/{article.pk}/edit/") for article in (titled, cheese)]
    assert places == sorted(places)


def test_a_text_is_not_found_among_other_kinds_of_pages(as_editor, cheese):
    assert "Ost og vin" not in found(as_editor, "kjelleren", "&content_type=articles.series")


def test_a_draft_is_found_by_its_title(as_editor, cheese, series):
    factories.draft_article(series, title="Kladden", slug="kladden")
    assert "Kladden" in found(as_editor, "kladd")

"""Nobody can post an id to find an object that a chooser doesn't offer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    rich_text,
    streamfield,
)

from articles.models import Article, Author, Picture, Series
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(series, writer) -> Article:
    article = factories.draft_article(series, [], title="Min", slug="min", owner=writer)
    article.save_revision(user=writer)
    return article


@pytest.fixture
def picture(editor) -> Picture:
    """A picture that the editor uploaded, and that no published page shows."""
    picture = factories.make_picture("kanaribildeqxz.png", size=(60, 40))
    picture.uploaded_by_user = editor
    picture.save()
    return picture


@pytest.fixture
def author() -> Author:
    author = factories.make_author("utkast", "kanariforfatterqxz")
    author.unpublish()
    return author


def shown(picture: Picture) -> list[tuple[str, dict[str, object]]]:
    return [("picture", {"picture": picture.pk, "alt": "", "caption": ""})]


def linked(page) -> list[tuple[str, str]]:
    return [("text", rich_text(f'<p><a linktype="page" id="{page.pk}">her</a></p>'))]


def sent(client: Client, article: Article, *, title="Min", body=(), by_line=(), to="edit_page"):
    """Posts the form. Returns the text of the answer, and of the preview and the form after it."""
    posted = nested_form_data(
        {
            "title": title,
            "slug": "min",
            "lead": "x",
            "body": streamfield(body),
            "by_line": inline_formset([{"author": author.pk} for author in by_line]),
            "comments": inline_formset([]),
        }
    )
    address = reverse(to, args=[article.pk])
    answers = [client.post(address, posted), client.get(f"{address}?mode=member")]
    answers.append(client.get(f"/admin/pages/{article.pk}/edit/"))
    answers.append(client.get(f"/admin/pages/{article.pk}/view_draft/?mode=member"))
    return "".join(answer.content.decode() for answer in answers)


@pytest.mark.parametrize("to", ["edit_page", "wagtailadmin_pages:preview_on_edit"])
@pytest.mark.parametrize("title", ["Min", ""])  # a form with errors is shown again
def test_a_writer_finds_nothing_by_its_number(to, title, own, *, picture, author, writer):
    other = factories.draft_article(factories.make_series("annen"), slug="kanaridelqxz")
    client = logged_in(writer)
    for what in ({"body": shown(picture)}, {"body": linked(other)}, {"by_line": [author]}):
        text = sent(client, own, title=title, to=to, **what)
        assert "kanari" not in text
        assert picture.file_hash not in text


def test_a_writer_uses_what_is_published_and_what_is_theirs(own, article, picture, writer):
    picture.uploaded_by_user = writer
    picture.save()
    author = factories.make_author()
    body = [*shown(picture), *linked(article), *linked(own)]
    assert "kanaribildeqxz" in sent(logged_in(writer), own, body=body, by_line=[author])
    draft = Article.objects.get(pk=own.pk).get_latest_revision_as_object()
    assert len(draft.body) == 3
    assert [place.author_id for place in draft.by_line.all()] == [author.pk]


def test_a_writer_keeps_what_an_editor_has_put_in(own, picture, writer, editor):
    sent(logged_in(editor), own, body=shown(picture))
    text = sent(logged_in(writer), own, title="Omdøpt", body=shown(picture))
    assert "Omdøpt" in text
    assert Article.objects.get(pk=own.pk).get_latest_revision_as_object().title == "Omdøpt"


def test_a_writer_takes_no_picture_for_a_series_by_its_number(picture, writer):
    home = factories.Home.objects.get()
    address = f"/admin/pages/add/articles/series/{home.pk}/"
    form = {"title": "Ny", "slug": "ny", "lead": "x", "picture": picture.pk}
    posted = nested_form_data({**form, "comments": inline_formset([])})
    answer = logged_in(writer).post(address, posted)
    assert "kanari" not in answer.content.decode()
    assert not Series.objects.filter(slug="ny").exists()


@pytest.mark.parametrize(("who", "is_shown"), [("writer", False), ("editor", True)])
def test_a_tick_in_a_preview_tells_a_writer_of_nothing(who, is_shown, request, writer):
    series = factories.make_series(owner=writer)
    part = factories.draft_article(series, title="kanariventerqxz", slug="venter")
    part.go_live_at = timezone.now() + timedelta(days=7)
    part.save_revision().publish()
    client = logged_in(request.getfixturevalue(who))
    form = {"title": "Serien", "slug": "serien", "lead": "x", "announces": "on"}
    address = f"/admin/pages/{series.pk}/edit/preview/"
    client.post(address, nested_form_data({**form, "comments": inline_formset([])}))
    text = client.get(f"{address}?mode=series").content.decode()
    assert "Serien" in text
    assert ("kanariventerqxz" in text) is is_shown

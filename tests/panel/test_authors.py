"""Authors by typing, and an author's own page."""

import pytest
from django.urls import reverse
from wagtail.models import Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from articles.models import Article, Author
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


def suggested(client, typed: str) -> list[str]:
    answer = client.get("/admin/forfattere/forslag/", {"q": typed})
    return [author["name"] for author in answer.json()["authors"]]


def test_an_author_is_found_by_the_start_of_any_name(as_editor):
    for slug, name in (("a", "Åse Lunde"), ("b", "Bo Aasen"), ("c", "Kari Ås")):
        factories.make_author(slug, name)
    assert suggested(as_editor, "ås") == ["Kari Ås", "Åse Lunde"]
    assert suggested(as_editor, "LUN") == ["Åse Lunde"]
    assert suggested(as_editor, "kari å") == ["Kari Ås"]
    assert suggested(as_editor, "unde") == []
    assert suggested(as_editor, "") == ["Bo Aasen", "Kari Ås", "Åse Lunde"]


def test_a_writer_is_told_of_published_authors_and_of_nobody_else(writer, manager):
    factories.make_author("kjent", "Kari Kjent")
    factories.make_author("ukjent", "Kari Ukjent").unpublish()
    assert suggested(logged_in(writer), "kari") == ["Kari Kjent"]
    answer = logged_in(manager).get("/admin/forfattere/forslag/?q=kari")
    assert "Kjent" not in answer.content.decode()


def test_the_suggestions_cost_no_more_queries_for_more_authors(
    as_editor, django_assert_max_num_queries
):
    for n in range(20):
        factories.make_author(f"kari-{n}", f"Kari Nummer {n}")
    as_editor.get("/admin/forfattere/forslag/?q=kari")
    with django_assert_max_num_queries(12):
        as_editor.get("/admin/forfattere/forslag/?q=kari")


@pytest.fixture
def own(writer) -> Author:
    return factories.make_author("skribent", "Skribenten Selv", user=writer)


def test_a_new_article_is_by_the_one_who_begins_it(series, own, writer, as_editor):
    address = f"/admin/pages/add/articles/article/{series.pk}/"
    assert 'value="Skribenten Selv"' in logged_in(writer).get(address).content.decode()
    assert "Skribenten Selv" not in as_editor.get(address).content.decode()


def form(**fields):
    empty = {"links": inline_formset([]), "comments": inline_formset([])}
    return nested_form_data(
        {"title": "Skribenten Selv", "slug": "skribent", "bio": rich_text("<p>Ny omtale.</p>")}
        | empty
        | fields
    )


def test_authors_edit_their_own_page_and_send_it_in(own, writer):
    client, address = logged_in(writer), reverse("wagtailadmin_pages:edit", args=[own.pk])
    assert address in client.get("/admin/").content.decode()  # «My author page» in the menu
    assert client.get(address).status_code == 200
    answer = client.post(address, form() | {"action-submit": "1"})
    assert answer.status_code == 302
    stored = Author.objects.get(pk=own.pk)
    assert "Ny omtale." in stored.get_latest_revision_as_object().bio
    assert "Ny omtale." not in stored.bio
    assert stored.workflow_in_progress
    assert Workflow.objects.exists()


def test_authors_do_nothing_else_with_their_own_page(own, writer, editor):
    client = logged_in(writer)
    client.post(reverse("wagtailadmin_pages:edit", args=[own.pk]), form() | {"action-publish": "1"})
    for address in ("unpublish", "delete", "copy"):
        client.post(f"/admin/pages/{own.pk}/{address}/", {"new_title": "x", "new_slug": "x"})
    fields = form(user=editor.pk)
    client.post(reverse("wagtailadmin_pages:edit", args=[own.pk]), fields)
    stored = Author.objects.get(pk=own.pk)
    assert (stored.live, stored.user, Author.objects.count()) == (True, writer, 1)
    assert "Ny omtale." not in stored.bio
    assert stored.get_latest_revision_as_object().user == writer


def test_another_author_s_page_stays_closed_to_a_writer(own, writer):
    other = factories.make_author("annen", "En Annen")
    client = logged_in(writer)
    assert client.get(f"/admin/pages/{other.pk}/edit/").status_code in (302, 403)
    client.post(f"/admin/pages/{other.pk}/edit/", form(title="Kapret"))
    assert Author.objects.get(pk=other.pk).get_latest_revision_as_object().title == "En Annen"


def test_somebody_who_is_no_writer_any_more_does_not_edit_their_page(own, writer):
    writer.groups.clear()
    assert not own.permissions_for_user(type(writer).objects.get(pk=writer.pk)).can_edit()


def test_articles_have_comments_that_readers_and_copies_never_get(series, editor, visitor):
    from wagtail.models import Comment

    article = factories.make_article(series)
    said = {"page": article, "contentpath": "title", "user": editor}
    Comment.objects.create(text="kanarikommentar", **said)
    page = logged_in(editor).get(f"/admin/pages/{article.pk}/edit/").content.decode()
    assert "kanarikommentar" in page
    assert 'data-side-panel="comments"' in page
    copy = article.copy(update_attrs={"slug": "kopi"})
    assert not Comment.objects.filter(page=copy.pk).exists()
    assert "kanarikommentar" not in visitor.get(article.get_absolute_url()).content.decode()
    assert "kanarikommentar" not in str(Article.objects.get(pk=article.pk).serializable_data())
    editor.delete()
    assert not Comment.objects.exists()

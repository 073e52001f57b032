"""A draft saves itself whatever is wrong with the form, and says what it left out."""

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from articles.models import Article, Author
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db

TEXT = [("text", rich_text("<p>Det som ble skrevet.</p>"))]
AUTOMATIC = {"accept": "application/json"}


def form(by_line=(), **fields):
    return nested_form_data(
        {
            "title": "Ny tittel",
            "slug": "ny",
            "lead": "Ny ingress.",
            "body": streamfield(TEXT),
            "by_line": inline_formset(list(by_line)),
            "corrections": inline_formset([]),
            "sponsorships": inline_formset([]),
            "comments": inline_formset([]),
            **fields,
        }
    )


def save(client, address, fields):
    return client.post(address, fields, headers=AUTOMATIC)


@pytest.fixture
def draft(series) -> Article:
    article = factories.draft_article(series, title="Før", slug="min")
    article.save_revision()
    return article


def address(page) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def saved(article) -> Article:
    return Article.objects.get(pk=article.pk).get_latest_revision_as_object()


def is_written(article) -> bool:
    return "Det som ble skrevet." in str(saved(article).body)


def test_an_empty_author_row_stops_nothing_and_is_not_mentioned(draft, as_editor):
    answer = save(as_editor, address(draft), form([{"author": "", "role": ""}]))
    assert answer.status_code == 200
    assert "left_out" not in answer.json()
    assert is_written(draft)
    assert not saved(draft).by_line.exists()


def test_an_address_that_is_taken_stays_as_it_was_and_the_answer_says_so(series, draft, as_editor):
    factories.make_article(series, slug="opptatt")
    answer = save(as_editor, address(draft), form(slug="opptatt"))
    assert [fault["name"] for fault in answer.json()["left_out"]] == ["slug"]
    assert "opptatt" in answer.json()["left_out"][0]["message"]
    assert is_written(draft)
    assert saved(draft).slug == "min"


def test_a_live_page_s_draft_is_saved_without_its_faults(article, as_editor):
    answer = save(as_editor, address(article), form(title="", share_picture="x"))
    assert {fault["name"] for fault in answer.json()["left_out"]} == {"title", "share_picture"}
    assert is_written(article)
    assert saved(article).title == article.title


def test_the_same_author_twice_is_one_author(draft, as_editor):
    author = factories.make_author().pk
    answer = save(as_editor, address(draft), form([{"author": author}, {"author": author}]))
    assert answer.status_code == 200
    assert [row.author_id for row in saved(draft).by_line.all()] == [author]
    (told,) = answer.json()["left_out"]
    assert told["name"] == "by_line-1-author"
    assert told["label"] == "Forfatter"
    assert told["message"]


def test_a_row_that_is_refused_keeps_what_it_had(draft, as_editor):
    author = factories.make_author().pk
    save(as_editor, address(draft), form([{"author": author}]))
    row = saved(draft).by_line.get()
    rows = inline_formset([{"id": row.pk, "author": "", "ORDER": 1}], initial=1)
    answer = save(as_editor, address(draft), {**form(), **nested_form_data({"by_line": rows})})
    assert answer.status_code == 200
    assert [row.author_id for row in saved(draft).by_line.all()] == [author]
    assert is_written(draft)


def test_a_text_with_a_fault_is_saved_as_it_was_written(draft, as_editor):
    drawing = ("drawing", {"svg": "<svg", "alt": "", "caption": ""})
    answer = save(as_editor, address(draft), form(body=streamfield([*TEXT, drawing])))
    assert answer.status_code == 200
    assert is_written(draft)
    assert [bound.block_type for bound in saved(draft).body] == ["text", "drawing"]


def test_a_nameless_draft_is_saved_under_a_name_that_its_form_does_not_show(series, as_editor):
    new = f"/admin/pages/add/articles/article/{series.pk}/"
    answer = save(as_editor, new, form(title="", slug=""))
    made = Article.objects.get(pk=answer.json()["pk"])
    assert (made.title, made.slug) == ("Uten tittel", "uten-tittel")
    assert is_written(made)
    again = save(as_editor, address(made), form(title="", slug="", lead="Mer."))
    assert again.status_code == 200
    assert saved(made).lead == "Mer."
    page = as_editor.get(address(made)).content.decode()
    assert 'name="title" value=' not in page.replace('value=""', "")
    second = save(as_editor, new, form(title="", slug=""))
    assert Article.objects.get(pk=second.json()["pk"]).slug == "uten-tittel-2"


def test_what_is_pressed_is_refused_with_the_fault_shown(series, draft, as_editor):
    factories.make_article(series, slug="opptatt")
    for button in ({}, {"action-publish": "1"}):
        answer = as_editor.post(address(draft), form(slug="opptatt") | button)
        assert answer.status_code == 200
        assert "Kladden lagrer seg selv, men ikke det som er merket." in answer.content.decode()
    assert saved(draft).slug == "min"
    assert not is_written(draft)


def test_an_automatic_save_publishes_nothing_it_has_left_faults_in(draft, as_editor):
    answer = save(as_editor, address(draft), form(title="") | {"action-publish": "1"})
    assert answer.status_code == 400
    assert not Article.objects.live().filter(pk=draft.pk).exists()


def test_an_author_s_draft_is_saved_too(as_editor):
    author = factories.make_author()
    fields = {"title": "Kari Y.", "slug": "kari", "born": "i fjor", "bio": rich_text("<p>Ny.</p>")}
    rows = {name: inline_formset([]) for name in ("comments",)}
    links = inline_formset([{"label": "", "url": "ikke en adresse"}])
    answer = save(as_editor, address(author), nested_form_data({**fields, **rows, "links": links}))
    assert answer.status_code == 200
    assert "born" in {fault["name"] for fault in answer.json()["left_out"]}
    made = Author.objects.get(pk=author.pk).get_latest_revision_as_object()
    assert (made.title, "Ny." in made.bio) == ("Kari Y.", True)


def test_a_writer_s_draft_is_still_refused_what_they_may_not_know_of(series, writer):
    own = factories.draft_article(series, slug="min", owner=writer)
    own.save_revision(user=writer)
    hidden = factories.make_author("utkast", "Kanari")
    hidden.unpublish()
    answer = save(logged_in(writer), address(own), form([{"author": hidden.pk}]))
    assert answer.status_code in (302, 403)
    assert not is_written(own)

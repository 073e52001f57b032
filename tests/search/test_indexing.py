"""The index is always the same as what is published."""

import random

import pytest
from django.core.management import call_command
from django.db import connection
from wagtail.models import Page

from accounts.access import MEMBER, VISITOR, Access
from articles.jobs import render_articles
from articles.models import Article, Author, Series, Subject
from search import indexing
from search.apps import keep_index_table
from search.conditions import the_index_answers
from search.finding import find
from search.formula import Formula
from search.jobs import index_pages, index_what_was_left
from search.models import Document, Entry, IndexRow, Section, Word
from search.query import Wanted
from search.receivers import hide_old_editions
from search.suggesting import suggestions
from search.words.keys import VERSION
from tests import factories
from tests.factories import gate, text
from worker.health import Level
from worker.models import QueuedTask

pytestmark = pytest.mark.django_db


def reindexed(capsys) -> str:
    call_command("reindex")
    return capsys.readouterr().out


def titles(asked, reader=MEMBER):
    return [hit.article.title for hit in find(asked, reader, mend=False).hits]


@pytest.fixture
def as_the_worker(django_capture_on_commit_callbacks):
    """Does what is left to the worker after a change."""

    def does(change):
        with django_capture_on_commit_callbacks(execute=True):
            change()
        for task in (render_articles, index_pages):
            for keys in QueuedTask.objects.arguments_of(task):
                task.func(*keys)
        QueuedTask.objects.all().delete()

    return does


def rename(page, title):
    page = type(page).objects.get(pk=page.pk)
    page.title = title
    page.save_revision().publish()


def rewrite(article, *blocks):
    article = Article.objects.get(pk=article.pk)
    article.body = Article._meta.get_field("body").to_python(list(blocks))
    article.save_revision().publish()


def lock(article):
    Article.objects.get(pk=article.pk).change_access(Access.MEMBERS)


CHANGES = {
    "an article is renamed": lambda s, a, w: rename(a, "Et annet navn"),
    "its text is rewritten": lambda s, a, w: rewrite(a, text("<h2>Ny</h2><p>Nye ord.</p>")),
    "its text is emptied": lambda s, a, w: rewrite(a),
    "its gate moves": lambda s, a, w: rewrite(a, gate(), text("<p>Alt er låst.</p>")),
    "it is opened": lambda s, a, w: Article.objects.get(pk=a.pk).change_access(Access.PUBLIC),
    "it is unpublished": lambda s, a, w: Article.objects.get(pk=a.pk).unpublish(),
    "it is deleted": lambda s, a, w: Article.objects.get(pk=a.pk).delete(),
    "it is copied": lambda s, a, w: a.copy(update_attrs={"slug": "kopi"}),
    "it gets an alias": lambda s, a, w: a.create_alias(update_slug="alias"),
    "it moves": lambda s, a, w: a.move(factories.make_series("ny", "Ny serie"), "last-child"),
    "its series is renamed": lambda s, a, w: rename(s, "Omdøpt"),
    "its series is unpublished": lambda s, a, w: Series.objects.get(pk=s.pk).unpublish(),
    "its series is deleted": lambda s, a, w: Series.objects.get(pk=s.pk).delete(),
    "its author is renamed": lambda s, a, w: rename(w, "Ola Nordmann"),
    "its author is unpublished": lambda s, a, w: Author.objects.get(pk=w.pk).unpublish(),
    "its subject is renamed": lambda s, a, w: Subject.objects.get().save(),
    "its subject is deleted": lambda s, a, w: Subject.objects.get().delete(),
    "a draft is saved": lambda s, a, w: factories.draft_article(s, slug="kladd"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_after_a_change_there_is_nothing_left_to_index(change, as_the_worker, capsys):
    author, subject = factories.make_author(), factories.make_subject("Salg")
    series = factories.make_series()
    series.subjects.add(subject)
    body = [
        *factories.BODY,
        factories.block("definition", {"term": "Dekningsgrad", "text": "<p>En andel.</p>"}),
    ]
    article = factories.make_article(series, body, authors=[author])
    as_the_worker(lambda: change(series, article, author))
    assert f"{Page.objects.count()} sider gjennomgått, 0 endret." in reindexed(capsys)


def test_an_author_is_found_if_readers_have_known_of_them(series, as_the_worker):
    author = Author(title="Kari Ytrøy", slug="kari", live=False)
    factories.AuthorIndex.objects.get().add_child(instance=author)
    author.save_revision()
    factories.make_article(series, authors=[author])
    assert titles("ytrøy", VISITOR) == []
    as_the_worker(lambda: Author.objects.get(pk=author.pk).save_revision().publish())
    assert titles("ytrøy", VISITOR) == ["Delen"]
    as_the_worker(lambda: Author.objects.get(pk=author.pk).unpublish())
    assert titles("ytrøy", VISITOR) == ["Delen"]  # the by-line stays
    as_the_worker(lambda: Author.objects.get(pk=author.pk).save_revision().publish())
    assert titles("ytrøy", VISITOR) == ["Delen"]


def draft(page, title):
    page = type(page).objects.get(pk=page.pk)
    page.title = title
    page.save_revision()


def test_a_name_in_a_draft_is_not_suggested(series):
    for page in (series, factories.make_author()):
        draft(page, "Et hemmelig navn")
        assert suggestions("hemmelig") == []
        assert [each.title for each in suggestions(page.title)] == [page.title]


def test_a_series_renamed_in_a_draft_is_found_once_it_is_published(series, as_the_worker):
    factories.make_article(series)
    as_the_worker(lambda: draft(series, "Omdøpt"))
    assert titles("omdøpt") == []
    as_the_worker(lambda: Series.objects.get(pk=series.pk).get_latest_revision().publish())
    assert titles("omdøpt") == ["Delen"]


def test_locking_an_article_takes_its_words_from_visitors_at_once(article):
    article.change_access(Access.PUBLIC)
    assert titles("låste", VISITOR) == ["Delen"]
    article.change_access(Access.MEMBERS)
    assert titles("låste", VISITOR) == []
    assert titles("låste", MEMBER) == ["Delen"]


def test_a_document_holds_no_word_beyond_its_levels(article):
    public, members = Document.objects.order_by("pk")
    assert (public.low, public.high) == (0, 10)
    assert members.low == 10
    words = indexing.Vocabulary(bytes(public.vocabulary)).words
    assert "åpne".encode() in words
    assert "låste".encode() not in words
    assert not Word.objects.filter(span=str(public.span), word="låste".encode()).exists()
    assert Word.objects.filter(span=str(members.span), word="låste".encode()).exists()


def test_an_index_that_lacks_an_article_is_mended(article, capsys):
    Document.objects.all().delete()
    Section.objects.all().delete()
    Entry.objects.all().delete()
    assert titles("låste") == []
    assert "2 endret" in reindexed(capsys)  # the article and its series
    assert titles("låste") == ["Delen"]
    assert "0 endret" in reindexed(capsys)


def test_texts_that_an_older_list_of_words_indexed_are_indexed_again(article, capsys):
    Document.objects.update(version="eldre")
    assert [finding.level for finding in the_index_answers()] == [Level.AMBER]
    assert "1 endret" in reindexed(capsys)
    assert set(Document.objects.values_list("version", flat=True)) == {VERSION}
    assert [finding.level for finding in the_index_answers()] == [Level.GREEN]


def test_a_text_with_an_endless_word_is_published_and_found(series):
    key = "".join(random.Random(1).choices("abcdef0123456789", k=40_000))  # noqa: S311
    factories.make_article(series, [text(f"<p>Nøkkelen er {key}.</p>")])
    assert titles("nøkkel") == ["Delen"]


def test_a_new_edition_whose_task_failed_is_indexed_within_the_hour(article):
    hide_old_editions([article.pk])
    assert titles("låste") == []
    index_what_was_left()
    assert titles("låste") == ["Delen"]
    assert Section.objects.filter(passage__page=article.pk).exists()


def test_words_that_stand_nowhere_any_more_are_forgotten(article, capsys):
    rewrite(article, text("<p>Noe annet.</p>"))
    before = Word.objects.count()
    assert "er glemt" in reindexed(capsys)
    assert Word.objects.count() < before
    assert not Word.objects.filter(word="låste".encode()).exists()


def test_words_that_the_speller_lacks_are_learned(article, capsys):
    Word.objects.all().delete()
    assert find("låstte", MEMBER).count == 0
    reindexed(capsys)
    assert find("låstte", MEMBER).searched == "låste"


def test_a_broken_index_is_told_of_and_made_anew(article, capsys):
    for document in Document.objects.all():
        vocabulary = indexing.Vocabulary(bytes(document.vocabulary))
        IndexRow.remove(document.pk, indexing.index_tokens(document.span, vocabulary))
    assert [finding.level for finding in the_index_answers()] == [Level.RED]
    assert titles("låste") == []
    assert "lages på nytt" in reindexed(capsys)
    assert titles("låste") == ["Delen"]


def test_a_database_without_the_tables_of_the_search_needs_no_index(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE search_document RENAME TO elsewhere")
    keep_index_table("default")
    assert IndexRow._meta.db_table not in connection.introspection.table_names()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE elsewhere RENAME TO search_document")
    keep_index_table("default")
    assert IndexRow._meta.db_table in connection.introspection.table_names()


def test_a_document_read_before_a_new_edition_takes_the_new_one_out_of_the_index(article):
    read_before = Document.objects.get(page=article.pk, low=Access.MEMBERS)
    rewrite(article, text("<p>Rullebrett.</p>"))
    held = str(Formula((Wanted.of("rullebrett").tokens([read_before.span]),)))
    rows = IndexRow.objects.filter(tokens__holds=held)
    assert rows.count() == 1
    read_before.delete()
    assert rows.count() == 0


def test_an_index_that_could_not_be_made_anew_is_the_old_one(article, monkeypatch):
    def dies(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(indexing, "index_tokens", dies)
    with pytest.raises(KeyboardInterrupt):
        indexing.rebuild()
    monkeypatch.undo()
    assert titles("låste") == ["Delen"]


def test_a_new_edition_changes_only_what_differs(article, django_assert_max_num_queries):
    before = list(Section.objects.values_list("pk", flat=True))
    rename(article, "Et nytt navn")
    assert list(Section.objects.values_list("pk", flat=True)) == before
    assert titles("nytt navn") == ["Et nytt navn"]


def test_the_labels_of_a_drawing_are_not_found_and_its_caption_is(series):
    factories.make_article(series, [factories.drawing("Aksetekst", caption="Figurtekst")])
    assert titles("Figurtekst") == ["Delen"]
    assert titles("Aksetekst") == []


def test_a_page_that_cannot_be_indexed_holds_up_no_other(series, monkeypatch):
    one, other = factories.make_article(series), factories.make_article(series, slug="to")
    Document.objects.update(is_stale=True)
    honest = indexing.index_page

    def index_page(pk):
        if pk == one.pk:
            raise ValueError("odd")
        return honest(pk)

    monkeypatch.setattr(indexing, "index_page", index_page)
    with pytest.raises(ValueError, match="odd"):
        index_pages.func([one.pk, other.pk])
    assert set(Document.objects.filter(is_stale=True).values_list("page", flat=True)) == {one.pk}

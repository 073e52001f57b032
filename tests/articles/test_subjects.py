"""Subjects, and the related reading that comes of them."""

import json
import re

import pytest
from django.core.exceptions import ValidationError

from articles.jobs import render_articles
from articles.models import Article, ArticleSubject, PublishedMetadata, Series, Subject
from articles.publishing import receivers
from tests import factories
from tests.articles.test_reading import body_of
from worker.models import QueuedTask

pytestmark = pytest.mark.django_db


def about(page, *subjects):
    """Publishes `page` with these subjects."""
    page = type(page).objects.get(pk=page.pk)
    page.subjects.set(subjects)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def sales():
    return factories.make_subject("Salg", description="Fra første samtale til kontrakt.")


@pytest.fixture
def other():
    """An article of another series."""
    return factories.make_article(factories.make_series("andre", "Den andre"), slug="noe")


def related(article) -> list[int]:
    return PublishedMetadata.objects.get(article=article.pk).related


@pytest.fixture
def as_the_worker(django_capture_on_commit_callbacks):
    """Does what is left to the worker after a change."""

    def does(change):
        with django_capture_on_commit_callbacks(execute=True):
            change()
        for keys in QueuedTask.objects.arguments_of(render_articles):
            render_articles.func(*keys)

    return does


def test_a_subject_is_unknown_until_something_about_it_is_published(series, sales, visitor):
    draft = factories.draft_article(series)
    draft.subjects.set([sales])
    draft.save()
    paths = ("/tema/salg/", "/feed/tema/salg/")
    assert [visitor.get(path).status_code for path in paths] == [404, 404]
    assert "Salg" not in body_of(visitor, "/tema/")
    draft.save_revision().publish()
    assert [visitor.get(path).status_code for path in paths] == [200, 200]
    assert "Salg" in body_of(visitor, "/tema/")
    assert "/tema/salg/" in body_of(visitor, "/sitemap-subjects.xml")
    series.unpublish()
    assert [visitor.get(path).status_code for path in paths] == [404, 404]
    assert "/tema/salg/" not in body_of(visitor, "/")


def test_the_subjects_of_a_series_are_those_of_its_articles_too(series, sales, visitor):
    about(series, sales)
    article = factories.make_article(series)
    about(article, factories.make_subject("Lønn"))
    page = body_of(visitor, article.get_absolute_url())
    assert 'href="/tema/salg/"' in page
    assert 'href="/tema/lonn/"' in page
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert [thing["name"] for thing in data["@graph"][0]["about"]] == ["Salg", "Lønn"]
    assert "<category>Salg</category>" in body_of(visitor, "/feed/tema/lonn/")
    assert 'href="/tema/salg/"' in body_of(visitor, "/serien/")
    assert 'href="/tema/lonn/"' not in body_of(visitor, "/serien/")
    about_sales = body_of(visitor, "/tema/salg/")
    assert about_sales.index('href="/serien/"') < about_sales.index('href="/serien/delen/"')
    assert 'href="/serien/"' not in body_of(visitor, "/tema/lonn/").split("artikler")[0]


def test_articles_follow_a_series_that_changes_its_subjects(article, series, sales, as_the_worker):
    as_the_worker(lambda: about(series, sales))
    assert ArticleSubject.objects.filter(article=article, subject=sales).exists()
    as_the_worker(lambda: about(series))
    assert not ArticleSubject.objects.exists()
    assert PublishedMetadata.objects.get(article=article).subjects == []


def test_an_article_that_moves_takes_the_subjects_of_its_new_series(article, sales):
    new = about(factories.make_series("ny", "Ny"), sales)
    article.move(new, pos="last-child")
    assert PublishedMetadata.objects.get(article=article.pk).subjects[0]["slug"] == "salg"


def test_a_changed_or_deleted_subject_leaves_no_old_name(article, sales, visitor, as_the_worker):
    about(article, sales)
    sales.title = "Salgsarbeid"
    as_the_worker(sales.save)
    assert "Salgsarbeid" in body_of(visitor, article.get_absolute_url())
    as_the_worker(sales.delete)
    assert "/tema/salg/" not in body_of(visitor, article.get_absolute_url())
    assert Series.objects.filter(live=True).exists()


def test_a_long_subject_has_pages(series, sales, visitor, monkeypatch):
    monkeypatch.setattr("articles.views.subjects.ARTICLES", 1)
    for slug in ("en", "to"):
        about(factories.make_article(series, slug=slug), sales)
    assert 'rel="next"' in body_of(visitor, "/tema/salg/")
    second = body_of(visitor, "/tema/salg/?side=2")
    assert "/serien/en/" in second
    assert "/serien/to/" not in second
    assert visitor.get("/tema/salg/?side=3").status_code == 404


def test_the_address_of_the_subjects_can_t_be_a_series(db):
    with pytest.raises(ValidationError):
        factories.make_series("tema", "Tema")


def test_two_names_with_the_same_address_are_refused(sales):
    with pytest.raises(ValidationError):
        Subject(title="Salg!").full_clean()
    named = Subject(title="Økonomi på jobb")
    named.full_clean()
    assert named.slug == "okonomi-pa-jobb"


def test_an_editor_adds_a_subject_and_puts_it_first(series, sales, as_editor, visitor):
    values = {"title": "Ærlighet", "description": "", "slug": ""}
    assert as_editor.post("/admin/snippets/articles/subject/add/", values).status_code == 302
    added = Subject.objects.get(slug="aerlighet")
    assert list(Subject.objects.all()) == [sales, added]
    moved = as_editor.post(f"/admin/snippets/articles/subject/reorder/{added.pk}/?position=0")
    assert moved.status_code == 200
    about(series, sales, added)
    factories.make_article(series)
    page = body_of(visitor, "/tema/")
    assert page.index("Ærlighet") < page.index("Salg")


def test_the_form_of_a_series_takes_its_subjects(series, sales, as_editor):
    """The boxes are in the panel's form, and what is ticked is published."""
    page = as_editor.get(f"/admin/pages/{series.pk}/edit/").content.decode()
    assert f'name="subjects" value="{sales.pk}"' in page


def test_shared_subjects_and_terms_relate_articles_of_different_series(
    article, other, sales, as_the_worker
):
    term = factories.block("definition", {"term": "Trakt", "text": "<p>Noe.</p>"})
    body = [factories.text("<p>x</p>"), factories.gate(), term]
    third = factories.make_article(factories.make_series("tredje"), body, slug="c")
    about(other, sales)
    assert related(article) == []

    def change():
        article.body = Article._meta.get_field("body").to_python(body)
        article.subjects.set([sales])
        article.save_revision().publish()

    as_the_worker(change)
    assert related(article) == [third.pk, other.pk]
    assert related(other) == related(third) == [article.pk]


def test_parts_of_the_same_series_are_not_related_reading(series, article, sales):
    about(article, sales)
    sibling = about(factories.make_article(series, slug="neste"), sales)
    assert related(sibling) == []


def test_related_reading_is_at_most_three_and_never_what_is_withdrawn(article, sales, visitor):
    about(article, sales)
    for slug in ("a", "b"):
        below = factories.make_series(f"serie-{slug}", slug)
        for n in range(3):
            about(factories.make_article(below, slug=f"{slug}{n}", title=f"Nr {slug}{n}"), sales)
    article = about(article, sales)

    def shown():
        page = body_of(visitor, article.get_absolute_url())
        return re.findall(r'href="/serie-\w/(\w+)/"', page.split('class="related"')[1])

    # The newest first, and the first of each series before the second of any.
    assert shown() == ["b2", "a2", "b1"]
    Article.objects.get(slug="b2").unpublish()
    assert shown() == ["b1", "a2", "b0"]
    Series.objects.get(slug="serie-b").unpublish()
    assert shown() == ["a2", "a1", "a0"]


def test_the_end_of_a_series_leads_to_others_about_its_subjects(series, sales, visitor):
    about(series, sales)
    for n in range(4):
        made = factories.make_series(f"s-{n}", f"Serie {n}")
        factories.make_article(made, slug="x")
        if n == 0:
            about(made, sales)
    article = factories.make_article(series)
    onward = body_of(visitor, article.get_absolute_url()).split('class="onward"')[1]
    assert re.findall(r'href="/(s-\d)/"', onward)[:3] == ["s-0", "s-3", "s-2"]


def test_articles_that_follow_a_subject_are_rendered_a_few_at_a_time(
    series, sales, monkeypatch, django_capture_on_commit_callbacks
):
    articles = [factories.make_article(series, slug=f"del-{n}") for n in range(5)]
    for article in articles:
        about(article, sales)
    QueuedTask.objects.all().delete()
    monkeypatch.setattr(receivers, "AT_A_TIME", 2)
    with django_capture_on_commit_callbacks(execute=True):
        sales.save()
    batches = [keys for [keys] in QueuedTask.objects.arguments_of(render_articles)]
    assert sorted(map(len, batches)) == [1, 2, 2]
    assert {key for keys in batches for key in keys} == {article.pk for article in articles}

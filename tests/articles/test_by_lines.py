"""Who stands in an article's by-line, and as what."""

import json
import re
from datetime import timedelta

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from articles.citations import Work
from articles.models import Article, ArticleAuthor, Author
from articles.models.by_lines import Role
from articles.views.feeds import authors_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari() -> Author:
    return factories.make_author("kari-ytroy", "Kari Ytrøy")


def written(series, **roles: list[Author]) -> Article:
    article = factories.draft_article(series)
    article.by_line = [
        ArticleAuthor(author=author, role=role)
        for role, authors in roles.items()
        for author in authors
    ]
    article.save_revision().publish()
    return Article.objects.get(pk=article.pk)


def by_line(client, article: Article) -> str:
    page = client.get(article.get_absolute_url()).content.decode()
    lines = re.findall(r'<p class="by">(.*?)</p>', page, re.DOTALL)
    return " | ".join(" ".join(re.sub(r"<[^>]*>", "", line).split()) for line in lines)


def structured(client, article: Article) -> dict:
    page = client.get(article.get_absolute_url()).content.decode()
    found = re.search(r"application/ld\+json[^>]*>(.*?)</script>", page, re.DOTALL)
    return json.loads(found[1])["@graph"][0]


def test_roles_are_named_where_not_everybody_wrote(series, visitor, kari):
    ola, eva = factories.make_author("ola", "Ola By"), factories.make_author("eva", "Eva Li")
    plain = factories.make_article(series, slug="vanlig", authors=[kari, ola])
    assert by_line(visitor, plain) == "Av Kari Ytrøy og Ola By"
    article = written(series, text=[kari], illustration=[ola], review=[eva])
    assert (
        by_line(visitor, article) == "Tekst: Kari Ytrøy | Illustrasjon: Ola By | Fagfelle: Eva Li"
    )
    for author in (kari, ola, eva):
        page = visitor.get(author.get_absolute_url()).content.decode()
        assert article.title in page


def test_only_those_who_wrote_the_text_are_cited(series, visitor, kari):
    ola, eva = factories.make_author("ola", "Ola By"), factories.make_author("eva", "Eva Li")
    article = written(series, illustration=[ola], text=[kari], review=[eva])
    found = Article.objects.for_readers().get(pk=article.pk)
    work = Work.of(found, list(Author.objects.of(article.pk)))
    assert [name.family for name in work.names] == ["Ytrøy"]
    assert authors_of(article) == ["Kari Ytrøy"]
    data = structured(visitor, article)
    assert [who["name"] for who in data["author"]] == ["Kari Ytrøy"]
    assert [who["name"] for who in data["contributor"]] == ["Ola By"]
    assert [who["name"] for who in data["mainEntityOfPage"]["reviewedBy"]] == ["Eva Li"]
    assert ">Kari Ytrøy</dc:creator>" in visitor.get("/feed/").content.decode()
    assert "Ola By" not in visitor.get("/feed/").content.decode()


def test_a_former_author_keeps_the_by_line_without_a_link(series, visitor, kari):
    article = factories.make_article(series, authors=[kari])
    kari.unpublish()
    assert by_line(visitor, article) == "Av Kari Ytrøy"
    page = visitor.get(article.get_absolute_url()).content.decode()
    assert kari.get_absolute_url() not in page
    assert "Skriver om salg." not in page
    assert visitor.get(kari.get_absolute_url()).status_code == 404
    assert structured(visitor, article)["author"] == [{"@type": "Person", "name": "Kari Ytrøy"}]
    assert ">Kari Ytrøy</dc:creator>" in visitor.get("/feed/").content.decode()
    assert "Kari Ytrøy" in visitor.get(series.get_absolute_url()).content.decode()


def test_a_former_author_s_name_is_the_published_one_whatever_is_drafted(series, visitor, kari):
    article = factories.make_article(series, authors=[kari])
    Author.objects.get(pk=kari.pk).unpublish()
    draft = Author.objects.get(pk=kari.pk).get_latest_revision_as_object()
    draft.title, draft.family_name = "Hemmelig Navn", "Hemmelig"
    draft.save()
    draft.save_revision()
    assert by_line(visitor, article) == "Av Kari Ytrøy"
    assert "Hemmelig" not in visitor.get(article.get_absolute_url()).content.decode()
    Author.objects.get(pk=kari.pk).get_latest_revision().publish()
    assert by_line(visitor, article) == "Av Hemmelig Navn"


def test_a_draft_of_a_live_author_does_not_change_the_name(series, visitor, kari):
    article = factories.make_article(series, authors=[kari])
    draft = Author.objects.get(pk=kari.pk)
    draft.title = "Hemmelig Navn"
    draft.save_revision()
    Author.objects.get(pk=kari.pk).unpublish()
    assert by_line(visitor, article) == "Av Kari Ytrøy"


def test_an_author_who_was_never_published_is_not_told_of(series, visitor):
    hidden = Author(title="Kanari", slug="kanari", live=False)
    factories.AuthorIndex.objects.get().add_child(instance=hidden)
    hidden.save_revision()
    article = factories.make_article(series, authors=[hidden])
    assert by_line(visitor, article) == ""
    assert "Kanari" not in visitor.get("/feed/").content.decode()


def test_no_by_line_disappears_with_its_author(series, visitor, as_editor, kari):
    article = factories.make_article(series, authors=[kari])
    with pytest.raises(ProtectedError):
        Author.objects.get(pk=kari.pk).delete()
    for address in (
        f"/admin/pages/{kari.pk}/delete/",
        f"/admin/bulk/wagtailcore/page/delete/?id={kari.pk}&next=/admin/",
    ):
        answer = as_editor.post(address, follow=True)
        assert "«Kari Ytrøy» står ved 1 artikkel" in answer.content.decode(), address
    assert by_line(visitor, article) == "Av Kari Ytrøy"
    article.by_line = [ArticleAuthor(author=factories.make_author("ola", "Ola By"))]
    article.save_revision().publish()
    as_editor.post(f"/admin/pages/{kari.pk}/delete/")
    assert not Author.objects.filter(pk=kari.pk).exists()


@pytest.mark.parametrize("is_planned", [False, True])
def test_an_author_whom_only_a_draft_or_a_plan_names_is_kept(series, as_editor, kari, is_planned):
    article = factories.make_article(series, authors=[factories.make_author("ola", "Ola By")])
    old = article.by_line.get()
    article.by_line = [ArticleAuthor(author=kari)]
    if is_planned:
        article.go_live_at = timezone.now() + timedelta(days=1)
        article.save_revision().publish()
        article.by_line = [old]
    article.save_revision()
    with pytest.raises(ProtectedError):
        Author.objects.get(pk=kari.pk).delete()
    answer = as_editor.post(f"/admin/pages/{kari.pk}/delete/", follow=True)
    assert "«Kari Ytrøy» står ved 1 artikkel" in answer.content.decode()
    assert Author.objects.filter(pk=kari.pk).exists()


def test_a_copy_of_an_author_has_no_log_in_and_no_published_name(as_editor, writer):
    author = factories.make_author("kari-ytroy", "Kari Ytrøy", user=writer)
    posted = {"new_title": "Kopi", "new_slug": "kopi", "new_parent_page": author.get_parent().pk}
    answer = as_editor.post(f"/admin/pages/{author.pk}/copy/", posted)
    assert answer.status_code == 302
    copy = Author.objects.get(slug="kopi")
    assert (copy.user, copy.published_name) == (None, "")
    assert copy.get_latest_revision_as_object().user is None
    assert Author.objects.get(pk=author.pk).user == writer


def test_a_preview_shows_the_roles(series, rf, kari):
    article = factories.draft_article(series)
    article.by_line = [ArticleAuthor(author=kari, role=Role.ILLUSTRATION)]
    page = article.serve_preview(rf.get("/"), "visitor").content.decode()
    assert "Illustrasjon:" in page


def test_the_names_that_readers_have_seen_are_kept(series, kari):
    from importlib import import_module

    from django.apps import apps

    Author.objects.update(published_name="")
    import_module("articles.migrations.0015_published_names").keep_names(apps, None)
    assert Author.objects.get(pk=kari.pk).published_name == "Kari Ytrøy"

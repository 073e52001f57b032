"""A page that is rendered once for many members shows each their own fragments, and no others."""

from typing import ClassVar, NamedTuple

import pytest

from accounts.access import Access
from articles.models import Article
from articles.templatetags import reading
from delivery import shared_pages
from reading.models import Reading, keep_history
from tests import factories
from tests.conftest import logged_in, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept")]
LOCKED = "Det låste avsnittet"
PLACE = "b-aaaaaaaa-0000-4000-8000-000000000002-1"


@pytest.fixture
def path(article) -> str:
    return article.get_absolute_url()


@pytest.fixture
def rendered(monkeypatch) -> list[str]:
    """The templates of the rendered pages, in order."""
    names: list[str] = []
    render = shared_pages.SharedPage.of.__func__
    noted = classmethod(lambda cls, name, *more: names.append(name) or render(cls, name, *more))
    monkeypatch.setattr(shared_pages.SharedPage, "of", noted)
    return names


def page(client, path: str) -> str:
    return client.get(path).content.decode()


def test_two_members_share_a_page_and_no_reading(article, path, member, rendered):
    first, second = logged_in(member), logged_in(person("annen@example.no"))
    Reading.of(member, article).keep_position(PLACE, 50)
    Reading.of(member, article).keep(True)
    own, others = page(first, path), page(second, path)
    assert rendered == ["articles/article.html"]
    assert (f'href="#{PLACE}"' in own, ">Lagret – ta bort<" in own) == (True, True)
    assert (f'href="#{PLACE}"' in others, ">Lagret – ta bort<" in others) == (False, False)
    assert (page(first, path), page(second, path)) == (own, others)
    # Each sees the same as without a cache.
    shared_pages.cache.clear()
    assert (page(second, path), page(first, path)) == (others, own)


def test_a_series_marks_what_each_member_has_read(series, article, member, rendered):
    other = factories.make_article(series, slug="annen", title="Annen")
    first, second = logged_in(member), logged_in(person("annen@example.no"))
    Reading.of(member, article).finish(True)
    assert page(first, "/serien/").count("marking read") == 1
    assert "marking read" not in page(second, "/serien/")
    assert "1 av 2" in page(first, "/serien/")
    Reading.of(member, other).finish(True)
    assert page(first, "/serien/").count("marking read") == 2
    assert rendered == ["articles/series.html"]


def test_who_keeps_no_history_shares_the_page_with_who_does(article, path, member):
    other = person("annen@example.no")
    keep_history(other, False)
    assert "<reading-place" in page(logged_in(member), path)
    assert "<reading-place" not in page(logged_in(other), path)


def test_each_level_has_a_page_of_its_own(path, rendered, request):
    names = ("member", "suspended", "pending", "editor")
    faces = [page(logged_in(request.getfixturevalue(name)), path) for name in names]
    assert [LOCKED in text for text in faces] == [True, False, False, True]
    assert "satt på pause" in faces[1]
    assert "nesten framme" in faces[2]
    assert ["/admin/" in text for text in faces] == [False, False, False, True]
    assert len(rendered) == 2


def test_a_session_that_is_ended_opens_nothing_though_the_page_is_kept(path, member):
    client = logged_in(member)
    cookie = client.cookies["medlem"].value
    assert LOCKED in page(client, path)
    member.end_sessions()
    client.cookies["medlem"] = cookie
    assert LOCKED not in page(client, path)


def test_who_is_suspended_meets_the_gate_at_once(path, member):
    client, other = logged_in(member), logged_in(person("annen@example.no"))
    assert LOCKED in page(client, path)
    type(member).objects.filter(pk=member.pk).update(state="suspended")
    assert LOCKED not in page(client, path)
    assert LOCKED in page(other, path)


def test_a_publish_is_shown_to_members_at_once(path, article, as_member, at_once):
    assert "Et nytt navn" not in page(as_member, path)
    with at_once():
        stored = Article.objects.get(pk=article.pk)
        stored.title = "Et nytt navn"
        stored.save_revision().publish()
    assert "Et nytt navn" in page(as_member, path)


def test_an_author_s_card_is_made_once_for_all_their_articles(series, visitor, monkeypatch):
    made: list[str] = []
    render = reading.render_to_string
    monkeypatch.setattr(
        reading,
        "render_to_string",
        lambda name, context: made.append(name) or render(name, context),
    )
    authors = [factories.make_author(), factories.make_author("per-aas", "Per Ås", born=1970)]
    for slug, by in (("ett", authors[:1]), ("to", authors)):
        factories.make_article(series, slug=slug, authors=by)
    assert page(visitor, "/serien/ett/").count("Skriver om salg") == 1
    assert "født 1970" in page(visitor, "/serien/to/")
    assert made == ["articles/_bio.html"] * 2


def test_locking_an_open_article_shows_at_once_to_who_was_reading_it(series, suspended, at_once):
    article = factories.make_article(series, access=Access.PUBLIC)
    client = logged_in(suspended)
    assert LOCKED in page(client, article.get_absolute_url())
    with at_once():
        article.change_access(Access.MEMBERS)
    assert LOCKED not in page(client, article.get_absolute_url())


def test_the_shared_part_is_rendered_for_nobody(path, member, monkeypatch):
    """The parts outside the fragments can't know who asks."""
    asked = []
    render = shared_pages.anonymous
    monkeypatch.setattr(
        shared_pages, "anonymous", lambda request: asked.append(render(request)) or asked[-1]
    )
    page(logged_in(member), path)
    (nobody,) = asked
    assert nobody.user.is_anonymous
    assert not nobody.session
    assert not nobody.COOKIES
    assert not nobody.META


@pytest.mark.parametrize("side", ["0", "-1", "x", "²", ""])
def test_what_is_no_page_of_a_list_is_the_first(side, as_member, series):
    assert as_member.get(f"/forfattere/?side={side}").status_code == 200


@pytest.mark.parametrize("side", ["2", "99999999999999999999"])
def test_a_page_of_a_list_that_there_is_not_is_not_found(side, as_member, series):
    assert as_member.get(f"/forfattere/?side={side}").status_code == 404


def test_a_parameter_that_a_page_does_not_know_makes_no_second_page(path, as_member, rendered):
    for query in ("", "?side=2", "?side=3", "?utm=x"):
        assert as_member.get(path + query).status_code == 200
    assert rendered == ["articles/article.html"]


def test_a_mark_in_a_text_is_no_place(series, as_member):
    article = factories.make_article(series, title="En \0000\000 to", slug="merke")
    assert as_member.get(article.get_absolute_url()).status_code == 200


def test_a_page_is_its_texts_with_the_fragments_in_their_places():
    class Name:
        def context(self, request) -> dict:
            return {"name": request}

        def render(self, context: dict) -> str:
            return f"<{context['name']}>"

    page = shared_pages.SharedPage([b"en ", b" to ", b" tre"], [Name(), Name()])
    assert page.for_reader("kari").content == b"en <kari> to <kari> tre"


def test_a_fragment_is_rendered_once_for_all_who_get_the_same():
    class Name(NamedTuple):
        name: str

    class Greeting:
        rendered: ClassVar[list[str]] = []

        def context(self, request) -> Name:
            return Name(request)

        def render(self, context: Name) -> str:
            self.rendered.append(context.name)
            return f"Hei, {context.name}"

    page = shared_pages.SharedPage([b""], [Greeting()])
    readers = [f"leser {n}" for n in range(page.max_rendered)]
    for reader in (*readers, *readers):
        assert page.for_reader(reader).content.decode() == f"Hei, {reader}"
    assert Greeting.rendered == readers
    page.for_reader("en til")  # makes room
    assert len(page.rendered) == 1

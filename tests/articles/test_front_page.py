"""The front page, the list of all series, and the covers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from articles.covers import GROUNDS, MOTIFS, cover_of
from articles.models import Article, Home
from tests import factories
from tests.articles.test_reading import body_of, many_series
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


def titles(page: str) -> list[str]:
    """Returns the titles of the series on a page's shelf."""
    return re.findall(r'class="volume-text">\s*<h\d><a [^>]*>([^<]+)<', page)


def lead_of(page: str) -> str:
    return re.search(r'class="lead-story">.*?<h2><a href="([^"]+)"', page, re.DOTALL)[1]


def newest_of(page: str) -> list[str]:
    section = re.search(r'aria-labelledby="nyeste">.*?</section>', page, re.DOTALL)
    return re.findall(r'<h3><a href="([^"]+)"', section[0]) if section else []


@pytest.fixture
def articles(series) -> list[Article]:
    """Seven articles, published a day apart. The last one is the newest."""
    made = [factories.make_article(series, slug=f"del-{n}", title=f"Del {n}") for n in range(7)]
    for n, article in enumerate(made):
        moment = datetime(2026, 5, 1, 12, tzinfo=UTC) + timedelta(days=n)
        Article.objects.filter(pk=article.pk).update(
            first_published_at=moment, last_published_at=moment
        )
    return made


def choose(article: Article | None) -> None:
    home = Home.objects.get()
    home.lead_story = article
    home.save_revision().publish()


def test_the_newest_article_leads_and_the_next_three_follow_with_their_dates(articles, visitor):
    page = body_of(visitor, "/")
    assert lead_of(page) == "/serien/del-6/"
    assert newest_of(page) == ["/serien/del-5/", "/serien/del-4/", "/serien/del-3/"]
    assert ">6. mai 2026</time>" in page


def test_the_article_that_an_editor_chose_leads_and_is_not_shown_twice(articles, visitor):
    choose(articles[5])
    page = body_of(visitor, "/")
    assert lead_of(page) == "/serien/del-5/"
    assert newest_of(page) == ["/serien/del-6/", "/serien/del-4/", "/serien/del-3/"]


def test_a_chosen_article_that_is_unpublished_or_deleted_gives_way_to_the_newest(articles, visitor):
    choose(articles[2])
    articles[2].unpublish()
    assert lead_of(body_of(visitor, "/")) == "/serien/del-6/"
    articles[2].delete()
    assert Home.objects.get().lead_story is None
    assert lead_of(body_of(visitor, "/")) == "/serien/del-6/"


def test_an_editor_chooses_the_lead_story_in_the_panel(articles, editor, visitor):
    home = Home.objects.get()
    client = logged_in(editor)
    path = reverse("wagtailadmin_pages:edit", args=[home.pk])
    assert "lead_story" in body_of(client, path)
    posted = {"title": home.title, "slug": home.slug, "tagline": "For deg", "action-publish": "1"}
    answer = client.post(path, {**posted, "lead_story": articles[1].pk})
    assert answer.status_code == 302
    assert lead_of(body_of(visitor, "/")) == "/serien/del-1/"


def test_a_portal_without_articles_has_a_front_page(visitor):
    page = body_of(visitor, "/")
    assert "lead-story" not in page
    assert "Den første serien er på vei." in page
    assert "Den første serien er på vei." in body_of(visitor, "/serier/")


def test_the_shelf_has_six_series_and_leads_to_all_of_them_a_page_at_a_time(visitor):
    many_series(26)
    page = body_of(visitor, "/")
    assert titles(page) == [f"S {n}" for n in range(25, 19, -1)]
    assert f'href="{reverse("articles:all_series")}">Alle serier<' in page
    first, second = body_of(visitor, "/serier/"), body_of(visitor, "/serier/?side=2")
    assert [len(titles(text)) for text in (first, second)] == [24, 2]
    assert visitor.get("/serier/?side=3").status_code == 404
    assert visitor.get("/serier/alfabetisk/?side=3").status_code == 404


def test_all_series_stand_with_the_one_changed_last_first_or_in_norwegian_order(visitor):
    for slug, title in (("a", "Åkeren"), ("b", "Zoologi"), ("c", "Ærlighet"), ("d", "Avtaler")):
        factories.make_article(factories.make_series(slug, title), slug="x")
    factories.make_series("tom", "Uten deler")
    changed = Article.objects.get(url_path__endswith="/b/x/")
    changed.save_revision().publish()
    assert titles(body_of(visitor, "/serier/")) == ["Zoologi", "Avtaler", "Ærlighet", "Åkeren"]
    by_title = body_of(visitor, "/serier/alfabetisk/")
    assert titles(by_title) == ["Avtaler", "Zoologi", "Ærlighet", "Åkeren"]
    assert '<a href="/serier/alfabetisk/" aria-current="page">' in by_title


def test_no_series_takes_the_list_s_own_address(db):
    with pytest.raises(ValidationError, match="serier"):
        factories.make_series("serier")


def test_those_who_wrote_last_stand_first(series, visitor):
    anna, kari = factories.make_author("anna", "Anna Aas"), factories.make_author()
    hidden = factories.make_author("skjult", "Skjult Forfatter")
    factories.make_article(series, slug="en", authors=[anna])
    factories.make_article(series, slug="to", authors=[kari, hidden])
    hidden.unpublish()
    page = body_of(visitor, "/")
    people = re.findall(r'<li class="person">.*?<div><a[^>]*>([^<]+)', page, re.DOTALL)
    assert people == ["Kari Ytrøy", "Anna Aas"]


def test_a_series_of_one_part_is_not_counted(series, visitor, as_member):
    article = factories.make_article(series)
    for client in (visitor, as_member):
        for path in ("/", "/serier/", "/serien/", article.get_absolute_url()):
            page = body_of(client, path)
            assert "Del 1 av 1" not in page, path
            assert not re.search(r"\b1 del\b", page), path
    factories.make_article(series, slug="to")
    assert "Del 1 av 2" in body_of(visitor, article.get_absolute_url())
    assert "2 deler" in body_of(visitor, "/serier/")


def slugs(number: int) -> list[str]:
    return [f"serie-{n}" for n in range(number)]


def test_no_two_drawn_covers_of_fifty_are_alike():
    """They differ in ground, motif or the place and size of most shapes."""
    covers = [cover_of(slug) for slug in slugs(50)]
    for n, one in enumerate(covers):
        for other in covers[:n]:
            shared = set(one.shapes) & set(other.shapes)
            is_near = one.ground == other.ground and len(shared) > len(one.shapes) / 2
            assert not is_near, (one, other)
    assert {cover.ground for cover in covers} == set(GROUNDS)


def test_a_cover_is_the_same_each_time_it_is_drawn():
    assert [cover_of(slug) for slug in slugs(20)] == [cover_of(slug) for slug in slugs(20)]
    drawn = {len(cover_of(slug).shapes) for slug in slugs(200)}
    assert len(drawn) > len(MOTIFS)


def test_a_series_without_a_picture_is_drawn_and_one_with_a_picture_is_not(series, visitor):
    factories.make_article(series)
    assert 'class="drawn' in body_of(visitor, "/serier/")
    picture = factories.make_picture()
    series.picture = picture
    series.save_revision().publish()
    page = body_of(visitor, "/serier/")
    assert 'class="drawn' not in page
    assert picture.plain_address in page


def test_a_member_has_their_reading_in_the_masthead_and_logs_out_by_one_press(as_member, visitor):
    masthead = re.compile(r'<header class="masthead">.*?</header>', re.DOTALL)
    own = masthead.search(body_of(as_member, "/"))[0]
    assert '<a class="way-in" href="/konto/lesing/">Min lesing</a>' in own
    assert "Bli medlem" not in own
    assert "Logg ut" not in own
    assert "Min lesing" not in masthead.search(body_of(visitor, "/"))[0]
    account = body_of(as_member, "/konto/")
    form = re.search(r'<form method="post" action="/konto/logg-ut/">.*?</form>', account)[0]
    assert "Logg ut</button>" in form
    as_member.post("/konto/logg-ut/")
    assert as_member.get("/konto/").status_code == 302


def test_joining_says_what_it_gives_and_costs_and_what_is_stored(visitor):
    for path in ("/konto/bli-medlem/", "/konto/logg-inn/"):
        page = body_of(visitor, path)
        for words in ("Hva du får:", "Hva det koster:", "Hva vi lagrer:"):
            assert page.count(words) == 1, path

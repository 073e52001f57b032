"""The table of contents, the published metadata, and the articles that are coming."""

import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from articles.models import Article, Passage, PublishedMetadata, Series
from tests import factories
from tests.articles.test_reading import body_of
from tests.factories import gate, text

pytestmark = pytest.mark.django_db
BODY = [
    text("<h2>Åpen</h2><p>a[^1]</p><h3>Under</h3>"),
    factories.block("footnote", {"label": "1", "text": "<p>n</p>"}),
    gate(),
    text("<h2>Låst[^1]</h2><p>b</p><h4>For liten</h4>"),
]


def listed(page: str) -> list[tuple[str, str]]:
    """Returns (address, text) for each line of the table of contents on `page`."""
    found = re.search(r"<article-contents.*?</article-contents>", page, re.DOTALL)
    return re.findall(r'<a href="#([^"]+)">([^<&]+)', found[0]) if found else []


def test_headings_are_stored_with_their_passage(series):
    article = factories.make_article(series, BODY)
    stored = Passage.objects.filter(page=article).values_list("contents", flat=True)
    assert [[(h["level"], h["text"]) for h in each] for each in stored] == [
        [(2, "Åpen"), (3, "Under")],
        [(2, "Låst")],
    ]


def test_each_reader_sees_the_headings_of_what_they_may_read(series, visitor, as_member):
    path = factories.make_article(series, BODY).get_absolute_url()
    assert [text for _, text in listed(body_of(visitor, path))] == ["Åpen", "Under"]
    page = body_of(as_member, path)
    assert [text for _, text in listed(page)] == ["Åpen", "Under", "Låst"]
    for address, _text in listed(page):
        assert f'id="{address}"' in page


def test_with_the_tick_everyone_sees_them_all_and_the_locked_lead_to_the_gate(
    series, visitor, as_member
):
    path = factories.make_article(series, BODY, shows_contents=True).get_absolute_url()
    found = listed(body_of(visitor, path))
    assert [text for _, text in found] == ["Åpen", "Under", "Låst"]
    assert found[-1][0] == "les-videre"
    assert "les-videre" not in dict(listed(body_of(as_member, path)))


def test_taking_the_tick_away_hides_them_again(series, visitor):
    article = factories.make_article(series, BODY, shows_contents=True)
    article.shows_contents = False
    article.save_revision().publish()
    assert "Låst" not in body_of(visitor, article.get_absolute_url())


def test_the_metadata_follows_what_is_published(series, capsys):
    article = factories.make_article(series, BODY, shows_contents=True)
    article.correct([(date(2026, 10, 1), "Et tall."), (date(2026, 11, 1), "Et navn.")], None)
    article.shows_contents = False
    article.save_revision()
    article.get_latest_revision().publish()
    stored = PublishedMetadata.objects.get(article=article)
    assert [each["text"] for each in stored.corrections] == ["Et navn.", "Et tall."]
    assert stored.contents == []
    call_command("republish")
    assert capsys.readouterr().out == "0 sider ble endret.\n"
    Article.objects.get(pk=article.pk).unpublish()
    assert not PublishedMetadata.objects.filter(article=article).exists()


def test_corrections_and_the_review_are_shown_to_everyone(series, visitor):
    article = factories.make_article(series, reviewed_on=date(2026, 11, 3))
    log = [(date(2026, 10, 1), "Rentesatsen <var> gal.")]
    article.correct(log, article.reviewed_on)
    page = body_of(visitor, article.get_absolute_url())
    assert "1. oktober 2026" in page
    assert "Rentesatsen &lt;var&gt; gal." in page
    assert "3. november 2026" in page


def schedule(series: Series, days: int, **fields: str) -> Article:
    article = factories.draft_article(series, **fields)
    article.go_live_at = timezone.now() + timedelta(days=days)
    article.save_revision().publish()
    return article


def test_what_is_coming_is_listed_where_the_editor_wants_it(visitor):
    shown = factories.make_series("varslet", announces=True)
    hidden = factories.make_series("stille")
    for series in (shown, hidden):
        factories.make_article(series)
        schedule(series, 20, title="Senere", slug="senere")
        schedule(series, 10, title="Snart", slug="snart")
        factories.draft_article(series, title="Kladden", slug="kladden")
    page = body_of(visitor, "/varslet/")
    assert page.index("Snart") < page.index("Senere")
    assert "Kladden" not in page
    assert "/varslet/snart/" not in page
    assert "Snart" not in body_of(visitor, "/stille/")


def test_a_new_edition_of_a_live_part_is_not_what_is_coming(visitor):
    series = factories.make_series("varslet", announces=True)
    article = factories.make_article(series, title="Nå")
    article.title, article.go_live_at = "Siden", timezone.now() + timedelta(days=3)
    article.save_revision().publish()
    assert "Siden" not in body_of(visitor, "/varslet/")


def test_a_link_to_the_glossary_is_a_marked_term(series, settings, visitor):
    body = [
        text(f'<p><a href="{settings.SITE_URL}/ordbok/margin/">marginen</a></p>'),
        gate(),
        *BODY[3:],
    ]
    page = body_of(visitor, factories.make_article(series, body).get_absolute_url())
    assert '<a class="term" href="/ordbok/margin/">marginen</a>' in page

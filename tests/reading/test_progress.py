"""One rule says which part of a series comes next, wherever a member asks."""

import random
import re
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from articles.parts import parts_below
from reading.fragments import reading_next, reading_series
from reading.models import Reading, SetAside
from reading.progress import in_progress, next_part
from tests import factories
from tests.articles.test_reading import body_of
from tests.conftest import logged_in
from tests.reading.test_reading import LOCKED, OURS, send

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def articles(series):
    return [
        factories.make_article(series, slug=f"del-{number}", title=f"Del {number}")
        for number in range(1, 6)
    ]


def history(rng: random.Random, user, articles) -> list[Reading]:
    """Returns rows of a random history: each part unread, saved, half-read or finished."""
    rows = []
    for article in articles:
        state = rng.choice(["unread", "unread", "saved", "half", "finished", "finished"])
        at = NOW - timedelta(minutes=rng.randrange(100_000))
        fields = {
            "saved": {"saved_at": at},
            "half": {"read_at": at, "place": LOCKED, "share": 40},
            "finished": {"read_at": at, "finished_at": at, "share": 100},
        }
        if state != "unread":
            rows.append(Reading(user=user, article=article, **fields[state]))
    return rows


def expected(articles, rows, finishing=None) -> int | None:
    """Returns the next part's key by the words of the rule, without the code that is tested."""
    state = {row.article_id: row for row in rows}
    done = {pk for pk, row in state.items() if row.finished_at} | {finishing}
    half = sorted(
        (row.read_at, row.article_id) for row in rows if row.read_at and row.article_id not in done
    )
    if half:
        return half[-1][1]
    read = sorted((row.finished_at, row.article_id) for row in rows if row.finished_at)
    last = finishing or (read[-1][1] if read else None)
    keys = [article.pk for article in articles]
    after = keys[keys.index(last) + 1 :] if last else keys
    unread = [key for key in after if key not in done] or [key for key in keys if key not in done]
    return unread[0] if unread else None


def key_of(address: str, articles) -> int | None:
    """Returns the key of the article at `address`."""
    found = [article.pk for article in articles if article.get_absolute_url() == address]
    return found[0] if found else None


def test_a_thousand_histories_get_the_same_answer_everywhere(series, articles, member):
    rng = random.Random(18)  # noqa: S311
    parts = parts_below(series.path)
    for _ in range(1000):
        rows = history(rng, member, articles)
        Reading.objects.all().delete()
        Reading.objects.bulk_create(rows)
        request = RequestFactory().get("/")
        request.user = member
        wanted = expected(articles, rows)
        page = reading_series(request, {"series_path": series.path})
        assert key_of(page.address, articles) == wanted
        found = in_progress(member)  # the front page and «Min lesing»
        is_begun = any(row.read_at for row in rows)
        assert [each.next.pk for each in found] == ([wanted] if is_begun and wanted else [])
        article = rng.choice(articles)
        shared = {"article": article, "series_path": series.path, "parts": parts, "authors": []}
        end = reading_next(request, shared)
        wanted = expected(articles, rows, finishing=article.pk)
        assert (key_of(end.next.address, articles) if end.next else None) == wanted
        # The other pages say the same as soon as it is finished.
        row = Reading.of(member, article)
        row.finish(True)
        known = {row.article_id: row for row in Reading.objects.all()}
        after = next_part(parts, known)
        assert (after.pk if after else None) == wanted


def test_the_pages_show_that_answer(series, articles, member):
    client = logged_in(member)
    send(client, articles[1], "sted", place=LOCKED, share=100)
    for path in ("/", "/serien/", "/konto/lesing/"):
        page = body_of(client, path)
        assert re.search(r'class="button" href="/serien/del-3/">[^<]*del 3<', page), path
    assert "Serien på prøve, del 3 av 5" in body_of(client, "/")
    end = body_of(client, articles[1].get_absolute_url())
    assert 'rel="next" href="/serien/del-3/"' in end
    assert end.count('href="/serien/del-3/"') == 3  # its title, its button and the list of parts
    send(client, articles[3], "sted", place=LOCKED, share=50)
    for path in ("/", "/serien/", "/konto/lesing/", articles[0].get_absolute_url()):
        assert 'class="button" href="/serien/del-4/#fortsett"' in body_of(client, path), path


def test_a_visitor_is_led_to_the_part_after_and_to_the_first_one(series, articles, visitor):
    assert re.search(r'href="/serien/del-1/">Begynn med del 1<', body_of(visitor, "/serien/"))
    page = body_of(visitor, articles[1].get_absolute_url())
    assert re.search(r'href="/serien/del-3/">Les del 3<', page)
    assert "Del 2 av 5" in page
    last = body_of(visitor, articles[4].get_absolute_url())
    assert "Det var siste del av serien." in last
    assert re.search(r'href="/serier/">Alle serier<', last)


def test_the_end_of_a_series_leads_to_its_authors_others_first(series, visitor):
    author = factories.make_author()
    last = factories.make_article(series, slug="sist", authors=[author])
    theirs = factories.make_series(title="Av samme forfatter", slug="samme")
    factories.make_article(theirs, slug="b", authors=[author])
    newer = factories.make_series(title="Nyere", slug="nyere")
    factories.make_article(newer, slug="a")
    page = body_of(visitor, last.get_absolute_url())
    others = re.findall(r'onward-title"><a href="/([-\w]+)/"', page)
    assert others == ["samme", "nyere"]


def test_a_series_set_aside_stays_away_until_it_is_read_again(series, articles, member):
    client = logged_in(member)
    send(client, articles[0], "sted", place=LOCKED, share=50)
    assert "Legg bort serien" in body_of(client, "/")
    answer = client.post(f"/konto/lesing/serie/{series.pk}/", {"on": "1"}, **OURS)
    assert answer.url == "/konto/lesing/"
    assert "Serien på prøve, del" not in body_of(client, "/")
    assert "Ta den frem igjen" in body_of(client, "/konto/lesing/")
    send(client, articles[0], "sted", place=LOCKED, share=60)
    assert "Serien på prøve, del 1 av 5" in body_of(client, "/")
    assert not SetAside.objects.exists()
    client.post(f"/konto/lesing/serie/{series.pk}/", {"on": "1"}, **OURS)
    client.post(f"/konto/lesing/serie/{series.pk}/", {"on": "0"}, **OURS)
    assert "Serien på prøve, del 1 av 5" in body_of(client, "/")


def test_a_finished_series_leaves_the_front_page(series, articles, member):
    client = logged_in(member)
    for article in articles:
        send(client, article, "lest", on="1")
    assert "Fortsett" not in body_of(client, "/")
    assert "Du har lest hele serien." in body_of(client, "/serien/")
    assert "Du har lest hele serien." in body_of(client, articles[2].get_absolute_url())


def test_a_member_is_not_told_what_is_for_members(series, article, visitor, as_member):
    for path in ("/", "/serien/"):
        assert "For medlemmer" in body_of(visitor, path)
        assert "For medlemmer" not in body_of(as_member, path)


def test_a_series_that_nobody_may_know_of_is_not_set_aside(series, article, as_member):
    series.unpublish()
    assert (
        as_member.post(f"/konto/lesing/serie/{series.pk}/", {"on": "1"}, **OURS).status_code == 404
    )
    assert as_member.post(f"/konto/lesing/serie/{2**70}/", {"on": "1"}, **OURS).status_code == 404

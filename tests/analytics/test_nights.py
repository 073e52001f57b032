"""What happens besides a page that is opened: joining, hearing, and each night's sums."""

from datetime import date, timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from accounts.events import terms_accepted
from accounts.models import User
from accounts.own_data import erase
from analytics import receivers
from analytics.counting import MOST
from analytics.jobs import fold, forget, sum_recent, sum_up
from analytics.models import LEAST, SITE, Count, Kind, NamedCount, Recent, What
from delivery.tally import Tally
from narration.events import heard_to_the_end
from reading.models import Reading
from tests import factories
from tests.analytics.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
TODAY = timezone.localdate(NOON)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def article():
    return factories.make_article(series=factories.make_series(slug="serien"), slug="delen")


def counts(what: str) -> dict[tuple[date, int], int]:
    rows = Count.objects.filter(what=what).values_list("day", "about", "count")
    return {(day, about): count for day, about, count in rows}


def join(member: User, source: str, is_new: bool = True) -> None:
    request = RequestFactory().post("/konto/vilkar/")
    terms_accepted.send(User, request=request, user=member, is_new=is_new, source=source)


def test_a_new_member_is_counted_where_they_joined(member, article):
    join(member, "/serien/delen/#b-1")
    assert counts(What.JOINED) == {(TODAY, SITE): 1, (TODAY, article.pk): 1}


def test_joining_elsewhere_is_counted_for_the_site(member):
    join(member, "/konto/bli-medlem/")
    assert counts(What.JOINED) == {(TODAY, SITE): 1}


def test_who_accepts_new_terms_has_not_joined(member, article):
    join(member, "/serien/delen/", is_new=False)
    assert counts(What.JOINED) == {}
    assert not NamedCount.objects.exists()


@pytest.mark.parametrize("source", ["import", "ghost", "substack", "command"])
def test_who_was_brought_along_has_not_joined_here(member, source):
    User.objects.filter(pk=member.pk).update(source=source)
    member.refresh_from_db()
    join(member, "/serien/delen/")
    assert counts(What.JOINED) == {}
    assert not NamedCount.objects.exists()


def test_the_way_in_is_counted_by_the_day(member):
    User.objects.filter(pk=member.pk).update(source="passkey")
    member.refresh_from_db()
    join(member, "/")
    row = NamedCount.objects.get()
    assert (row.day, row.kind, row.name, row.count) == (TODAY, Kind.DOOR, "passkey", 1)


def test_what_is_heard_to_the_end_is_counted(article, monkeypatch):
    tally = Tally(receivers.keep_heard, MOST)
    monkeypatch.setattr(receivers, "heard", tally)
    heard_to_the_end.send(None, article=article.pk)
    assert counts(What.HEARD) == {}  # no request writes
    tally.write()
    assert counts(What.HEARD) == {(TODAY, article.pk): 1, (TODAY, SITE): 1}


def finish(member: User, article, days_ago: int) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    Reading.objects.create(user=member, article=article, read_at=at, finished_at=at)


def test_reading_to_the_end_is_summed_once_a_night(member, article):
    finish(member, article, 1)
    sum_up()
    expected = {(YESTERDAY, article.pk): 1, (YESTERDAY, SITE): 1}
    assert counts(What.FINISHED) == expected
    sum_up()
    assert counts(What.FINISHED) == expected


def test_todays_reading_waits_for_the_night(member, article):
    finish(member, article, 0)
    sum_up()
    assert counts(What.FINISHED) == {(YESTERDAY, SITE): 0}


def test_nights_that_the_worker_stood_still_are_made_up_for(member, article):
    Count.objects.add([(TODAY - timedelta(days=4), What.FINISHED, SITE, 0)])
    finish(member, article, 3)
    sum_up()
    assert counts(What.FINISHED)[TODAY - timedelta(days=3), article.pk] == 1
    assert len([day for day, about in counts(What.FINISHED) if about == SITE]) == 4


def test_a_deleted_member_changes_no_figure_and_nothing_of_them_is_left(member, article):
    join(member, "/serien/delen/")
    finish(member, article, 1)
    sum_up()
    tables = (Count, NamedCount, Recent)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    erase(member)
    sum_up()
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    text = str(before)
    assert member.email not in text


def test_four_weeks_are_summed_for_the_lists(article):
    rows = [(YESTERDAY - timedelta(days=n), What.VISITORS, article.pk, 1) for n in range(40)]
    Count.objects.add([*rows, (TODAY, What.VISITORS, article.pk, 100)])
    sum_recent(YESTERDAY)
    assert Recent.objects.get(about=article.pk, what=What.VISITORS).count == 28
    sum_recent(YESTERDAY)
    assert Recent.objects.count() == 1


def test_what_happened_on_a_page_is_of_its_month_after_four_weeks(article):
    until = date(2026, 11, 30)
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 2), date(2026, 11, 2)]
    days += [date(2026, 11, 3), until]
    Count.objects.add((day, What.MEMBERS, about, 1) for day in days for about in (article.pk, SITE))
    for _night in range(2):
        fold(until)
        assert counts(What.MEMBERS) == {
            **{(day, SITE): 1 for day in days},
            (date(2026, 9, 1), article.pk): 1,
            (date(2026, 10, 1), article.pk): 2,
            (date(2026, 11, 1), article.pk): 1,
            (date(2026, 11, 3), article.pk): 1,
            (until, article.pk): 1,
        }


def test_a_night_that_is_broken_off_is_begun_again(member, article, monkeypatch):
    finish(member, article, 1)
    with monkeypatch.context() as broken:
        broken.setattr("analytics.jobs.sum_recent", lambda until: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sum_up()
    sum_up()
    assert counts(What.FINISHED) == {(YESTERDAY, article.pk): 1, (YESTERDAY, SITE): 1}
    assert Recent.objects.filter(about=article.pk).exists()


def test_old_figures_are_deleted(settings):
    settings.FIGURES_MONTHS = 25
    days = [date(2024, 9, 30), date(2024, 10, 1), date(2026, 11, 1)]
    Count.objects.add((day, What.VISITORS, SITE, 1) for day in days)
    NamedCount.objects.add((day, Kind.DOOR, "code", 1) for day in days)
    forget(date(2026, 11, 30))
    for table in (Count, NamedCount):
        assert list(table.objects.order_by("day").values_list("day", flat=True)) == days[1:]


def test_a_site_that_few_came_from_is_forgotten_when_the_week_is_over():
    week = date(2026, 11, 23)
    for monday in (week, week + timedelta(days=7)):
        rows = [("få.example", LEAST), ("mange.example", LEAST + 1)]
        NamedCount.objects.add((monday, Kind.HOST, name, times) for name, times in rows)
    forget(date(2026, 12, 1))
    kept = NamedCount.objects.order_by("day", "name").values_list("day", "name")
    assert list(kept) == [
        (week, "mange.example"),
        (week + timedelta(days=7), "få.example"),
        (week + timedelta(days=7), "mange.example"),
    ]

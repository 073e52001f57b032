"""What is searched for is counted, and nothing tells who."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from search import statistics, views
from search.models import SearchCount
from search.statistics import HOUR, OCCASION, Tally, words_of
from tests import factories
from tests.conftest import logged_in
from tests.factories import gate, text

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000 * HOUR

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(statistics.time, "time", clock.time)
    return clock


@pytest.fixture(autouse=True)
def fresh() -> None:
    statistics.tally.clear()


def hourly(clock, searches, hours=5) -> None:
    for _ in range(hours):
        searches()
        clock.now += HOUR


def stored() -> dict[str, tuple[int, int]]:
    rows = SearchCount.objects.values_list("words", "times", "misses")
    return {words: (times, misses) for words, times, misses in rows}


def test_words_are_stored_from_the_fifth_hour_on(visitor, clock, series):
    hourly(clock, lambda: visitor.get("/sok/?q=provisjon"), hours=4)
    statistics.write()
    assert stored() == {}
    hourly(clock, lambda: visitor.get("/sok/?q=Provisjon"), hours=2)
    statistics.write()
    assert stored() == {"provisjon": (6, 0)}


def test_somebody_who_searches_again_and_again_counts_once(visitor, clock, series):
    for _ in range(30):
        visitor.get("/sok/?q=provisjon")
        clock.now += 20
    statistics.write()
    assert stored() == {}
    assert statistics.tally._held["provisjon"].times == 1


def test_a_class_at_once_is_one_occasion(clock):
    tally = Tally()
    for _ in range(300):
        tally.count("ost", is_miss=False)
    assert tally._held["ost"].times == 1
    assert tally.due() == []


def test_only_members_miss_as_only_they_search_everything(visitor, as_member, clock, series):
    factories.make_article(series, [text("<p>x</p>"), gate(), text("<p>Geitost</p>")])
    hourly(clock, lambda: visitor.get("/sok/?q=geitost"))
    hourly(clock, lambda: as_member.get("/sok/?q=xqzzywkpf"))
    statistics.write()
    assert stored() == {"geitost": (5, 0), "xqzzywkpf": (5, 5)}


@pytest.mark.parametrize(
    "more", ["&side=2", "&sorter=dato", "&tema=salg", "&lengde=kort", "&ordrett=1"]
)
def test_a_look_at_the_same_search_from_another_side_is_no_search(more, visitor, clock, series):
    visitor.get(f"/sok/?q=ost{more}")
    assert not statistics.tally._held


def test_suggestions_are_not_counted(visitor, clock, series):
    visitor.get("/sok/forslag/?q=ost")
    assert not statistics.tally._held


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Provisjon", "provisjon"),
        ('  "dekningsbidrag"  per ordre ', "dekningsbidrag per ordre"),
        ("ola.nordmann@example.no", ""),
        ("12345678901", ""),
        ("telefon 22 22 22 22", ""),
        ("hvordan si opp en selger", ""),
        ("å" * 41, ""),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_what_may_belong_to_somebody_is_not_counted(typed, words):
    assert words_of(typed) == words


def test_a_search_of_titles_alone_misses_nothing(as_member, clock, monkeypatch, series):
    honest = views.find

    def find(*args, **how):
        return replace(honest(*args, **how), is_fallback=True)

    monkeypatch.setattr(views, "find", find)
    as_member.get("/sok/?q=provisjon")
    assert not statistics.tally._held


def test_what_is_held_is_bounded_and_forgotten_in_a_month(clock, monkeypatch):
    monkeypatch.setattr(statistics, "MAX_HELD", 3)
    tally = Tally()
    for words in "abcd":
        tally.count(words, is_miss=False)
    assert list(tally._held) == ["b", "c", "d"]
    clock.now += 31 * 24 * HOUR
    tally.count("b", is_miss=False)
    assert len(tally._held["b"].hours) == 1


def test_counts_are_written_once_in_ten_minutes_and_not_twice(clock):
    tally = Tally()
    hourly(clock, lambda: tally.count("ost", is_miss=True))
    assert tally.due() == [("ost", 5, 5)]
    tally.count("ost", is_miss=False)
    assert tally.due() == []
    clock.now += OCCASION
    assert tally.due() == [("ost", 1, 0)]
    clock.now += OCCASION
    assert tally.due() == []


def test_two_processes_add_up():
    today = timezone.localdate()
    for _ in range(2):
        SearchCount.objects.add(today, "ost", 5, 1)
    assert stored() == {"ost": (10, 2)}


def test_a_database_that_is_away_spoils_no_answer(clock, monkeypatch, caplog):
    def add(*args):
        raise DatabaseError("geitost")

    hourly(clock, lambda: statistics.tally.count("geitost", is_miss=False))
    monkeypatch.setattr(SearchCount.objects._queryset_class, "add", add)
    statistics.write()
    assert "Counts of 1 searches are lost" in caplog.text
    assert "geitost" not in caplog.text


def test_old_counts_are_forgotten():
    today = timezone.localdate()
    SearchCount.objects.add(today, "ny", 5, 0)
    SearchCount.objects.add(today - timedelta(days=397), "gammel", 5, 0)
    SearchCount.objects.forget()
    assert stored() == {"ny": (5, 0)}


def test_no_column_tells_who():
    assert {field.name for field in SearchCount._meta.get_fields()} == {
        *("id", "day", "words", "times", "misses")
    }


def test_editors_see_what_is_searched_for(as_editor):
    today = timezone.localdate()
    SearchCount.objects.add(today, "ost", 7, 0)
    SearchCount.objects.add(today - timedelta(days=10), "momsfritak", 9, 8)
    page = as_editor.get("/admin/reports/sok/").content.decode()
    assert page.index("momsfritak") < page.index(">ost<")
    assert 'href="/sok/?q=momsfritak"' in page
    this_week = as_editor.get("/admin/reports/sok/?dager=7").content.decode()
    assert "momsfritak" not in this_week
    for odd in ("x", "-1", "99", ""):
        assert "momsfritak" in as_editor.get(f"/admin/reports/sok/?dager={odd}").content.decode()


def test_writers_do_not(writer):
    answer = logged_in(writer).get("/admin/reports/sok/")
    assert answer.status_code in (302, 403)

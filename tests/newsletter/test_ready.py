"""«Neste del når du er klar»: the next part is mailed when the one before is read."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from mail.models import Message
from newsletter.following import follow, stop
from newsletter.models import Follow, NewsletterSettings, Pace, Recipient
from newsletter.ready import offer_parts
from newsletter.things import Thing
from reading.models import Reading, SetAside
from tests import factories
from tests.conftest import person
from tests.newsletter.conftest import html_of, planned, text_of

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")
MONDAY = datetime(2026, 11, 2, 20, 0, tzinfo=OSLO)


class Clock:
    def __init__(self, monkeypatch) -> None:
        self.now = MONDAY
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def tomorrow(self, hour: int = 8, days: int = 1) -> None:
        self.now = (self.now + timedelta(days=days)).replace(hour=hour)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def parts(clock, series):
    return [
        factories.make_article(series, slug=f"del-{n}", title=f"Del nr. {n}") for n in (1, 2, 3)
    ]


@pytest.fixture
def follower(clock, member, parts, series):
    follow(member, Thing("serie", series.pk), "/serien/", Pace.WHEN_READY)
    Follow.objects.update(followed_at=clock.now)  # a field's default has the real clock
    return member


def read(user, article, share: int = 100) -> None:
    row = Reading.of(user, article)
    row.keep_position("b-aaaaaaaa-0000-4000-8000-000000000002-1", share)


def subjects(mails) -> list[str]:
    return [mail["Subject"].partition(": ")[2] for mail in mails]


@pytest.fixture
def day(clock, sent):
    """Returns a function that lets a day pass, and returns what was mailed."""

    def passes(days: int = 1):
        clock.tomorrow(days=days)
        offer_parts()
        return subjects(sent())

    return passes


def test_a_clock_that_was_ahead_holds_nothing_up(follower, day):
    Follow.objects.update(look_at=MONDAY + timedelta(days=400))
    assert day() == ["Del nr. 1"]


def test_the_first_part_comes_the_day_after(follower, day):
    offer_parts()
    assert planned() == []
    assert day() == ["Del nr. 1"]


def test_it_comes_at_the_site_s_hour(follower, clock, sent):
    clock.tomorrow(hour=6)
    offer_parts()
    assert sent() == []
    clock.now = clock.now.replace(hour=7)
    offer_parts()
    assert len(sent()) == 1


def test_the_next_part_waits_until_the_one_before_is_read(follower, parts, day):
    assert day() == ["Del nr. 1"]
    assert day() == []
    read(follower, parts[0])
    assert day() == ["Del nr. 2"]
    assert day() == []


def test_who_reads_on_by_themselves_gets_the_part_that_they_have_come_to(follower, parts, day):
    read(follower, parts[0])
    read(follower, parts[1])
    assert day() == ["Del nr. 3"]


def test_nothing_comes_on_a_day_on_which_they_read(follower, parts, clock, day, sent):
    clock.tomorrow(hour=6)
    read(follower, parts[0])
    clock.now = clock.now.replace(hour=8)
    offer_parts()
    assert sent() == []
    assert day() == ["Del nr. 2"]


def test_a_half_read_part_is_gone_on_with_where_they_left_off(follower, parts, clock, sent):
    read(follower, parts[0], share=40)
    clock.tomorrow()
    offer_parts()
    [mail] = sent()
    assert "/serien/del-1/#b-aaaaaaaa-0000-4000-8000-000000000002-1" in text_of(mail)
    assert "Du er midt i denne" in text_of(mail)


def test_a_part_that_a_pause_held_back_is_offered_again(follower, clock, day, sent):
    clock.tomorrow()
    offer_parts()
    Recipient.objects.update(paused_until=clock.now + timedelta(days=2, hours=1))
    assert sent() == []
    assert day() == []
    assert day() == []
    assert day() == ["Del nr. 1"]


def test_a_part_that_was_withdrawn_as_it_left_is_offered_again(follower, parts, clock, day, sent):
    clock.tomorrow()
    offer_parts()
    parts[0].unpublish()
    assert sent() == []
    parts[0].save_revision().publish()
    assert day() == ["Del nr. 1"]


def test_when_all_is_read_it_waits_for_a_new_part(follower, parts, series, day):
    for part in parts:
        read(follower, part)
    assert day() == []
    factories.make_article(series, slug="del-4", title="Del nr. 4")
    assert day() == ["Del nr. 4"]


def test_there_is_at_most_one_a_day_over_all_series(follower, parts, day):
    other = factories.make_series("annen", "En annen")
    factories.make_article(other, slug="a", title="Annen del")
    follow(follower, Thing("serie", other.pk), "/annen/", Pace.WHEN_READY)
    first = day()
    second = day()
    assert len(first) == len(second) == 1
    assert {*first, *second} == {"Del nr. 1", "Annen del"}


def test_a_series_that_is_due_again_the_same_day_waits(follower, parts, day, sent):
    other = factories.make_series("annen", "En annen")
    factories.make_article(other, slug="a", title="Annen del")
    assert day() == ["Del nr. 1"]
    row = follow(follower, Thing("serie", other.pk), "/annen/", Pace.WHEN_READY)
    Follow.objects.update(look_at=timezone.now())
    offer_parts()
    assert sent() == []
    row.refresh_from_db()
    assert row.offered is None, "what was not mailed was not offered"
    assert day() == ["Annen del"]


def test_a_month_of_silence_gets_one_last_mail(follower, parts, day, clock, sent):
    assert day() == ["Del nr. 1"]
    assert [day() for _each in range(29)] == [[]] * 29
    clock.tomorrow()
    offer_parts()
    [mail] = sent()
    assert mail["Subject"] == "«Serien på prøve» venter på deg"
    assert "vi minner deg ikke om det igjen" in text_of(mail)
    assert [day() for _each in range(40)] == [[]] * 40
    read(follower, parts[0])
    assert day() == ["Del nr. 2"]


def test_who_never_read_in_it_is_not_told_that_they_did(follower, parts, day, clock, sent):
    assert day() == ["Del nr. 1"]
    clock.tomorrow(days=30)
    offer_parts()
    [mail] = sent()
    assert mail["Subject"] == "«Serien på prøve» venter på deg"
    for text in (text_of(mail), html_of(mail)):
        assert "For en stund siden sendte vi deg denne delen av «Serien på prøve»." in text
        assert "siden du leste" not in text
        assert "du var kommet til" not in text


def test_who_read_another_part_of_it_is_told_so(follower, parts, day, clock, sent):
    read(follower, parts[0])
    assert day() == ["Del nr. 2"]
    clock.tomorrow(days=30)
    offer_parts()
    [mail] = sent()
    assert "Det er en stund siden du leste i «Serien på prøve»." in text_of(mail)


def test_who_read_all_of_it_long_before_a_new_part_came_is_told_of_no_month(
    follower, parts, series, *, day, clock, sent
):
    for part in parts:
        read(follower, part)
    clock.tomorrow(days=200)
    factories.make_article(series, slug="del-4", title="Del nr. 4")
    assert day() == ["Del nr. 4"]
    clock.tomorrow(days=30)
    offer_parts()
    [mail] = sent()
    assert "Det er en stund siden du leste i «Serien på prøve»." in text_of(mail)
    assert "måned" not in text_of(mail)


def test_who_reads_a_little_is_not_silent(follower, parts, day):
    assert day() == ["Del nr. 1"]
    for _each in range(4):
        assert day(days=20) == []
        read(follower, parts[0], share=40)


def test_a_series_that_is_set_aside_is_left_in_peace(follower, series, day):
    SetAside.objects.create(user=follower, series=series)
    assert day() == []


def test_what_is_not_published_is_not_offered(follower, parts, series, day):
    parts[0].unpublish()
    assert day() == ["Del nr. 2"]
    series.unpublish()
    assert day() == []


def test_who_keeps_no_history_gets_no_part_by_part(follower, day):
    follower.keeps_history = False
    follower.save()
    assert day() == []


def suspend(user, parts):
    user.suspend()


def pause(user, parts):
    until = timezone.now() + timedelta(days=3)
    Recipient.objects.filter(user=user).update(paused_until=until)


def unfollow(user, parts):
    stop(user, Follow.objects.get().thing)


def at_week(user, parts):
    follow(user, Follow.objects.get().thing, "/", Pace.WEEKLY)


def finish(user, parts):
    Reading.of(user, parts[0]).finish(True)


def withdraw(user, parts):
    parts[0].unpublish()


@pytest.mark.parametrize(
    "happens",
    [suspend, pause, unfollow, at_week, finish, withdraw],
    ids=lambda each: each.__name__,
)
def test_what_happens_before_it_leaves_stops_it(happens, follower, parts, clock, sent):
    clock.tomorrow()
    offer_parts()
    assert len(planned()) == 1
    happens(follower, parts)
    assert sent() == []


def test_the_queries_are_bounded_for_each_member(
    clock, parts, series, django_assert_max_num_queries
):
    NewsletterSettings.load()
    for n in range(20):
        user = person(f"leser{n}@example.no")
        follow(user, Thing("serie", series.pk), "/", Pace.WHEN_READY)
    clock.tomorrow()
    # For each member: the readings, the mail, the follow, and parts that no cache holds here.
    with django_assert_max_num_queries(20 * 6 + 20):
        offer_parts()
    assert Message.objects.count() == 20

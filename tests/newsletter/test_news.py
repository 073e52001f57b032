"""Followers hear of new articles, at once or once a week."""

import re
from contextlib import nullcontext
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db.models import F
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction

from accounts.models import State
from articles.models import Article, Passage
from articles.publishing.events import article_published
from delivery import content_version
from mail.making import made
from mail.models import AddressState, Message, Reason
from newsletter import planning
from newsletter.following import follow, stop
from newsletter.models import Announcement, Edition, NewsletterSettings, Pace, Recipient
from newsletter.planning import begin_week, plan_news
from newsletter.things import ALL_MAIL, EVERYTHING, Thing
from reading.models import Reading
from tests import factories
from tests.conftest import person
from tests.newsletter.conftest import announce, html_of, planned, text_of

pytestmark = pytest.mark.django_db
HERE = "/serien/"


@pytest.fixture
def thing(series) -> Thing:
    return Thing("serie", series.pk)


@pytest.fixture
def follower(member, thing):
    follow(member, thing, HERE, Pace.AT_ONCE)
    return member


def test_a_first_publishing_is_announced_some_minutes_later(article, at_once):
    Announcement.objects.all().delete()
    with at_once():
        article.save_revision().publish()
        new = factories.make_article(article.get_parent().specific, slug="ny")
    told = Announcement.objects.get()
    assert told.article_id == new.pk
    assert timedelta(minutes=9) < told.due_at - timezone.now() < timedelta(minutes=11)


def told_of(announcements) -> list[int]:
    return list(announcements.filter(is_silent=False).values_list("article", flat=True))


def test_an_article_that_is_shown_in_another_series_too_is_no_second_news(article, at_once):
    Announcement.objects.all().delete()
    with at_once():
        article.create_alias(parent=factories.make_series("andre", "Andre"))
    assert told_of(Announcement.objects) == []
    planning.announce_missed()
    assert told_of(Announcement.objects) == [article.pk]


@pytest.mark.parametrize("is_told_at_once", [True, False])
def test_an_alias_that_becomes_an_article_of_its_own_is_no_second_news(
    is_told_at_once, article, at_once
):
    other = factories.make_series("andre", "Andre")
    with at_once() if is_told_at_once else nullcontext():
        alias = article.create_alias(parent=other)
    planning.announce_missed()
    ConvertAliasPageAction(alias).execute()
    with at_once():
        Article.objects.get(pk=alias.pk).save_revision().publish()
    planning.announce_missed()
    assert told_of(Announcement.objects) == [article.pk]


def test_an_alias_that_outlives_its_article_is_no_second_news(article):
    alias = article.create_alias(parent=factories.make_series("andre", "Andre"))
    planning.announce_missed()
    article.delete()
    Article.objects.get(pk=alias.pk).save_revision().publish()
    planning.announce_missed()
    assert told_of(Announcement.objects) == []


def test_an_alias_of_a_draft_that_is_published_by_itself_is_news(series, at_once):
    draft = factories.draft_article(series)
    alias = draft.create_alias(parent=factories.make_series("andre", "Andre"))
    ConvertAliasPageAction(alias).execute()
    with at_once():
        Article.objects.get(pk=alias.pk).save_revision().publish()
    assert told_of(Announcement.objects) == [alias.pk]


def test_an_archive_is_not_news(series, at_once):
    article = factories.draft_article(series)
    article.first_published_at = timezone.now() - timedelta(days=3)
    with at_once():
        article_published.send(Article, article=article, is_first=True)
    assert not Announcement.objects.exists()


def test_a_follower_hears_of_a_new_article_once(follower, article, sent):
    announce(article)
    plan_news()
    plan_news()
    [mail] = sent()
    assert mail["To"] == follower.email
    assert mail["Subject"] == "Serien på prøve: Delen"
    assert "Det åpne avsnittet." in text_of(mail)
    assert "Det låste avsnittet." in html_of(mail)
    assert "Du får denne e-posten fordi du følger «Serien på prøve»." in text_of(mail)
    plan_news()
    assert sent() == []


def test_nobody_hears_of_what_is_not_due(follower, article):
    announce(article, ago=timedelta(minutes=9))
    plan_news()
    assert planned() == []


def test_nobody_hears_of_what_an_editor_silenced(follower, article, sent):
    announce(article)
    Announcement.objects.update(is_silent=True)
    plan_news()
    assert planned() == []


@pytest.mark.parametrize("kind", ["forfatter", "tema", "alt"])
def test_who_follows_an_author_a_subject_or_everything_hears_of_it(kind, member, series, sent):
    author, subject = factories.make_author(), factories.make_subject()
    article = factories.make_article(series, authors=[author])
    article.subjects.add(subject)
    article.save_revision().publish()
    thing = {
        "forfatter": Thing("forfatter", author.pk),
        "tema": Thing("tema", subject.pk),
        "alt": EVERYTHING,
    }[kind]
    follow(member, thing, HERE)
    announce(article)
    plan_news()
    [mail] = sent()
    assert thing.title in text_of(mail)
    assert f"/{thing.key}/" in mail["List-Unsubscribe"]


def test_who_follows_something_else_hears_nothing(member, article, sent):
    other = factories.make_series("annen", "En annen")
    follow(member, Thing("serie", other.pk), HERE, Pace.AT_ONCE)
    announce(article)
    plan_news()
    assert sent() == []


def test_several_articles_come_in_one_mail(follower, series, article, sent):
    more = [factories.make_article(series, slug=f"del-{n}", title=f"Del {n}") for n in range(3)]
    announce(article, *more)
    plan_news()
    [mail] = sent()
    assert mail["Subject"] == "«Delen» og 3 til"
    assert "Det åpne avsnittet." not in text_of(mail), "a long mail has the leads alone"
    assert all(f"Del {n}" in text_of(mail) for n in range(3))


def test_of_an_import_the_first_ten_are_told(follower, series, article, sent):
    more = [factories.make_article(series, slug=f"del-{n}", title=f"Nr {n}") for n in range(12)]
    announce(article, *more)
    plan_news()
    [mail] = sent()
    assert "Og 3 nye artikler til" in text_of(mail)
    assert "Nr 8" in text_of(mail)
    assert "Nr 9" not in text_of(mail)


def test_one_thing_of_several_is_ended_by_itself_and_all_by_the_header(
    follower, series, thing, sent
):
    author = factories.make_author()
    article = factories.make_article(series, authors=[author])
    by = Thing("forfatter", author.pk)
    follow(follower, by, HERE)
    announce(article)
    plan_news()
    [mail] = sent()
    assert f"/{thing.key}+{by.key}/?fra=nytt-" in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for each in (thing, by, ALL_MAIL):
        assert f"/{each.key}/?fra=nytt-" in text_of(mail)


# --- Made when it leaves -------------------------------------------------------------------


def suspend(article, follower):
    follower.suspend()


def leave(article, follower):
    follower.leave()


def pause(article, follower):
    Recipient.objects.filter(user=follower).update(paused_until=timezone.now() + timedelta(days=1))


def end(article, follower):
    stop(follower, Thing("serie", article.get_parent().pk))


def bounce(article, follower):
    AddressState.stop(follower.email, Reason.BOUNCED)


def read(article, follower):
    Reading.of(follower, article).finish(True)


def silence(article, follower):
    Announcement.objects.update(is_silent=True)


@pytest.mark.parametrize(
    "happens",
    [suspend, leave, pause, end, bounce, read, silence],
    ids=lambda each: each.__name__,
)
def test_what_happens_before_it_leaves_stops_it(happens, follower, article, sent):
    announce(article)
    plan_news()
    assert len(planned()) == 1
    happens(article, follower)
    assert sent() == []
    assert planned() == []


@pytest.mark.parametrize("withdrawn", ["article", "series"])
def test_what_is_withdrawn_for_a_moment_is_told_of_when_it_is_out_again(
    withdrawn, follower, series, article, *, sent
):
    page = article if withdrawn == "article" else series
    announce(article)
    plan_news()
    page.unpublish()
    assert sent() == []
    page.save_revision().publish()
    Message.objects.update(due_at=timezone.now())
    assert len(sent()) == 1


@pytest.mark.parametrize("withdrawn", ["article", "series"])
def test_what_is_withdrawn_before_it_leaves_is_told_to_nobody(
    withdrawn, follower, series, article, *, sent
):
    page = article if withdrawn == "article" else series
    announce(article)
    plan_news()
    page.unpublish()
    waited = timedelta()
    for _try in range(Message.TRIES):
        before = timezone.now()
        Message.objects.update(due_at=before)
        assert sent() == []
        waited += sum((each.due_at - before for each in planned()), timedelta())
    assert planned() == []
    assert timedelta(minutes=9) < waited < timedelta(minutes=12)
    page.save_revision().publish()
    plan_news()
    assert sent() == []


def test_a_mail_that_waits_for_its_article_counts_as_no_refusal(follower, article, sent):
    announce(article)
    plan_news()
    article.unpublish()
    sent()
    [stored] = planned()
    assert (stored.error, stored.failed_at) == ("", None)


def test_what_is_corrected_before_it_leaves_is_so_in_the_mail(follower, article, sent):
    announce(article)
    plan_news()
    article.title = "Rettet"
    article.body = Article._meta.get_field("body").to_python([factories.text("<p>Nytt ord.</p>")])
    article.save_revision().publish()
    [mail] = sent()
    assert mail["Subject"] == "Serien på prøve: Rettet"
    assert "Nytt ord." in text_of(mail)
    assert "Det låste avsnittet." not in text_of(mail)


def test_it_goes_to_the_address_that_they_have_when_it_leaves(follower, article, sent):
    announce(article)
    plan_news()
    follower.email = "ny@annet.example"
    follower.save()
    [mail] = sent()
    assert mail["To"] == "ny@annet.example"
    stored = Message.objects.get()
    assert (stored.recipient, stored.domain) == ("ny@annet.example", "annet.example")


def test_it_leads_to_where_they_left_off(follower, article, sent):
    Reading.of(follower, article).keep_position("b-aaaaaaaa-0000-4000-8000-000000000002-1")
    announce(article)
    plan_news()
    [mail] = sent()
    assert "#b-aaaaaaaa-0000-4000-8000-000000000002-1" in text_of(mail)
    assert "Les videre der du slapp" in text_of(mail)


def test_a_long_text_is_cut_and_the_link_leads_on_from_there(follower, series, sent):
    long = [factories.text(f"<p>{'ord ' * 120}</p>") for _n in range(4)]
    article = factories.make_article(series, long)
    announce(article)
    plan_news()
    [mail] = sent()
    third = article.body[2].id
    assert f"/serien/delen/#b-{third}" in text_of(mail)
    assert text_of(mail).count("ord ord") < 300


# --- Once a week ---------------------------------------------------------------------------

OSLO = ZoneInfo("Europe/Oslo")
THURSDAY = datetime(2026, 11, 26, 7, 0, tzinfo=OSLO)


@pytest.fixture
def clock(monkeypatch):
    def at(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return at


def test_the_week_s_mail_leaves_at_the_weekday_and_hour(db, clock):
    NewsletterSettings.objects.update_or_create(defaults={"weekday": 4, "hour": 7})
    assert begin_week(THURSDAY - timedelta(minutes=1)) is None
    edition = begin_week(THURSDAY)
    assert edition.key == "uke-2026-48"
    assert begin_week(THURSDAY + timedelta(days=2)) is None
    after = begin_week(THURSDAY + timedelta(days=7))
    assert (after.key, after.after) == ("uke-2026-49", edition.until)


def test_the_week_s_mail_tells_of_what_came_since_the_last(member, thing, series, article, sent):
    follow(member, thing, HERE, Pace.WEEKLY)
    new = factories.make_article(series, slug="ny", title="Ny del")
    announce(article, ago=timedelta(days=8))
    announce(new, ago=timedelta(days=3))
    Announcement.objects.update(told_at=F("due_at"))
    now = timezone.now()
    edition = begin_week(NewsletterSettings.load().this_week(now) + timedelta(minutes=1))
    Edition.objects.update(after=now - timedelta(days=7), until=now)
    while planning.plan_batch(Edition.objects.get()):
        pass
    [mail] = sent()
    assert mail["Subject"] == "Serien på prøve: Ny del"
    assert edition.key in mail["List-Unsubscribe"]


def week_of(article) -> None:
    announce(article, ago=timedelta(hours=1))
    now = timezone.now()
    Announcement.objects.update(told_at=now)
    edition = Edition.objects.create(key="uke-2026-48", after=now - timedelta(days=7), until=now)
    while planning.plan_batch(edition):
        pass


@pytest.mark.parametrize("hidden", ["article", "series"])
@pytest.mark.parametrize("pace", [Pace.AT_ONCE, Pace.WEEKLY])
def test_what_was_withdrawn_when_it_came_due_is_told_of_once_it_is_out_again(
    hidden, pace, *, member, thing, article, sent
):
    follow(member, thing, HERE, pace)
    announce(article, ago=timedelta(days=20))
    page = article if hidden == "article" else article.get_parent().specific
    page.unpublish()
    plan_news()
    assert Announcement.objects.get().told_at is None
    page.save_revision().publish()
    plan_news()
    assert Announcement.objects.get().told_at is None, "it has ten minutes again"
    Announcement.objects.update(due_at=timezone.now())
    Edition.objects.all().delete()
    planning.gather()
    now = timezone.now()
    Edition.objects.create(key="uke-2026-48", after=now - timedelta(days=7), until=now)
    plan_news()
    assert len(sent()) == 1


@pytest.mark.parametrize("hidden", ["article", "series"])
def test_an_article_waits_its_minutes_from_when_readers_can_see_it(hidden, series, article):
    page = article if hidden == "article" else series
    announce(article)
    page.unpublish()
    plan_news()
    page.save_revision().publish()
    plan_news()
    told = Announcement.objects.get()
    assert told.told_at is None
    assert timedelta(minutes=9) < told.due_at - timezone.now() < timedelta(minutes=11)


def test_what_an_editor_silenced_or_has_been_told_is_not_put_off(series, article):
    more = factories.make_article(series, slug="mer")
    announce(article, more)
    Announcement.objects.filter(article=article).update(is_silent=True)
    Announcement.objects.filter(article=more).update(told_at=timezone.now())
    before = list(Announcement.objects.order_by("pk").values())
    series.unpublish()
    plan_news()
    assert list(Announcement.objects.order_by("pk").values()) == before


def test_what_a_process_that_died_has_published_is_announced_all_the_same(article, series):
    old = factories.make_article(series, slug="gammel")
    Article.objects.filter(pk=old.pk).update(first_published_at=timezone.now() - timedelta(days=3))
    factories.draft_article(series, slug="utkast")
    Announcement.objects.all().delete()
    plan_news()
    plan_news()
    told = Announcement.objects.get()
    assert told.article_id == article.pk
    assert told.due_at > timezone.now()


def test_who_heard_at_once_does_not_hear_again_in_the_week_s_mail(follower, article, sent):
    follow(follower, EVERYTHING, HERE, Pace.WEEKLY)
    week_of(article)
    assert sent() == []


def test_a_series_that_is_taken_part_by_part_is_left_out_of_other_mail(
    member, thing, article, sent
):
    follow(member, thing, HERE, Pace.WHEN_READY)
    follow(member, EVERYTHING, HERE, Pace.WEEKLY)
    week_of(article)
    assert sent() == []


def test_who_keeps_no_history_hears_of_each_new_part_at_once(member, thing, article, sent):
    follow(member, thing, HERE, Pace.WHEN_READY)
    member.keeps_history = False
    member.save()
    announce(article)
    plan_news()
    assert len(sent()) == 1


# --- Many ----------------------------------------------------------------------------------


def test_all_are_planned_for_in_batches_and_nobody_twice(thing, article, monkeypatch):
    monkeypatch.setattr(planning, "BATCH", 3)
    people = [person(f"leser{n}@example.no") for n in range(8)]
    for each in people:
        follow(each, thing, HERE, Pace.AT_ONCE)
    announce(article)
    plan_news()
    assert {mail.recipient for mail in planned()} == {each.email for each in people}
    edition = Edition.objects.get(key__startswith="nytt-")
    assert (edition.planned, bool(edition.planned_at)) == (8, True)


def test_a_worker_that_dies_between_two_batches_loses_nobody(thing, article, monkeypatch):
    monkeypatch.setattr(planning, "BATCH", 2)
    for n in range(5):
        follow(person(f"leser{n}@example.no"), thing, HERE, Pace.AT_ONCE)
    announce(article)
    edition = planning.gather()
    assert planning.plan_batch(edition)
    plan_news()
    assert len(planned()) == 5


def test_an_unconfirmed_member_is_not_planned_for(thing, article):
    follow(person("u@example.no", State.UNCONFIRMED), thing, HERE, Pace.AT_ONCE)
    announce(article)
    plan_news()
    assert planned() == []


def test_a_mail_takes_three_queries_to_make(
    thing, article, kept, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(content_version, "VERSION_AGE", 3600)
    for n in range(3):
        follow(person(f"leser{n}@example.no"), thing, HERE, Pace.AT_ONCE)
    announce(article)
    plan_news()
    first, *others = planned()
    assert made(first)
    for each in others:
        with django_assert_max_num_queries(3):
            assert made(each)


def test_a_batch_and_how_far_it_has_come_are_stored_together(thing, follower, article, monkeypatch):
    """A worker that is killed in between leaves neither."""
    announce(article)
    edition = planning.gather()

    def killed(*args, **kwargs):
        plan(*args, **kwargs)
        raise KeyboardInterrupt

    plan = planning.plan
    monkeypatch.setattr(planning, "plan", killed)
    with pytest.raises(KeyboardInterrupt):
        planning.plan_batch(edition)
    assert planned() == []
    monkeypatch.setattr(planning, "plan", plan)
    plan_news()
    assert len(planned()) == 1


def test_an_edition_that_is_planned_for_twice_mails_once(follower, article, sent):
    announce(article)
    plan_news()
    Edition.objects.filter(key__startswith="nytt-").update(last_user=0, planned_at=None)
    plan_news()
    assert len(sent()) == 1


def test_a_long_table_is_left_to_the_page(follower, series, sent):
    article = factories.make_article(series)
    text = f"<aside><p>{'ærligheten ' * 6000}</p></aside>"
    Passage.objects.filter(page=article).update(html=text)
    announce(article)
    plan_news()
    [mail] = sent()
    assert len(mail.as_bytes()) < 60_000
    assert "Les artikkelen" in text_of(mail)


def test_a_title_over_two_lines_is_a_subject_in_one(follower, article, sent):
    Article.objects.filter(pk=article.pk).update(title="Delen\r\nBcc: x@y.no")
    announce(article)
    plan_news()
    [mail] = sent()
    assert mail["Subject"] == "Serien på prøve: Delen Bcc: x@y.no"


def test_a_mail_weighs_at_most_60_kb_and_asks_for_nothing(follower, series, sent):
    """No picture, no script, no other host, and no address that only leads on to another."""
    long = [factories.text(f"<h2>Overskrift</h2><p>{'ærligheten ' * 249}</p>")]
    lead = "En ærlig ingress på én setning. " * 15
    articles = [
        factories.make_article(series, long, slug=f"lang-{n}", title=f"Lang {n}", lead=lead)
        for n in range(12)
    ]
    for some in (articles[:3], articles):
        Announcement.objects.all().delete()
        announce(*some)
        plan_news()
        [mail] = sent()
        assert len(mail.as_bytes()) < 60_000
        html = html_of(mail)
        assert not re.search(r"<(img|script|link|iframe|object|form|input|svg)\b", html)
        hosts = set(re.findall(r'(?:href|src|url)[=(]"?(https?://[^/"]+)', html))
        assert hosts == {settings.SITE_URL}
        assert "prefers-color-scheme: dark" in html
        assert 'style="' in html


def test_one_click_ends_a_mail_that_many_things_led_to(member, client, sent):
    articles = []
    for number in range(12):
        series = factories.make_series(f"serie-{number}", f"Serie {number}")
        articles.append(factories.make_article(series, slug="ny"))
        follow(member, Thing("serie", series.pk), HERE, Pace.AT_ONCE)
    announce(*articles)
    plan_news()
    [mail] = sent()
    assert html_of(mail).count("Slutt å følge") == 8
    url = mail["List-Unsubscribe"].strip().strip("<>")
    assert len(url) < 900
    client.post(url.removeprefix("http://localhost:8000"), {"List-Unsubscribe": "One-Click"})
    assert not member.follows.exists()

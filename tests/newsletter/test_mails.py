"""Every mail is made for its recipient, and no recipient gets a word that they may not read.

The world is that of the leak sweep: each locked text holds a word that stands nowhere else.
"""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import Grant, State, User
from articles.models import Article, Passage
from mail.models import AddressState, Reason
from newsletter import news
from newsletter.following import follow
from newsletter.models import Edition, Follow, Pace, Recipient
from newsletter.planning import plan_batch
from newsletter.ready import offer_parts
from newsletter.things import EVERYTHING, Thing
from tests.conftest import media_in, person
from tests.leaks.planting import unpublished_too
from tests.leaks.sweep import words_in
from tests.leaks.world import ABOVE_MEMBERS, World, build
from tests.newsletter.conftest import announce

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def granted(user: User, page, ends_at=None) -> None:
    Grant.objects.create(user=user, level=ABOVE_MEMBERS, page=page, source="gave", ends_at=ends_at)


#: Each kind of recipient: its state, its group, and what is done to it.
KINDS = {
    "member": {},
    "editor": {"group": "Editors"},
    "grant to the article": {"page": "article"},
    "grant to the series": {"page": "series"},
    "expired grant": {"page": "article", "ends_at": -DAY},
    "suspended": {"state": State.SUSPENDED},
    "leaving": {"state": State.LEAVING},
    "unconfirmed": {"state": State.UNCONFIRMED},
    "paused": {"is_paused": True},
    "stopped address": {"is_stopped": True},
}
SILENT = {"suspended", "leaving", "unconfirmed", "paused", "stopped address"}
WITH_MORE = {"grant to the article", "grant to the series"}


def two_gates() -> Article:
    """The article with a part above the members' level."""
    return Article.objects.get(slug="to-porter")


def recipient(kind: str, world: World) -> User:
    how = KINDS[kind]
    user = person("leser@example.no", how.get("state", State.ACTIVE), how.get("group"))
    if page := how.get("page"):
        ends_at = timezone.now() + how["ends_at"] if "ends_at" in how else None
        granted(user, two_gates() if page == "article" else world.series, ends_at)
    if how.get("is_paused"):
        Recipient.objects.create(user=user, paused_until=timezone.now() + DAY)
    if how.get("is_stopped"):
        AddressState.stop(user.email, Reason.BOUNCED)
    return user


def whole(mails) -> str:
    """All that the mails say: headers, text and HTML, decoded."""
    said = []
    for mail in mails:
        said += [f"{name}: {value}" for name, value in mail.items()]
        said += [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return "\n".join(said)


def tell(user: User, sent, *, weekly: bool = False) -> str:
    """What `user` is mailed of each article in the world, one by one: a mail about many shows no
    text."""
    said = []
    for number, article in enumerate(Article.objects.order_by("pk")):
        Edition.objects.all().delete()
        announce(article)
        key = f"uke-2026-{number}" if weekly else f"nytt-{number}"
        now = timezone.now()
        edition = Edition.objects.create(key=key, after=now - DAY, until=now)
        news.Announcement.objects.exclude(article=article).delete()
        news.Announcement.objects.update(edition=edition, told_at=now)
        while plan_batch(edition):
            pass
        said.append(whole(sent()))
    return "\n".join(said)


def parts_for(user: User, world: World, sent) -> str:
    """The mails of all parts of the series, one after the other, as they are read."""
    follow(user, Thing("serie", world.series.pk), "/", Pace.WHEN_READY)
    said = []
    for article in Article.objects.order_by("path"):
        Follow.objects.update(
            look_at=timezone.now(), offered=None, offered_at=None, followed_at=timezone.now()
        )
        offer_parts()
        said.append(whole(sent()))
        user.readings.get_or_create(article=article, defaults={"finished_at": timezone.now() - DAY})
        news.Message.objects.all().delete()
    return "\n".join(said)


@pytest.fixture(scope="module")
def world(module_db, module_media) -> World:
    with override_settings(**media_in(module_media)):
        return build()


def forbidden_to(kind: str, world: World) -> dict[str, str]:
    if kind in SILENT:
        return world.closed
    return world.secret if kind in WITH_MORE else world.secret | world.above


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("weekly", [False, True], ids=["at once", "weekly"])
def test_no_recipient_is_told_a_word_too_much(kind, weekly, world, sent):
    user = recipient(kind, world)
    follow(user, EVERYTHING, "/", Pace.WEEKLY if weekly else Pace.AT_ONCE)
    said = tell(user, sent, weekly=weekly)
    assert words_in(said, forbidden_to(kind, world)) == set()
    assert bool(said.strip()) == (kind not in SILENT)
    assert ("higher" in words_in(said, world.above)) == (kind in WITH_MORE)


@pytest.mark.parametrize("kind", KINDS)
def test_no_part_tells_a_word_too_much(kind, world, sent):
    user = recipient(kind, world)
    said = parts_for(user, world, sent)
    assert words_in(said, forbidden_to(kind, world)) == set()
    assert bool(said.strip()) == (kind not in SILENT)


def test_a_member_reads_locked_text_in_the_mail(member, world, sent):
    follow(member, EVERYTHING, "/", Pace.AT_ONCE)
    assert "paragraph" in words_in(tell(member, sent), world.locked)


def test_the_whole_text_would_be_seen(member, world, sent, monkeypatch):
    monkeypatch.setattr(
        news, "text_for", lambda article, reader: list(Passage.objects.filter(page=article.pk))
    )
    follow(member, EVERYTHING, "/", Pace.AT_ONCE)
    assert words_in(tell(member, sent), world.above)


def test_what_is_not_published_would_be_seen(member, world, sent, monkeypatch):
    follow(member, EVERYTHING, "/", Pace.AT_ONCE)
    with unpublished_too(monkeypatch):
        assert words_in(tell(member, sent), world.secret)

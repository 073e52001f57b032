"""No mail tells its recipient what they may not read, whatever kind of mail it is."""

import email
import email.policy
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db.models import F
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Consent, Grant, Kind, State, User
from articles.models import Article, Passage, PictureUse, Series
from mail.making import NotNow, made
from mail.models import AddressState, Message, Reason
from newsletter import letter_mails, news, ready
from newsletter.following import follow
from newsletter.models import Announcement, Edition, Letter, Pace, Recipient, Sending
from newsletter.planning import plan_batch
from newsletter.things import EVERYTHING, LETTERS, Thing
from newsletter.views import previews
from newsletter.welcome import plan_welcome
from tests.conftest import media_in, person
from tests.leaks.sweep import words_in
from tests.leaks.world import ABOVE_MEMBERS, World, build
from tests.newsletter import leaks

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(module_db, module_media) -> World:
    with override_settings(**media_in(module_media)):
        world = build()
        leaks.prepare(world)
        return world


def granted(world: World, name: str, page, ends_in: timedelta | None = None) -> User:
    user = person(f"{name}@example.no")
    ends_at = timezone.now() + ends_in if ends_in else None
    Grant.objects.create(user=user, level=ABOVE_MEMBERS, page=page, ends_at=ends_at, source="tests")
    return user


def two_gates(world: World) -> Article:
    return Article.objects.get(slug="to-porter")


#: Who gets mail, and what they may be told besides what every member may.
READERS = {
    "member": lambda world: (person("leser@example.no"), set()),
    "editor": lambda world: (person("desken@example.no", group="Editors"), set()),
    "given an article": lambda world: (
        granted(world, "artikkel", two_gates(world)),
        {"higher", "higherheading"},
    ),
    "given a series": lambda world: (
        granted(world, "serie", world.series),
        {"higher", "higherheading"},
    ),
    "given a letter": lambda world: (
        granted(world, "brev", Letter.objects.get(slug="brevet")),
        {"letterabove", "letteralt"},
    ),
    "given something long ago": lambda world: (
        granted(world, "forbi", None, timedelta(seconds=-1)),
        set(),
    ),
}


def paused() -> User:
    user = person("pause@example.no")
    Recipient.objects.create(user=user, paused_until=timezone.now() + timedelta(days=1))
    return user


def stopped() -> User:
    user = person("sprett@example.no")
    AddressState.stop(user.email, Reason.BOUNCED)
    return user


def leaving() -> User:
    user = person("slutter@example.no")
    user.leave()
    return user


#: Who gets none, although they follow everything and said yes to letters.
OTHERS = {
    "suspended": lambda: person("sperret@example.no", State.SUSPENDED),
    "leaving": leaving,
    "unconfirmed": lambda: person("ukjent@example.no", State.UNCONFIRMED),
    "paused": paused,
    "stopped": stopped,
}


@pytest.fixture
def whole(monkeypatch) -> None:
    """Mails hold as much of the texts as their readers may read, not only the beginnings."""
    monkeypatch.setattr(news, "WORDS", 100_000)


def plan_everything(user: User, world: World) -> None:
    """Every kind of mail about everything there is, also what isn't published."""
    follow(user, EVERYTHING, "/", Pace.AT_ONCE)
    Consent.give(user, Kind.NEWS, "/konto/")
    now = timezone.now()
    for number, article in enumerate(Article.objects.all()):
        at = now - timedelta(hours=number + 1)
        told, _ = Announcement.objects.update_or_create(
            article=article, defaults={"published_at": at, "due_at": at}
        )
        values = {"after": at - timedelta(seconds=1), "until": at}
        edition, _ = Edition.objects.update_or_create(key=f"nytt-{told.pk}", defaults=values)
        Announcement.objects.filter(pk=told.pk).update(edition=edition, told_at=at)
        while plan_batch(edition):
            pass
    week = Edition.objects.create(key="uke-2026-01", after=now - timedelta(days=9), until=now)
    user.follows.update(pace=Pace.WEEKLY)
    while plan_batch(week):
        pass
    for series in Series.objects.all():
        own = follow(user, Thing("serie", series.pk), "/", Pace.WHEN_READY)
        for part in Article.objects.child_of(series):
            for name in ("ready", "rest"):
                key = f"{name}-{user.pk}-{part.pk}"
                arguments = {"follow": own.pk, "part": part.pk}
                ready.plan(name, [ready.Planned(user.email, key, arguments)], batch=name)
    for letter in Letter.objects.all():
        sending = Sending.objects.create(letter=letter, about=LETTERS.key)
        arguments = {"sending": sending.pk, "user": user.pk}
        key = f"brev-{letter.pk}-{user.pk}"
        ready.plan("letter", [ready.Planned(user.email, key, arguments)], batch=sending.batch)
    plan_welcome(user)


def is_made(stored: Message) -> bool:
    try:
        return made(stored)
    except NotNow:
        return False


def make_all(user: User) -> Iterator[tuple[str, EmailMessage]]:
    """(the maker, the mail) of all that is planned for `user`, as the outbox would send it.

    Those of the week's mail are made while the member wants news once a week."""
    for stored in Message.objects.filter(recipient=user.email).exclude(maker="").order_by("pk"):
        is_weekly = stored.batch.startswith("uke-")
        user.follows.filter(page=None).update(pace=Pace.WEEKLY if is_weekly else Pace.AT_ONCE)
        # A series that is taken part by part isn't told of otherwise.
        by_part = Pace.WHEN_READY if stored.maker in ("ready", "rest") else Pace.AT_ONCE
        user.follows.exclude(page=None).update(pace=by_part)
        if is_made(stored):
            yield (
                stored.maker,
                email.message_from_bytes(bytes(stored.source), policy=email.policy.default),
            )


def told_in(mail: EmailMessage) -> str:
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return "\n".join([mail.as_string(), *(part.get_content() for part in parts)])


def told_to(user: User, world: World, whole_world: dict[str, str]) -> dict[str, set[str]]:
    """Which of these words each kind of mail tells."""
    found: dict[str, set[str]] = {}
    for maker, mail in make_all(user):
        found.setdefault(maker, set()).update(words_in(told_in(mail), whole_world))
    return found


@pytest.mark.parametrize("kind", READERS)
def test_a_mail_tells_what_its_recipient_may_read_and_no_more(kind, world, whole):
    user, opened = READERS[kind](world)
    plan_everything(user, world)
    everything = world.locked | world.above | world.secret
    told = told_to(user, world, everything)
    allowed = set(world.locked) | opened
    leaked = {maker: places - allowed for maker, places in told.items()}
    assert not any(leaked.values()), leaked
    # The positive controls: were nothing in the mails, nothing could leak.
    assert set(told) == {"news", "ready", "rest", "letter", "welcome"}
    assert told["letter"] >= {"letterbetween", "letterheading", "letterwhole"} | (
        opened & {"letterabove"}
    )
    assert told["news"] >= {"nogate", "betweengates"} | (opened & {"higher"})
    assert told["ready"] >= {"nogate", "betweengates"} | (opened & {"higher"})


@pytest.mark.parametrize("kind", OTHERS)
def test_who_may_have_no_mail_gets_none_that_was_planned_before(kind, world, whole):
    user = OTHERS[kind]()
    plan_everything(user, world)
    makers = {maker for maker, _mail in make_all(user)}
    # The welcome is a service to every member, and none that a pause or a bounce holds back.
    assert makers <= ({"welcome"} if kind in ("paused", "stopped") else set())


def test_no_mail_to_a_member_who_is_gone(world, whole):
    user = person("slettet@example.no")
    plan_everything(user, world)
    planned = list(Message.objects.filter(recipient=user.email).exclude(maker=""))
    assert planned
    User.objects.filter(pk=user.pk).delete()
    assert not any(made(stored) for stored in planned)


#: The panel's previews, and what each may tell besides what is open to everybody.
PREVIEWS = {
    "visitor": set(),
    "mail-visitor": set(),
    "member": {"letterheading", "letterbetween"},
    "mail-member": {"letterheading", "letterbetween"},
}


def told_in_preview(client: Client, mode: str, world: World) -> set[str]:
    letter = Letter.objects.get(slug="brevet")
    letter.title, letter.lead = "Brevet", ""
    letter.save_revision()  # without the draft that is secret from all but editors
    page = client.get(f"/admin/pages/{letter.pk}/view_draft/?mode={mode}").content.decode()
    return words_in(page, world.locked | world.above | world.secret)


@pytest.mark.parametrize("mode", PREVIEWS)
def test_a_preview_tells_what_its_reader_would_be_told(mode, world, as_editor):
    assert told_in_preview(as_editor, mode, world) == PREVIEWS[mode]


@pytest.mark.parametrize("mode", ["visitor", "mail-visitor", "mail-member"])
def test_a_preview_that_tells_all_is_caught(mode, world, as_editor, monkeypatch):
    def all_of_them(passages, page, reader):
        return list(passages)

    monkeypatch.setattr(previews, "readable_among", all_of_them)
    monkeypatch.setattr(letter_mails, "readable_among", all_of_them)
    assert told_in_preview(as_editor, mode, world) - PREVIEWS[mode]


PLANTS = {}


def plant(function):
    PLANTS[function.__name__] = function
    return function


@plant
def a_body_is_rendered_once_for_all(patch):
    patch.setattr(news, "text_for", lambda article, reader: whole_text(article))


@plant
def a_letter_is_rendered_once_for_all(patch):
    patch.setattr(letter_mails.Passage.objects, "of_page", lambda page, reader: whole_text(page))


@plant
def a_withdrawn_part_stands_in_a_digest(patch):
    patch.setattr(
        news.Article.objects, "for_readers", lambda: with_series_of(Article.objects.all())
    )


@plant
def a_locked_picture_is_shown(patch):
    honest = letter_mails.written

    def written(template, recipient, subject, context, **options):
        letter = context["letter"]
        uses = PictureUse.objects.filter(passage__page=letter.pk).select_related("picture")
        shown = "".join(f"/bilde/{use.picture_id}/{use.picture.file_hash}/800.webp" for use in uses)
        return honest(template, recipient, subject + shown, context, **options)

    patch.setattr(letter_mails, "written", written)


@plant
def the_grant_of_one_is_everybodys(patch):
    patch.setattr(news.Reader, "of_user", lambda user: news.Reader(ABOVE_MEMBERS))


def whole_text(page) -> list[Passage]:
    return list(Passage.objects.filter(page=page.pk).order_by("position"))


def with_series_of(articles):
    return articles.annotate(series_title=F("title"), series_slug=F("slug"))


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_leak_is_caught(name, world, whole, monkeypatch):
    user = person("leser@example.no")
    plan_everything(user, world)
    PLANTS[name](monkeypatch)
    told = told_to(user, world, world.above | world.secret)
    assert any(told.values())

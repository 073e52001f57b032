"""Letters: who gets one, and what of it they may read at the moment when it leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.access import Access
from accounts.models import Consent, Grant, Kind, State
from mail import outbox
from mail.models import AddressState, Message, Reason
from newsletter.jobs import plan_letters
from newsletter.models import Follow, Letter, Recipient, Sending, SendingError, sendings
from newsletter.things import LETTERS, Thing
from tests import factories
from tests.conftest import person
from tests.factories import gate, text
from tests.leaks.world import ABOVE_MEMBERS
from tests.newsletter.letters import (
    draft_letter,
    mail_of,
    mail_to,
    make_letter,
    parts,
    send,
    wants_letters,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(member):
    return wants_letters(member)


def test_a_member_who_said_yes_gets_the_whole_letter(reader):
    plain, html = parts(mail_to(reader, send(make_letter())))
    for form in (plain, html):
        assert "Det åpne avsnittet." in form
        assert "Det låste avsnittet." in form
        assert "/brev/hosten/?fra=brev-" in form


def test_a_member_who_did_not_say_yes_gets_none(member):
    assert send(make_letter()).planned == 0
    assert not Message.objects.exists()


#: What happens to a recipient after the mail was planned. None of them gets it.
CHANGES = {
    "suspended": lambda user: user.suspend(),
    "leaving": lambda user: user.leave(),
    "unconfirmed": lambda user: type(user).objects.update(state=State.UNCONFIRMED),
    "inactive": lambda user: type(user).objects.update(is_active=False),
    "gone": lambda user: user.delete(),
    "withdrawn": lambda user: Consent.withdraw(user, Kind.NEWS),
    "paused": lambda user: Recipient.objects.update_or_create(
        user=user, defaults={"paused_until": timezone.now() + timedelta(days=1)}
    ),
    "bounced": lambda user: AddressState.stop(user.email, Reason.BOUNCED),
    "complained": lambda user: AddressState.stop(user.email, Reason.COMPLAINED),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whoever_may_not_have_it_any_more_gets_none(change, reader):
    send(make_letter())
    stored = Message.objects.get()
    change(reader)
    assert mail_of(stored) is None


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nobody_is_planned_for_who_may_not_have_it(change, reader):
    change(reader)
    assert send(make_letter()).planned == 0


def test_nothing_in_a_mail_is_beyond_its_recipient(reader):
    """The rule of the gate: a level above the member's is neither in the mail nor hinted at."""
    higher = factories.block("gate", {"teaser": "Hva som kommer.", "level": ABOVE_MEMBERS})
    picture = factories.make_picture("kanariqxz-fil.png")
    secret = factories.every_block(lambda place: f"kanari{place}qxz", picture)
    letter = make_letter([text("<p>Fritt.</p>"), gate(), text("<p>For oss.</p>"), higher, *secret])
    mail = mail_to(reader, send(letter))
    for form in (*parts(mail), mail.as_string()):
        assert "kanari" not in form
    plain, html = parts(mail)
    for form in (plain, html):
        assert "For oss." in form
        assert "Hva som kommer." in form
        assert f"#les-videre-{ABOVE_MEMBERS}" in form


def test_a_grant_opens_in_the_mail_what_it_opens_on_the_page(reader):
    higher = factories.block("gate", {"teaser": "", "level": ABOVE_MEMBERS})
    letter = make_letter([text("<p>Fritt.</p>"), higher, text("<p>kanariqxz</p>")])
    sending = send(letter)
    assert "kanariqxz" not in parts(mail_to(reader, sending))[0]
    Grant.objects.create(user=reader, level=ABOVE_MEMBERS, page=letter, source="tests")
    assert "kanariqxz" in parts(mail_to(reader, sending))[0]


def test_what_was_corrected_and_locked_since_is_so_in_the_mail(reader):
    letter = make_letter([text("<p>Feil tall.</p>")])
    sending = send(letter)
    higher = factories.block("gate", {"teaser": "", "level": ABOVE_MEMBERS})
    letter.body = Letter._meta.get_field("body").to_python(
        [text("<p>Riktig tall.</p>"), higher, text("<p>Låst siden.</p>")]
    )
    letter.title = "Ny tittel"
    letter.save_revision()
    assert "Feil tall." in parts(mail_to(reader, sending))[0]  # a draft is nobody's
    letter.save_revision().publish()
    mail = mail_to(reader, sending)
    plain, _html = parts(mail)
    assert "Riktig tall." in plain
    assert "Feil tall." not in plain
    assert "Låst siden." not in plain
    assert mail["Subject"] == "Ny tittel"


def test_a_letter_that_was_withdrawn_is_sent_to_nobody(reader):
    letter = make_letter()
    sending = send(letter)
    letter.unpublish()
    assert mail_to(reader, sending) is None
    letter.delete()
    assert mail_of(Message.objects.get()) is None


@pytest.mark.parametrize("kind", ["serie", "forfatter", "tema"])
def test_followers_get_a_letter_that_is_for_them(kind, member, series):
    """Without a yes to letters: they said yes to what they follow."""
    thing = {
        "serie": lambda: Thing("serie", series.pk),
        "forfatter": lambda: Thing("forfatter", factories.make_author().pk),
        "tema": lambda: Thing("tema", factories.make_subject().pk),
    }[kind]()
    where = {"subject_id": thing.pk} if kind == "tema" else {"page_id": thing.pk}
    follow = Follow.objects.create(user=member, is_author=kind == "forfatter", **where)
    wants_letters(person("annen@example.no"))
    sending = send(make_letter(), thing)
    assert Message.objects.get().recipient == member.email
    plain, _html = parts(mail_to(member, sending))
    assert thing.title in plain
    assert f"/{thing.key}/?fra=" in plain
    follow.delete()
    assert mail_to(member, sending) is None


def test_a_letter_to_those_who_follow_a_deleted_series_is_sent_to_nobody(member, series):
    wants_letters(member)
    Follow.objects.create(user=member, page_id=series.pk)
    sending = Sending.objects.create(letter=make_letter(), about=f"serie-{series.pk}")
    series.delete()
    plan_letters()
    sending.refresh_from_db()
    assert sending.planned_at
    assert not Message.objects.exists()


def test_nobody_gets_the_same_letter_twice(reader, series):
    Follow.objects.create(user=reader, page_id=series.pk)
    other = person("annen@example.no")
    Follow.objects.create(user=other, page_id=series.pk)
    letter = make_letter()
    assert send(letter).planned == 1
    assert send(letter, Thing("serie", series.pk)).planned == 1
    assert send(letter).planned == 0
    assert sorted(Message.objects.values_list("recipient", flat=True)) == [
        other.email,
        reader.email,
    ]


def test_a_sending_waits_for_its_time_and_for_its_letter(reader):
    draft, letter = draft_letter(slug="kladd"), make_letter()
    later = timezone.now() + timedelta(hours=1)
    for sending in (send(draft), send(letter, starts_at=later)):
        assert sending.planned_at is None
    assert not Message.objects.exists()
    draft.get_latest_revision().publish()
    Sending.objects.update(starts_at=timezone.now())
    plan_letters()
    assert Message.objects.count() == 2


def readers(count):
    return [wants_letters(person(f"leser{n}@example.no")) for n in range(count)]


def test_all_are_planned_for_in_batches(monkeypatch):
    monkeypatch.setattr(sendings, "AT_A_TIME", 2)
    found = readers(5)
    sending = send(make_letter())
    assert sending.planned == 5
    assert sending.planned_at
    planned = Message.objects.values_list("arguments__user", flat=True)
    assert sorted(planned) == [user.pk for user in found]


def test_a_planner_that_dies_leaves_nobody_out_and_plans_for_nobody_twice(monkeypatch):
    monkeypatch.setattr(sendings, "AT_A_TIME", 2)
    readers(5)
    sending = Sending.objects.create(letter=make_letter())
    assert sending.plan_some()
    save = Sending.save

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Sending, "save", die)
    with pytest.raises(KeyboardInterrupt):
        sending.plan_some()
    assert Message.objects.count() == 2  # no mails without the note of how far it came
    monkeypatch.setattr(Sending, "save", save)
    plan_letters()
    assert Message.objects.count() == 5
    assert Sending.objects.get().planned == 5


def test_a_round_of_planning_ends_in_time(monkeypatch):
    """The lane has other work. The next round goes on."""
    monkeypatch.setattr(sendings, "AT_A_TIME", 2)
    monkeypatch.setattr("newsletter.jobs.ROUND", -1)
    readers(5)
    assert send(make_letter()).planned == 2


def test_a_stopped_sending_sends_no_more(monkeypatch, reader):
    monkeypatch.setattr(sendings, "AT_A_TIME", 2)
    readers(4)
    sending = Sending.objects.create(letter=make_letter())
    sending.plan_some()
    first, _second = Message.objects.order_by("pk")
    first.claim()  # a worker has it
    assert sending.stop() == 1
    assert not sending.plan_some()
    plan_letters()
    assert Message.objects.get() == first
    assert mail_of(first) is None  # it wasn't made yet


def test_a_stopped_sending_takes_back_what_a_rate_has_put_off(reader):
    sending = send(make_letter())
    Message.objects.update(due_at=timezone.now() + timedelta(minutes=50))
    assert sending.stop() == 1
    assert not Message.objects.exists()


def test_whom_a_stopped_sending_did_not_reach_another_does(reader):
    letter = make_letter()
    send(letter).stop()
    assert send(letter).planned == 1


def test_the_outbox_sends_it(reader, settings, mailoutbox):
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send(make_letter())
    assert outbox.deliver() == 1
    assert Message.objects.get().sent_at
    assert outbox.deliver() == 0
    assert len(mailoutbox) == 1


def test_a_second_order_to_the_same_audience_is_refused(reader, editor, series):
    letter, now = make_letter(), timezone.now()
    Sending.order(letter, LETTERS, editor, now)
    with pytest.raises(SendingError):
        Sending.order(letter, LETTERS, editor, now)
    Sending.order(letter, Thing("serie", series.pk), editor, now)
    Sending.objects.get(about="brev").stop()
    Sending.order(letter, LETTERS, editor, now)


def test_an_order_after_the_outbox_has_forgotten_is_refused(reader, editor):
    """Nothing would tell who has had it."""
    letter, now = make_letter(), timezone.now()
    Sending.order(letter, LETTERS, editor, now)
    plan_letters()
    with pytest.raises(SendingError):
        Sending.order(letter, LETTERS, editor, now + timedelta(days=26))
    Sending.order(letter, LETTERS, editor, now + timedelta(days=24))
    forgets_after = timedelta(days=30)
    assert Sending.SENDABLE < Sending.LATEST < forgets_after


@pytest.mark.parametrize("days", [(1, 27), (27, 1)])
def test_two_orders_that_would_begin_too_far_apart_are_refused(days, editor, series):
    letter, now = make_letter(), timezone.now()
    first, second = (now + timedelta(days=day) for day in days)
    Sending.order(letter, LETTERS, editor, first)
    with pytest.raises(SendingError):
        Sending.order(letter, Thing("serie", series.pk), editor, second)


def test_a_sending_that_was_stopped_before_it_began_holds_up_no_other(reader, editor):
    letter, now = make_letter(), timezone.now()
    Sending.order(letter, LETTERS, editor, now + timedelta(days=1)).stop()
    Sending.objects.update(starts_at=now - timedelta(days=26))
    Sending.order(letter, LETTERS, editor, now)


def test_a_letter_that_waited_long_to_be_published_counts_from_when_it_is_sent(
    reader, editor, series
):
    letter, now = make_letter(), timezone.now()
    send(letter, starts_at=now - timedelta(days=40))
    Sending.order(letter, Thing("serie", series.pk), editor, now)


def test_an_order_that_waits_for_its_letter_holds_up_no_other(editor, series):
    letter, now = draft_letter(), timezone.now()
    Sending.order(letter, LETTERS, editor, now - timedelta(days=40))
    Sending.order(letter, Thing("serie", series.pk), editor, now)


def test_a_sending_that_was_held_up_until_the_outbox_has_forgotten_is_stopped(reader, series):
    """Such as by a letter that was taken down meanwhile."""
    Follow.objects.create(user=reader, page_id=series.pk)
    letter = make_letter()
    send(letter)
    Sending.objects.update(planned_at=timezone.now() - timedelta(days=29))
    Message.objects.all().delete()  # the outbox has forgotten
    late = send(letter, Thing("serie", series.pk))
    assert late.stopped_at
    assert late.was_too_late
    assert not Message.objects.exists()


def test_a_sending_that_was_held_up_for_less_goes_all_the_same(reader, series):
    other = person("annen@example.no")
    Follow.objects.create(user=other, page_id=series.pk)
    letter = make_letter()
    send(letter)
    Sending.objects.update(planned_at=timezone.now() - timedelta(days=27))
    assert send(letter, Thing("serie", series.pk)).planned == 1


def test_a_sending_that_was_held_up_halfway_goes_on(monkeypatch):
    """It knows how far it has come itself."""
    monkeypatch.setattr(sendings, "AT_A_TIME", 2)
    readers(3)
    sending = Sending.objects.create(letter=make_letter())
    assert sending.plan_some()
    Sending.objects.update(starts_at=timezone.now() - timedelta(days=40))
    plan_letters()
    assert Sending.objects.get().planned == 3


def test_a_sending_that_planned_nothing_makes_no_other_too_late(reader):
    letter = make_letter()
    Sending.objects.create(letter=letter, planned_at=timezone.now() - timedelta(days=40))
    assert send(letter).planned == 1


def test_a_mail_takes_few_queries(reader, django_assert_max_num_queries):
    """Sending with its letter, recipient, and passages. The rest is shared."""
    Recipient.of(reader)
    sending = send(make_letter())
    stored = Message.objects.get()
    mail_of(stored)
    with django_assert_max_num_queries(5):
        assert mail_of(stored)
    assert sending.planned == 1


def test_a_public_letter_may_be_open_as_a_whole(reader):
    """A letter without a gate is for members, so that nothing gets out by mistake."""
    letter = make_letter([text("<p>Uten sperre.</p>")])
    assert {p.access for p in letter.passages.all()} == {Access.MEMBERS}

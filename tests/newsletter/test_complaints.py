"""A complaint ends all mail to the reader, and nobody else's."""

import pytest

from accounts.models import Consent, Kind
from mail import bounces
from mail.bounces import Kind as BounceKind
from mail.making import Planned, plan
from mail.models import AddressState, Message
from newsletter.models import Follow, Pace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def followers(member, editor) -> None:
    for user in (member, editor):
        Follow.objects.create(user=user, pace=Pace.WEEKLY)
        Consent.give(user, Kind.FOLLOW, "/konto/varsler/", about="alt", text="Følg alt")
        Consent.give(user, Kind.NEWS, "/konto/varsler/")


def kinds(user) -> set[str]:
    return set(Consent.objects.standing().filter(user=user).values_list("kind", flat=True))


@pytest.mark.parametrize("end", [bounces.complained, bounces.unsubscribed])
def test_it_ends_the_follows_and_the_consents_and_keeps_the_terms(end, member, editor):
    end("Medlem@example.no")
    assert not Follow.objects.filter(user=member).exists()
    assert kinds(member) == {Kind.TERMS}
    assert Follow.objects.filter(user=editor).exists()
    assert kinds(editor) == {Kind.TERMS, Kind.NEWS, Kind.FOLLOW}


@pytest.mark.parametrize("end", [bounces.complained, bounces.unsubscribed])
def test_told_again_of_the_same_mail_it_ends_nothing_that_was_chosen_since(end, member):
    plan("news", [Planned(member.email, f"nytt-{n}", {"user": member.pk}) for n in (1, 2)])
    first, second = Message.objects.order_by("pk")
    end(member.email, message=first)
    AddressState.start_again(member.email)
    Follow.objects.create(user=member, pace=Pace.WEEKLY)
    end(member.email, message=first)
    assert Follow.objects.filter(user=member).exists()
    assert AddressState.of(member.email) is None
    end(member.email, message=second)
    assert not Follow.objects.filter(user=member).exists()


@pytest.mark.parametrize("end", [bounces.complained, bounces.unsubscribed])
def test_of_a_mail_that_also_came_back_it_ends_the_follows(end, member):
    plan("news", [Planned(member.email, "nytt-1", {"user": member.pk})])
    mail = Message.objects.get()
    bounces.bounced(mail.recipient, BounceKind.OURS, "550 5.7.1 spam", mail)
    end(member.email, message=mail)
    assert not Follow.objects.filter(user=member).exists()


def test_a_complaint_from_an_address_that_they_had_before_ends_it_too(member, editor):
    plan("news", [Planned(member.email, "nytt-1", {"user": member.pk})])
    member.email = "ny@example.no"
    member.save()
    bounces.complained("medlem@example.no", message=Message.objects.get())
    assert not Follow.objects.filter(user=member).exists()
    assert kinds(member) == {Kind.TERMS}
    assert Follow.objects.filter(user=editor).exists()


def test_a_bounce_ends_no_follow_as_the_address_may_work_again(member):
    bounces.bounced(member.email, BounceKind.HARD, "550 5.1.1")
    assert AddressState.of(member.email)
    assert Follow.objects.filter(user=member).exists()
    assert Kind.FOLLOW in kinds(member)


def test_an_address_that_nobody_has_is_no_fault():
    bounces.complained("ukjent@example.no")
    assert Follow.objects.count() == 2

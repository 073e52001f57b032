"""A member begins and ends to follow things, and says yes and no to letters.

Each yes is a consent of its own, apart from the terms: its words, its time and its page are kept.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent, Kind, User
from accounts.typos import likely_address
from newsletter.models import Follow, NewsletterSettings, Pace
from newsletter.things import ALL_MAIL, LETTERS, Thing

#: The session's key for what a visitor wants to follow once they are logged in.
WISH = "wants_to_follow"
#: How long a wish holds. The code for the log-in is good for ten minutes.
WISH_LASTS = timedelta(hours=1)


def letters_words() -> str:
    return _("Send me letters from the editors by e-mail")


def follow_words(thing: Thing) -> str:
    return _("Follow “%(title)s” by e-mail") % {"title": thing.title}


def usual_pace(user: User, thing: Thing) -> Pace:
    """Without a history nobody knows when a member is ready for the next part."""
    return Pace.WHEN_READY if thing.kind == "serie" and user.keeps_history else Pace.AT_ONCE


def paces_of(thing: Thing) -> list[Pace]:
    return [pace for pace in Pace if thing.kind == "serie" or pace != Pace.WHEN_READY]


@transaction.atomic
def follow(
    user: User, thing: Thing, source: str, pace: Pace | None = None, words: str = ""
) -> Follow:
    """Follow `thing`, or change the pace. `source` is the page where the member said yes, and
    `words` what stood there."""
    values: dict[str, Any] = {"is_author": thing.kind == "forfatter"}
    if thing.kind in ("serie", "forfatter"):
        key = {"page_id": thing.pk, "subject": None}
    else:
        key = {"page": None, "subject_id": thing.pk or None}
    values["pace"] = pace or usual_pace(user, thing)
    row, is_new = Follow.objects.get_or_create(user=user, **key, defaults=values)
    if is_new:
        Consent.give(user, Kind.FOLLOW, source, about=thing.key, text=words or follow_words(thing))
    if is_new or (pace and pace != row.pace):
        row.pace = values["pace"]
        is_by_part = row.pace == Pace.WHEN_READY
        row.look_at = NewsletterSettings.load().tomorrow() if is_by_part else None
        row.offered = row.offered_at = row.rested_at = None
        row.save()
    return row


def want_letters(user: User, source: str) -> None:
    Consent.give(user, Kind.NEWS, source, text=letters_words())


@transaction.atomic
def stop(user: User, thing: Thing) -> None:
    """End mail about `thing`, and take the consent back. For ALL_MAIL, end all of it."""
    if thing in (LETTERS, ALL_MAIL):
        Consent.withdraw(user, Kind.NEWS)
    if thing == ALL_MAIL:
        Follow.objects.filter(user=user).delete()
        standing = Consent.objects.standing().filter(user=user, kind=Kind.FOLLOW)
        standing.update(withdrawn_at=timezone.now())
    elif thing != LETTERS:
        Follow.objects.filter(user=user).of(thing).delete()  # type: ignore[attr-defined]
        Consent.withdraw(user, Kind.FOLLOW, about=thing.key)


def end_consents_to(thing: Thing) -> None:
    """Take back the consents of all who follow `thing`, before it is deleted and they with it."""
    users = Follow.objects.of(thing).values("user")  # type: ignore[attr-defined]
    standing = Consent.objects.standing().filter(kind=Kind.FOLLOW, about=thing.key, user__in=users)
    standing.update(withdrawn_at=timezone.now())


def wish(request: HttpRequest, thing: Thing, source: str, address: str) -> None:
    """Remember what a visitor wants to follow until they are logged in. It is the wish of whoever
    has `address`: another person may log in at the same machine before."""
    until = (timezone.now() + WISH_LASTS).timestamp()
    request.session[WISH] = {
        "thing": thing.key,
        "source": source,
        "until": until,
        "address": address.strip().lower(),
    }


def wish_of(request: HttpRequest, address: str) -> dict[str, Any] | None:
    """What the visitor with `address` wanted to follow, if that still holds. They may have mistyped
    it at first."""
    kept: dict[str, Any] | None = request.session.get(WISH)
    if not kept or kept["until"] < timezone.now().timestamp():
        return None
    is_theirs = address.lower() in (kept["address"], likely_address(kept["address"]))
    return kept if is_theirs else None


def grant_wish(request: HttpRequest, user: User) -> None:
    """Follow what the visitor wanted to follow before they logged in, if they still may."""
    kept = wish_of(request, user.email)
    request.session.pop(WISH, None)
    thing = Thing.parse(kept["thing"]) if kept else None
    if kept and thing and thing.title:
        follow(user, thing, kept["source"])

"""«The next part when you are ready»: a part is mailed when the one before is read.

Each follow is looked at once a day, at the portal's hour. A member gets at most one such mail a
day, whatever they follow.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Reader
from accounts.models import User
from articles.models import Series
from articles.parts import Part, parts_below
from mail.making import Planned, maker, plan
from mail.models import Message
from newsletter.models import Follow, NewsletterSettings, Pace, reachable, recipient_at
from newsletter.models.recipients import Recipient
from newsletter.news import card_of, piece, readings
from newsletter.writing import written
from reading.models import SetAside, reading_of_series
from reading.progress import SeriesReading

#: Members for each transaction.
BATCH = 200
#: How long a round may go on, in seconds.
ROUND = 20
#: A member who has not read for so long gets one last mail about the series.
SILENCE = timedelta(days=30)


class Offer(NamedTuple):
    """A mail that a member could get of one series today."""

    follow: Follow
    part: Part
    #: When they read in the series last, or followed it.
    read_at: datetime
    #: Whether it is the gentle last one, about a part that was offered before.
    is_last: bool


def offer_of(follow: Follow, series: SeriesReading, now: datetime) -> Offer | None:
    """What to mail about one series now. None while the member reads, or has nothing to read."""
    rows = series.rows.values()
    read_at = max((row.read_at for row in rows if row.read_at), default=follow.followed_at)
    part = series.next()
    if part is None:
        return None  # until a new part comes
    if part.pk != follow.offered_id:
        has_read_today = series.is_begun and is_today(read_at, now)
        return None if has_read_today else Offer(follow, part, read_at, is_last=False)
    silent_since = max(read_at, follow.offered_at or read_at)
    if follow.rested_at or now - silent_since < SILENCE:
        return None
    return Offer(follow, part, read_at, is_last=True)


def is_today(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and timezone.localdate(moment) == timezone.localdate(now)


def offer_for(user: User, follows: Iterable[Follow], paths: dict[int, str]) -> Offer | None:
    """The one mail for `user` today, of the series they read last. `paths` are those of the series
    that readers may know of and the member has not set aside."""
    now, follows = timezone.now(), list(follows)
    if any(is_today(each.offered_at, now) or is_today(each.rested_at, now) for each in follows):
        return None
    parts = {each.pk: parts_below(paths[each.page_id]) for each in follows if each.page_id in paths}
    rows = reading_of_series(user, [part for own in parts.values() for part in own])
    offers = []
    for each in follows:
        if each.pk in parts:
            own = {part.pk: rows[part.pk] for part in parts[each.pk] if part.pk in rows}
            offers.append(offer_of(each, SeriesReading(parts[each.pk], own), now))
    found = [offer for offer in offers if offer]
    return max(found, key=lambda offer: (not offer.is_last, offer.read_at), default=None)


def offer_parts() -> None:
    """Look at the follows that are due, some members at a time."""
    end = timezone.now() + timedelta(seconds=ROUND)
    while offer_batch() and timezone.now() < end:
        pass


@transaction.atomic
def offer_batch() -> bool:
    """Plan for the next members whose follows are due. False if there are none."""
    by_part, now = Follow.objects.filter(pace=Pace.WHEN_READY), timezone.now()
    # A time that no look can have set was written before the clock was set back.
    is_due = Q(look_at__lte=now) | Q(look_at__gt=now + timedelta(days=2))
    due = by_part.filter(is_due).order_by("look_at", "pk")
    keys = list(dict.fromkeys(due.values_list("user", flat=True)[:BATCH]))
    if not keys:
        return False
    users = reachable().filter(pk__in=keys, keeps_history=True).in_bulk()
    Recipient.make_for(users.values())
    follows = by_part.filter(user__in=keys).order_by("pk")
    theirs: dict[int, list[Follow]] = {key: [] for key in keys}
    for follow in follows:
        theirs[follow.user_id].append(follow)
    paths = paths_of(follows)
    aside = set(SetAside.objects.filter(user__in=keys).values_list("user", "series"))
    for key, user in users.items():
        open_ = {pk: path for pk, path in paths.items() if (key, pk) not in aside}
        if offer := offer_for(user, theirs[key], open_):
            mail(user, offer)
    follows.update(look_at=NewsletterSettings.load().tomorrow())
    return True


def paths_of(follows: Iterable[Follow]) -> dict[int, str]:
    """The paths of the followed series that readers may know of, by number."""
    keys = {follow.page_id for follow in follows}
    return dict(Series.objects.for_readers().filter(pk__in=keys).values_list("pk", "path"))


def mail(user: User, offer: Offer) -> None:
    """Plan the mail, and note on the follow that it was offered."""
    follow, now = offer.follow, timezone.now()
    key = f"neste-{user.pk}-{timezone.localdate(now)}"
    arguments = {"user": user.pk, "follow": follow.pk, "part": offer.part.pk}
    planned = Planned(user.email, key, arguments, subject=offer.part.title)
    if offer.is_last:
        plan("rest", [planned], batch="hvile")
        Follow.objects.filter(pk=follow.pk).update(rested_at=now)
        return
    plan("ready", [planned], batch="neste-del")
    Follow.objects.filter(pk=follow.pk).update(
        offered=offer.part.pk, offered_at=now, rested_at=None
    )


@maker("ready")
def make_part(stored: Message) -> EmailMessage | None:
    """The next part. None if they have read it since, or follow the series no longer."""
    return written_about("ready", stored)


@maker("rest")
def make_last(stored: Message) -> EmailMessage | None:
    """The gentle last mail. None if they have read in the meantime."""
    return written_about("rest", stored)


def written_about(template: str, stored: Message) -> EmailMessage | None:
    part = stored.arguments["part"]
    by_part = Follow.objects.filter(pk=stored.arguments["follow"], pace=Pace.WHEN_READY)
    follow = by_part.first()
    recipient = recipient_at(follow.user_id) if follow else None
    article = card_of(part)
    if follow is None:
        return None
    if recipient is None or article is None:
        if template == "ready":  # it is offered again after the pause, or once it is out again
            Follow.objects.filter(pk=follow.pk, offered=part).update(offered=None, offered_at=None)
        return None
    user = recipient.user
    parts = parts_below(article.path[: -article.steplen])
    read = readings(user, [each.pk for each in parts])
    row = read.get(part)
    is_read = row is not None and row.finished_at is not None
    if is_read or not user.keeps_history:
        return None
    if (
        template == "rest"
        and row
        and row.read_at
        and row.read_at > (follow.rested_at or row.read_at)
    ):
        return None
    shown = piece(article, Reader.of_user(user), row, with_text=template == "ready")
    series: str = article.series_title  # type: ignore[attr-defined]
    number = next((n for n, each in enumerate(parts, 1) if each.pk == article.pk), 0)
    if template == "rest":
        subject = _("“%(series)s” waits for you") % {"series": series}
    else:
        subject = f"{series}: {article.title}"
    return written(
        template,
        recipient,
        subject,
        {
            "piece": shown,
            "number": number,
            "total": len(parts),
            "series": series,
            "has_read": any(each.read_at for each in read.values()),
        },
        thing=follow.thing,
        batch=stored.batch,
    )

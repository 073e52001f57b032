"""Letters on their way to their recipients, and how many came from them."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, Min, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Consent, Kind, User
from articles.models.tree import hold
from delivery.prepared_sql import Prepared
from mail.making import AT_A_TIME, Planned, plan
from mail.models import Message
from newsletter.models.follows import Follow
from newsletter.models.letters import Letter
from newsletter.models.recipients import Recipient, reachable
from newsletter.things import LETTERS, MODELS, Thing


def choosing(members: "models.QuerySet[User]", thing: Thing) -> "models.QuerySet[User]":
    """Those of `members` who said yes to letters, or who follow `thing`."""
    if thing == LETTERS:
        yes = Consent.objects.standing().filter(user=OuterRef("pk"), kind=Kind.NEWS)
        return members.filter(Exists(yes))
    return members.filter(Exists(Follow.objects.of(thing).filter(user=OuterRef("pk"))))


def audience(thing: Thing) -> "models.QuerySet[User]":
    """The members who may get a letter to those who chose `thing`. Ask it when mails are planned.
    `CHOOSING` asks it again of each when the mail is made."""
    return choosing(reachable(), thing)


#: By the kind of thing: whether a member has chosen it. `recipient_at` tells the rest of them.
CHOOSING: dict[str, Prepared[User]] = {
    LETTERS.kind: Prepared(lambda user: choosing(User.objects.filter(pk=user), LETTERS)),
    **{
        kind: Prepared(
            lambda user, pk, kind=kind: choosing(User.objects.filter(pk=user), Thing(kind, pk))
        )
        for kind in MODELS
    },
}


def title_of(thing: Thing) -> str:
    """What the panel calls the audience of a letter to those who chose `thing`."""
    if thing == LETTERS:
        return _("All who said yes to letters")
    return _("Those who follow “%(title)s”") % {"title": thing.title or thing.key}


#: Why a letter isn't sent any more.
TOO_LATE = gettext_lazy(
    "A letter can be sent for 25 days from its first sending. After that nobody can tell who has"
    " had it. Write a new one."
)


class SendingError(ValidationError):
    """A sending that can't be ordered."""


class SendingQuerySet(models.QuerySet["Sending"]):
    def going(self) -> "SendingQuerySet":
        """Sendings that are still to be planned, in whole or in part."""
        return self.filter(planned_at=None, stopped_at=None)

    def due(self) -> "SendingQuerySet":
        """Those whose time has come, of letters that readers may know of."""
        letters = Letter.objects.for_readers().values("pk")
        return self.going().filter(starts_at__lte=timezone.now(), letter__in=letters)

    def first_planned_at(self) -> datetime | None:
        """When the first of them planned its mails, at the earliest. None if none has any."""
        began = Coalesce("planned_at", "starts_at")
        found: datetime | None = self.filter(planned__gt=0).aggregate(first=Min(began))["first"]
        return found


class Sending(models.Model):
    """A letter on its way to its recipients, or sent."""

    #: How long after the first sending of a letter another may be ordered for, and how long after
    #: it one that was held up may still begin. The outbox keeps for 30 days to whom it was sent,
    #: and nobody gets it twice.
    SENDABLE = timedelta(days=25)
    LATEST = timedelta(days=28)

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="sendings")
    #: Who gets it, the key of a Thing: «brev» for all who said yes to letters, or «serie-12»,
    #: «forfatter-7», «tema-3» for those who follow it.
    about = models.CharField(max_length=40, default="brev", db_default="brev")
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    ordered_at = models.DateTimeField(default=timezone.now)
    starts_at = models.DateTimeField(default=timezone.now)
    #: The number of the last member who was planned for, and how many were.
    last_user = models.BigIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField(null=True)  # all of them
    stopped_at = models.DateTimeField(null=True)
    #: Figures of the mails, as they were when the outbox forgot them.
    counts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)

    objects: ClassVar["models.Manager[Sending]"] = SendingQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("sending")

    def __str__(self) -> str:
        return f"{self.letter} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def batch(self) -> str:
        return f"brev-{self.pk}"

    @property
    def thing(self) -> Thing:
        return Thing.parse(self.about) or LETTERS

    @property
    def audience_title(self) -> str:
        return title_of(self.thing)

    @classmethod
    def order(cls, letter: Letter, thing: Thing, user: User, starts_at: datetime) -> "Sending":
        """Raises SendingError if the letter is on its way to the same audience, or if too long a
        time would lie between two of its sendings. One that was stopped before it began is none."""
        with transaction.atomic():
            hold(letter.pk)
            earlier = cls.objects.filter(letter=letter)
            if earlier.going().filter(about=thing.key).exists():  # type: ignore[attr-defined]
                raise SendingError(_("The letter is on its way to them already."))
            ahead = earlier.going().values_list("starts_at", flat=True)  # type: ignore[attr-defined]
            begin = [starts_at, *(max(each, timezone.now()) for each in ahead)]
            first = earlier.first_planned_at() or starts_at  # type: ignore[attr-defined]
            if max(begin) > min(first, *begin) + cls.SENDABLE:
                raise SendingError(TOO_LATE)
            return cls.objects.create(
                letter=letter, about=thing.key, ordered_by=user, starts_at=starts_at
            )

    def is_too_late(self, moment: datetime) -> bool:
        """Whether nobody can tell any more at that moment who has had the letter by another."""
        others = Sending.objects.filter(letter=self.letter_id).exclude(pk=self.pk)
        first: datetime | None = others.first_planned_at()  # type: ignore[attr-defined]
        return first is not None and moment > first + self.LATEST

    @property
    def was_too_late(self) -> bool:
        """Whether that is why it was stopped, or would have stopped it."""
        if self.stopped_at is None or self.planned_at:
            return False
        return self.is_too_late(self.stopped_at)

    def plan_some(self) -> bool:
        """Plan the mails to the next members. False if there are none left, or if it is too late.

        The mails and how far it has come are written together, so that nobody is left out or gets
        two, whenever the process dies.
        """
        with transaction.atomic():
            sending = Sending.objects.select_for_update().filter(pk=self.pk).going().first()  # type: ignore[attr-defined]
            if sending is None:
                return False
            if sending.is_too_late(timezone.now()):
                sending.stopped_at = timezone.now()
                sending.save(update_fields=["stopped_at"])
                return False
            rest = audience(sending.thing).filter(pk__gt=sending.last_user).order_by("pk")
            found = list(rest.only("pk", "email")[:AT_A_TIME])
            Recipient.make_for(found)
            mails = [
                Planned(
                    user.email,
                    f"brev-{sending.letter_id}-{user.pk}",
                    {"sending": sending.pk, "user": user.pk},
                    sending.letter.title,
                )
                for user in found
            ]
            keys = [mail.key for mail in mails]
            known = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
            new = [mail for mail in mails if mail.key not in known]
            sending.planned += plan("letter", new, batch=sending.batch)
            if found:
                sending.last_user = found[-1].pk
            if len(found) < AT_A_TIME:
                sending.planned_at = timezone.now()
            sending.save(update_fields=["last_user", "planned", "planned_at"])
            return sending.planned_at is None

    def stop(self) -> int | None:
        """Let no more of it leave. Returns how many mails were taken back, or None if it was too
        late: all have left.

        A mail that a worker has in hand goes, if it is made already. One that waits for its next
        try is dropped then, by its maker.
        """
        with transaction.atomic():
            # The planner locks the row too, so no batch comes after this.
            sending = Sending.objects.select_for_update().get(pk=self.pk)
            waiting = Message.objects.waiting().filter(batch=self.batch)
            if sending.stopped_at is None:
                if sending.planned_at and not waiting.exists():
                    return None
                sending.stopped_at = self.stopped_at = timezone.now()
                sending.save(update_fields=["stopped_at"])
            # One that was never tried is in nobody's hands, also if a rate has put it off.
            is_free = Q(due_at__lte=timezone.now()) | Q(tries=0)
            return int(waiting.filter(is_free).delete()[0])


class Arrivals(models.Model):
    """How many requests for a page came from links in mails, day by day. Nobody is counted: a
    reader who comes twice counts twice."""

    #: The batch in the link, as in «?fra=brev-12».
    batch = models.CharField(max_length=60)
    day = models.DateField()
    path = models.CharField(max_length=300)
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar["models.Manager[Arrivals]"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "day", "path"], name="arrivals_of_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.day}: {self.count}"

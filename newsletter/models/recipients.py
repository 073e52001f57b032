"""A member as a recipient of mail."""

import secrets
from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Grant, State, User
from delivery.prepared_sql import Prepared
from mail.models import AddressState


def new_token() -> str:
    return secrets.token_urlsafe(18)


class Recipient(models.Model):
    """What a member has chosen for all mail. It is made on first use."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recipient"
    )
    #: It stands in the links that end mail, opens nothing else, and never expires.
    token = models.CharField(max_length=40, unique=True, default=new_token)
    #: Nothing is sent before this.
    paused_until = models.DateTimeField(null=True)

    objects: ClassVar["models.Manager[Recipient]"]

    def __str__(self) -> str:
        return str(self.user_id)

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > timezone.now()

    @classmethod
    def of(cls, user: User) -> "Recipient":
        return cls.objects.get_or_create(user=user)[0]

    @classmethod
    def make_for(cls, users: Iterable[User]) -> None:
        """Make the rows that are missing, for many at once."""
        users = list(users)
        known = set(cls.objects.filter(user__in=users).values_list("user", flat=True))
        new = [cls(user=user) for user in users if user.pk not in known]
        cls.objects.bulk_create(new, ignore_conflicts=True)


def addressable() -> "models.QuerySet[User]":
    """The active members at an address that works."""
    stopped = AddressState.objects.stopped().filter(address=OuterRef("email"))
    return User.objects.filter(Q(is_active=True, state=State.ACTIVE), ~Exists(stopped))


def reachable() -> "models.QuerySet[User]":
    """The members who may get mail that they asked for: active, not paused, at an address that
    works. Ask it when a mail is planned, and again when it is made."""
    paused = Recipient.objects.filter(user=OuterRef("pk"), paused_until__gt=timezone.now())
    return addressable().filter(~Exists(paused))


#: The moment of a pause is no part of it: prepared SQL would go on asking about the first one.
ADDRESSABLE: Prepared[User] = Prepared(
    lambda pk: (
        addressable()
        .filter(pk=pk)
        .select_related("recipient")
        .annotate(has_grants=Exists(Grant.objects.filter(user=OuterRef("pk"))))
    )
)


def recipient_at(pk: int) -> Recipient | None:
    """The reachable member with this number, as a recipient with their `user`. None for others."""
    user = ADDRESSABLE.first(pk)
    if user is None:
        return None
    row: Recipient = user.recipient if hasattr(user, "recipient") else Recipient.of(user)
    return None if row.is_paused else row

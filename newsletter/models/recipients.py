"""A member as a recipient of mail."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Consent, Kind, State, User
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
    #: The last weekly edition that was planned for them (newsletter.models.Edition).
    edition = models.CharField(max_length=20, blank=True)

    objects: ClassVar["models.Manager[Recipient]"]

    def __str__(self) -> str:
        return str(self.user_id)

    @classmethod
    def of(cls, user: User) -> "Recipient":
        return cls.objects.get_or_create(user=user)[0]


def reachable() -> "models.QuerySet[User]":
    """The members who may get mail that they asked for: active, not paused, at an address that
    works. Ask it when a mail is planned, and again when it is made."""
    stopped = AddressState.objects.stopped().filter(address=OuterRef("email"))
    paused = Recipient.objects.filter(user=OuterRef("pk"), paused_until__gt=timezone.now())
    active = Q(is_active=True, state=State.ACTIVE)
    return User.objects.filter(active, ~Exists(stopped), ~Exists(paused))


def wanting_letters() -> "models.QuerySet[User]":
    """The reachable members who said yes to letters from the editors."""
    yes = Consent.objects.standing().filter(user=OuterRef("pk"), kind=Kind.NEWS)
    return reachable().filter(Exists(yes))

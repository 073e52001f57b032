"""Grants give a reader access beyond their level. Rooms write them; only the gate acts on them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from accounts.models.users import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class GrantQuerySet(models.QuerySet["Grant"]):
    def held_now(self, now: datetime | None = None) -> "GrantQuerySet":
        now = now or timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)

    def of(self, user: "User | AnonymousUser", token: str) -> "GrantQuerySet":
        """The grants of `user`, if they are logged in, and those of a session with `token`."""
        theirs = Q(user=user.pk) if user.pk else Q(pk=None)
        return self.filter(theirs | Q(token=token)) if token else self.filter(theirs)


class Grant(models.Model):
    """Opens pages to one member, or to one session without an account, for a period.

    The session keeps its token under SESSION_KEY. Such a session has a cookie, so the page cache
    never gives it a page.
    """

    SESSION_KEY = "grant_token"

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    token = models.CharField(max_length=64, blank=True, db_index=True)
    #: One of accounts.access.Access, or a level between or above those.
    level = models.IntegerField()
    #: An article, or a series with all its articles. None means the whole site.
    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    #: The room that wrote it, and why.
    source = models.CharField(_("came by"), max_length=100)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_of_a_member_or_a_session",
                condition=Q(user__isnull=False, token="") | Q(user=None) & ~Q(token=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} at {self.page or 'everything'}"

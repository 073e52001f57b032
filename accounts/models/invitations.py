"""Invitations to the staff, by address."""

from datetime import timedelta
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from accounts.models.users import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> "InvitationQuerySet":
        """Those that can be accepted. One from somebody whose account is closed can't."""
        now = timezone.now()
        is_from_staff = Q(invited_by__is_active=True)
        return self.filter(is_from_staff, accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def for_user(self, user: User) -> "InvitationQuerySet":
        """The invitations to an address that `user` has proven to be theirs."""
        proven = EmailAddress.objects.filter(user=user, verified=True).values("email")
        return self.waiting().filter(email__in=proven)

    def forget(self) -> None:
        """Delete what has been over for a month. The address may be a stranger's."""
        self.filter(expires_at__lt=timezone.now() - Invitation.REMEMBERED).delete()


class InvitationManager(models.Manager["Invitation"].from_queryset(InvitationQuerySet)):  # type: ignore[misc]
    def invite(self, email: str, roles: list[Group], by: User) -> "Invitation":
        """A new invitation, in place of earlier ones to the same address."""
        email = email.strip().lower()
        with transaction.atomic():
            self.waiting().filter(email=email).update(withdrawn_at=timezone.now())
            made: Invitation = self.create(email=email, invited_by=by)
            made.roles.set(roles)
        return made


def in_a_week() -> Any:
    return timezone.now() + Invitation.LASTS


class Invitation(models.Model):
    """Makes whoever proves that the address is theirs, and accepts, one of the staff.

    There is no token: the mail's link is the same for everybody, and the proof of the address is
    what counts. So a mail that is forwarded gives nobody anything.
    """

    LASTS = timedelta(days=7)
    REMEMBERED = timedelta(days=30)

    email = models.EmailField(_("e-mail address"), db_index=True)
    roles = models.ManyToManyField(Group, related_name="+")
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations_sent")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_a_week, db_index=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InvitationManager] = InvitationManager()

    def __str__(self) -> str:
        return self.email

    def withdraw(self) -> None:
        self.withdrawn_at = timezone.now()
        self.save(update_fields=["withdrawn_at"])

    def accept(self, user: User) -> bool:
        """Give `user` the roles. False if the invitation can't be accepted any more."""
        with transaction.atomic():
            rows = Invitation.objects.for_user(user).filter(pk=self.pk)
            if not user.is_active_member or not rows.update(accepted_at=timezone.now()):
                return False
            user.groups.add(*self.roles.all())
            log(instance=user, action="accounts.join_staff", user=user)
        return True

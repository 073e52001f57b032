"""The member, and the mails on their way out."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Permission, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("Address not confirmed")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")


class UserQuerySet(models.QuerySet["User"]):
    def members(self) -> "UserQuerySet":
        """Those who only read: in no group of the panel, and no superuser."""
        return self.filter(is_superuser=False, groups__isnull=True)

    def staff(self) -> "UserQuerySet":
        return self.exclude(pk__in=self.members())


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(
            email, password, is_superuser=True, **{"state": State.ACTIVE, **fields}
        )

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """Somebody with a log-in: a member, or one of the staff. The e-mail is the user name."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.UNCONFIRMED
    )
    # Django's own switch, which ends every session; the panel suspends by `state` instead, so
    # that the reader meets a gate that says why.
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        permissions = [("manage_members", "Can see, suspend and restore members")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        """For Wagtail, which shows it beside what somebody did."""
        return str(self)

    @property
    def is_active_member(self) -> bool:
        return self.is_active and self.state == State.ACTIVE

    @cached_property
    def is_staff(self) -> bool:
        """Whether the panel is open to them: `has_perm`, in one query rather than two."""
        if not self.is_active or self.is_superuser:
            return self.is_active
        given = Q(user=self) | Q(group__user=self)
        return Permission.objects.filter(
            given, content_type__app_label="wagtailadmin", codename="access_admin"
        ).exists()

    def confirm(self) -> None:
        """The address is proven; does nothing for who is suspended."""
        self._move(State.UNCONFIRMED, State.ACTIVE)

    def suspend(self) -> None:
        """Also whose address is not confirmed yet: the code must not open what was closed."""
        self._move(State.ACTIVE, State.SUSPENDED)
        self._move(State.UNCONFIRMED, State.SUSPENDED)

    def restore(self) -> None:
        from allauth.account.models import EmailAddress  # which points back to this model

        is_proven = EmailAddress.objects.filter(user=self, verified=True).exists()
        self._move(State.SUSPENDED, State.ACTIVE if is_proven else State.UNCONFIRMED)

    def _move(self, before: State, after: State) -> None:
        if User.objects.filter(pk=self.pk, state=before).update(state=after):
            self.state = after


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self) -> "MessageQuerySet":
        """Unsent, given up by nobody, and claimed by no worker that is still at it."""
        return self.filter(sent_at=None, failed_at=None, due_at__lte=timezone.now())


class Message(models.Model):
    """One mail in the outbox, to one or more recipients, as it will be sent.

    The text is wiped once it is sent: it holds codes.
    """

    #: How long one worker may be at a mail before another takes it over. Longer than the mail
    #: server's time-out, so that no mail is in two hands.
    CLAIM = timedelta(seconds=60)
    #: Given up after this many tries, which the growing waits stretch over two days.
    TRIES = 12

    subject = models.CharField(max_length=255)
    recipients = models.JSONField()
    message_id = models.CharField(max_length=255, unique=True)
    source = models.BinaryField()  # RFC 5322
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at=None, failed_at=None),
                name="outbox_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {', '.join(self.recipients)}"

    def claim(self) -> bool:
        """Take the mail in hand, unless another worker was quicker."""
        now = timezone.now()
        claimed = Message.objects.due().filter(pk=self.pk, tries=self.tries)
        if not claimed.update(due_at=now + self.CLAIM, tries=self.tries + 1):
            return False
        self.tries += 1
        return True

    def mark_sent(self) -> None:
        Message.objects.filter(pk=self.pk).update(sent_at=timezone.now(), source=b"", error="")

    def mark_failed(self, error: str) -> None:
        """Try again later: after 10 s, 20 s, 40 s … at most every six hours."""
        wait = min(timedelta(seconds=10 * 2 ** (self.tries - 1)), timedelta(hours=6))
        now = timezone.now()
        Message.objects.filter(pk=self.pk).update(
            error=error,
            due_at=now + wait,
            failed_at=now if self.tries >= self.TRIES else None,
        )

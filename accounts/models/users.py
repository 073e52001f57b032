"""The member, and the states a membership goes through."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Permission, PermissionsMixin
from django.db import models, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log


class State(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("Address not confirmed")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    LEAVING = "leaving", _("Leaving")


#: Every way there is from one state to another. `restore` and `stay` lead back to what was before.
TRANSITIONS: dict[str, Collection[State]] = {
    "confirm": {State.UNCONFIRMED},
    "suspend": {State.UNCONFIRMED, State.ACTIVE},
    "restore": {State.SUSPENDED},
    "leave": {State.UNCONFIRMED, State.ACTIVE, State.SUSPENDED},
    "stay": {State.LEAVING},
}


#: How somebody can have come; other doors go by their own ids.
SOURCES = {
    "code": _("Code by e-mail"),
    "passkey": _("Passkey"),
    "import": _("File"),
    "command": _("Command"),
}


class UserQuerySet(models.QuerySet["User"]):
    def members(self) -> "UserQuerySet":
        """Those who only read: in no group of the panel, and no superuser."""
        return self.filter(is_superuser=False, groups__isnull=True)

    def staff(self) -> "UserQuerySet":
        return self.exclude(pk__in=self.members())

    def forgotten(self) -> "UserQuerySet":
        """Who never confirmed the address: a mistyped one, or somebody else's."""
        old = timezone.now() - User.UNCONFIRMED_FOR
        return self.members().filter(state=State.UNCONFIRMED, joined_at__lt=old)

    def gone(self) -> "UserQuerySet":
        """Who has left, and whose time of regret is over."""
        return self.filter(state=State.LEAVING, leaves_at__lt=timezone.now())


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

    def join(self, email: str, source: str) -> "User":
        """Who has this address; without a password, and unconfirmed, if nobody had it."""
        from allauth.account.models import EmailAddress  # which points back to this model

        user: User
        new = User(email=email)
        new.set_unusable_password()
        defaults = {"password": new.password, "source": source}
        with transaction.atomic():
            user, is_new = self.get_or_create(email=email, defaults=defaults)
            if is_new:
                EmailAddress.objects.create(user=user, email=email, primary=True)
            else:
                # As much work as for somebody new, here and where allauth looks them up, so that
                # the time an answer takes doesn't tell who was known. Who is unconfirmed has
                # another seven days.
                with transaction.atomic():
                    self.filter(email=email).update(
                        joined_at=Case(
                            When(state=State.UNCONFIRMED, then=Value(timezone.now())),
                            default=F("joined_at"),
                        )
                    )
                rows = EmailAddress.objects.filter(user=user, email=email)
                if rows.filter(verified=True).exists():
                    rows.update(email=email)
        return user


def panel_rights(user: Any) -> QuerySet[Permission]:
    """What opens the panel, if `user` has it, by themselves or by a group."""
    given = Q(user=user) | Q(group__user=user)
    return Permission.objects.filter(
        given, content_type__app_label="wagtailadmin", codename="access_admin"
    )


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """Somebody with a log-in: a member, or one of the staff. The e-mail is the user name."""

    #: Whether the session that this user comes of has shown a second factor. Where the staff need
    #: one, a session without opens nothing that a member's would not. False where nobody has asked
    #: (accounts/sign_in/second_factor.py).
    has_second_factor = False
    #: How long somebody may wait with confirming the address.
    UNCONFIRMED_FOR = timedelta(days=7)
    #: How long somebody who leaves may regret it.
    REGRET = timedelta(days=14)

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.UNCONFIRMED
    )
    #: What `state` was before a suspension or a leaving, which may be taken back.
    state_before = models.CharField(max_length=20, choices=State.choices, blank=True)
    # Django's own switch, which ends every session; the panel suspends by `state` instead, so
    # that the reader meets a gate that says why.
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, db_index=True)
    #: The day of it, for who keeps a history.
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True, db_index=True)
    #: Whether it is remembered what they have read (reading/models.py).
    keeps_history = models.BooleanField(_("reading is remembered"), default=True)
    #: How they came: `code`, `passkey`, `import`, `command`, or the id of another door.
    source = models.CharField(_("came by"), max_length=40, blank=True)
    #: Raised to end every session: it is part of what a session is held against.
    session_epoch = models.PositiveIntegerField(default=0)
    #: When everything is deleted, for who is leaving.
    leaves_at = models.DateTimeField(_("is deleted"), null=True, blank=True)

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

    @property
    def came_by(self) -> str:
        """`source` in words, where it is one of ours."""
        return str(SOURCES.get(self.source, self.source))

    @property
    def is_staff(self) -> bool:
        """Whether the panel is open to them here and now."""
        return (self.has_second_factor or not settings.TWO_FACTOR) and self.may_enter_panel

    @cached_property
    def may_enter_panel(self) -> bool:
        """Whether they have the right: `has_perm`, in one query rather than two."""
        if not self.is_active or self.is_superuser:
            return self.is_active
        return panel_rights(self).exists()

    def confirm(self, by: "User | None" = None) -> bool:
        """The address is proven; does nothing for who is suspended or leaving."""
        return self._move("confirm", State.ACTIVE, by)

    def suspend(self) -> bool:
        """Also whose address is not confirmed yet: the code must not open what was closed.

        Every session ends at once. Who is leaving goes on leaving, and is suspended if they stay.
        """
        leaving = User.objects.filter(pk=self.pk, state=State.LEAVING)
        if leaving.exclude(state_before=State.SUSPENDED).update(state_before=State.SUSPENDED):
            self.state_before = State.SUSPENDED
            log(instance=self, action="accounts.suspend")
        elif not self._move("suspend", State.SUSPENDED):
            return False
        self.end_sessions()
        return True

    def restore(self) -> bool:
        after = self._state_proven()
        leaving = User.objects.filter(pk=self.pk, state=State.LEAVING)
        if leaving.filter(state_before=State.SUSPENDED).update(state_before=after):
            self.state_before = after
            log(instance=self, action="accounts.restore")
            return True
        return self._move("restore", after)

    @property
    def is_suspended(self) -> bool:
        """Now, or when they stay after all."""
        leaves_so = self.state == State.LEAVING and self.state_before == State.SUSPENDED
        return self.state == State.SUSPENDED or leaves_so

    def leave(self) -> bool:
        """Read as a visitor from now on, and be deleted when the time of regret is over."""
        return self._move("leave", State.LEAVING, self, leaves_at=timezone.now() + self.REGRET)

    def stay(self) -> bool:
        """Regret it. Who was suspended before is so again."""
        self.refresh_from_db(fields=["state", "state_before"])
        after = State.SUSPENDED if self.is_suspended else self._state_proven()
        return self._move("stay", after, self, leaves_at=None)

    def has_read(self) -> None:
        """Written down once a day."""
        now = timezone.now()
        if self.last_read_at is None or self.last_read_at.date() < now.date():
            self.last_read_at = now
            self.save(update_fields=["last_read_at"])

    def forget_keys(self, but: Any = None) -> None:
        """Take away what lets somebody in but the address, which has just been proven.

        An account can have been made by somebody else, who typed the address at a provider that
        doesn't verify it. They must not get in when its owner has come. `but` is the account of
        the provider by which the owner comes.
        """
        from allauth.mfa.models import Authenticator  # which point back to this model
        from allauth.socialaccount.models import SocialAccount

        others = SocialAccount.objects.filter(user=self)
        others.exclude(pk=but.pk if but else None).delete()
        Authenticator.objects.filter(user=self).delete()
        self.set_unusable_password()
        self.save(update_fields=["password"])
        self.end_sessions()

    def end_sessions(self, but: HttpRequest | None = None) -> None:
        """Log out everywhere: no cookie of theirs opens anything after this, and no code or log-in
        that waits can be completed. The session of the request `but` goes on.
        """
        from allauth.usersessions.models import UserSession  # which points back to this model

        User.objects.filter(pk=self.pk).update(session_epoch=F("session_epoch") + 1)
        self.refresh_from_db(fields=["password", "session_epoch"])
        kept = but.session.session_key if but else None
        for session in UserSession.objects.filter(user=self).exclude(session_key=kept):
            session.end()
        if but:
            but.session[HASH_SESSION_KEY] = self.get_session_auth_hash()

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        return salted_hmac(
            "accounts.session",
            f"{self.password}{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def _state_proven(self) -> State:
        from allauth.account.models import EmailAddress  # which points back to this model

        is_proven = EmailAddress.objects.filter(user=self, verified=True).exists()
        return State.ACTIVE if is_proven else State.UNCONFIRMED

    def _move(self, verb: str, after: State, by: "User | None" = None, **fields: Any) -> bool:
        """Whether the state was one from which `verb` leads on, and so is changed, with a line in
        the log. `by` is who did it, where the panel doesn't know."""
        rows = User.objects.filter(pk=self.pk, state__in=TRANSITIONS[verb])
        if not rows.update(state=after, state_before=F("state"), **fields):
            return False
        self.refresh_from_db(fields=["state", "state_before", *fields])
        log(instance=self, action=f"accounts.{verb}", user=by)
        return True

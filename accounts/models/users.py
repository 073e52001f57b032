"""The user model, and the states of a membership."""

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


#: The states that each verb may start from. `restore` and `stay` lead to ACTIVE or UNCONFIRMED, by
#: whether an address is confirmed, except that a suspended member who stays is still suspended.
TRANSITIONS: dict[str, Collection[State]] = {
    "confirm": {State.UNCONFIRMED},
    "suspend": {State.UNCONFIRMED, State.ACTIVE},
    "restore": {State.SUSPENDED},
    "leave": {State.UNCONFIRMED, State.ACTIVE, State.SUSPENDED},
    "stay": {State.LEAVING},
}


#: How a member can have joined. A provider is named by its own ID instead.
SOURCES = {
    "code": _("Code by e-mail"),
    "passkey": _("Passkey"),
    "import": _("File"),
    "ghost": "Ghost",
    "substack": "Substack",
    "command": _("Command"),
}


class UserQuerySet(models.QuerySet["User"]):
    def members(self) -> "UserQuerySet":
        """Users who only read: they are in no group of the panel, and are not superusers."""
        return self.filter(is_superuser=False, groups__isnull=True)

    def staff(self) -> "UserQuerySet":
        return self.exclude(pk__in=self.members())

    def suspended(self) -> "UserQuerySet":
        """Those who are suspended now, or will be if they stay."""
        leaves_so = Q(state=State.LEAVING, state_before=State.SUSPENDED)
        return self.filter(Q(state=State.SUSPENDED) | leaves_so)

    def forgotten(self) -> "UserQuerySet":
        """Members who never confirmed the address. It is mistyped, or somebody else's."""
        old = timezone.now() - User.UNCONFIRMED_FOR
        return self.members().filter(state=State.UNCONFIRMED, joined_at__lt=old)

    def gone(self) -> "UserQuerySet":
        """Members who have left and can no longer change their minds."""
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
        """The user with this address, or a new unconfirmed one without a password."""
        from allauth.account.models import EmailAddress  # it refers to this model

        user: User
        new = User(email=email)
        new.set_unusable_password()
        defaults = {"password": new.password, "source": source}
        with transaction.atomic():
            user, is_new = self.get_or_create(email=email, defaults=defaults)
            if is_new:
                EmailAddress.objects.create(user=user, email=email, primary=True)
            else:
                # Do as much work as for a new user, here and in allauth's look-up, so that the
                # time an answer takes doesn't tell whether the address was known. An unconfirmed
                # member gets another seven days.
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
    """The permission to enter the panel, if `user` has it directly or through a group."""
    given = Q(user=user) | Q(group__user=user)
    return Permission.objects.filter(
        given, content_type__app_label="wagtailadmin", codename="access_admin"
    )


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A member, or one of the staff. The e-mail address is the user name."""

    #: Whether this user's session has shown a second factor. Where the staff need one, a session
    #: without it opens no more than a member's. It is False until `mark` has looked at a session
    #: (accounts/sign_in/second_factor.py).
    has_second_factor = False
    #: How long a new member has to confirm the address.
    UNCONFIRMED_FOR = timedelta(days=7)
    #: How long a member who leaves can change their mind.
    REGRET = timedelta(days=14)

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.UNCONFIRMED
    )
    #: `state` before its last change. For a leaving member, SUSPENDED means suspended if they stay.
    state_before = models.CharField(max_length=20, choices=State.choices, blank=True)
    # Django's own switch, which ends every session. The panel suspends by `state` instead, so
    # that the gate can tell the reader why.
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, db_index=True)
    #: Updated at most once a day, and only for members who keep a history.
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True, db_index=True)
    #: Whether the portal remembers what they have read (reading/models.py).
    keeps_history = models.BooleanField(_("reading is remembered"), default=True)
    #: How they joined: `code`, `passkey`, `import`, `command`, or the ID of a provider.
    source = models.CharField(_("came by"), max_length=40, blank=True)
    #: Raised to end every session: it is part of the hash that a session must match.
    session_epoch = models.PositiveIntegerField(default=0)
    #: Why they are suspended. The staff see it, and the member among their own data.
    suspension_reason = models.CharField(
        _("reason"), max_length=300, blank=True, default="", db_default=""
    )
    labels = models.ManyToManyField(
        "accounts.Label", verbose_name=_("labels"), related_name="members"
    )
    #: When everything is deleted, for a member who is leaving.
    leaves_at = models.DateTimeField(_("is deleted"), null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        permissions = [
            ("manage_members", "Can see, suspend and restore members"),
            ("manage_staff", "Can invite staff, and change their roles"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        """For Wagtail, which shows it beside the user's actions."""
        return str(self)

    @property
    def is_active_member(self) -> bool:
        return self.is_active and self.state == State.ACTIVE

    @property
    def came_by(self) -> str:
        """`source` in words if SOURCES has it, else as it is stored."""
        return str(SOURCES.get(self.source, self.source))

    @property
    def labels_in_words(self) -> str:
        return ", ".join(label.name for label in self.labels.all())

    @property
    def is_staff(self) -> bool:
        """Whether the panel is open to this user in this session."""
        return (self.has_second_factor or not settings.TWO_FACTOR) and self.may_enter_panel

    @cached_property
    def may_enter_panel(self) -> bool:
        """Whether they have the right to the panel: `has_perm`, in one query instead of two."""
        if not self.is_active or self.is_superuser:
            return self.is_active
        return panel_rights(self).exists()

    def confirm(self, by: "User | None" = None) -> bool:
        """The address is proven. Does nothing for a suspended or leaving member."""
        return self._move("confirm", State.ACTIVE, by)

    def suspend(self, reason: str = "") -> bool:
        """Suspend the member, and end every session at once. `reason` is for the staff.

        An unconfirmed member can be suspended too: a code must not open what was closed. A leaving
        member goes on leaving, and is suspended if they stay.
        """
        leaving = User.objects.filter(pk=self.pk, state=State.LEAVING)
        because = {"reason": reason} if reason else None
        if leaving.exclude(state_before=State.SUSPENDED).update(
            state_before=State.SUSPENDED, suspension_reason=reason
        ):
            self.state_before, self.suspension_reason = State.SUSPENDED, reason
            log(instance=self, action="accounts.suspend", data=because)
        elif not self._move("suspend", State.SUSPENDED, data=because, suspension_reason=reason):
            return False
        self.end_sessions()
        return True

    def restore(self) -> bool:
        after = self._state_proven()
        leaving = User.objects.filter(pk=self.pk, state=State.LEAVING)
        if leaving.filter(state_before=State.SUSPENDED).update(
            state_before=after, suspension_reason=""
        ):
            self.state_before, self.suspension_reason = after, ""
            log(instance=self, action="accounts.restore")
            return True
        return self._move("restore", after, suspension_reason="")

    @property
    def is_suspended(self) -> bool:
        """Whether they are suspended now, or will be if they stay."""
        leaves_so = self.state == State.LEAVING and self.state_before == State.SUSPENDED
        return self.state == State.SUSPENDED or leaves_so

    def leave(self) -> bool:
        """The member reads as a visitor from now on, and is deleted after REGRET."""
        return self._move("leave", State.LEAVING, self, leaves_at=timezone.now() + self.REGRET)

    def stay(self) -> bool:
        """Stop leaving. A member who was suspended is suspended again."""
        self.refresh_from_db(fields=["state", "state_before"])
        after = State.SUSPENDED if self.is_suspended else self._state_proven()
        return self._move("stay", after, self, leaves_at=None)

    def forget_keys(self, but: Any = None) -> None:
        """Remove every way to log in but the address, which has just been proven.

        Somebody else can have made the account, by typing the address at a provider that doesn't
        verify it. They must lose access when the owner logs in. `but` is the provider's account
        that the owner logs in with.
        """
        from allauth.mfa.models import Authenticator  # these refer to this model
        from allauth.socialaccount.models import SocialAccount

        others = SocialAccount.objects.filter(user=self)
        others.exclude(pk=but.pk if but else None).delete()
        Authenticator.objects.filter(user=self).delete()
        self.set_unusable_password()
        self.save(update_fields=["password"])
        self.end_sessions()

    def end_sessions(self, but: HttpRequest | None = None) -> None:
        """Log out everywhere. Every session cookie, pending code and pending log-in becomes void.

        The session of the request `but` goes on.
        """
        from allauth.usersessions.models import UserSession  # it refers to this model

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
        from allauth.account.models import EmailAddress  # it refers to this model

        is_proven = EmailAddress.objects.filter(user=self, verified=True).exists()
        return State.ACTIVE if is_proven else State.UNCONFIRMED

    def _move(
        self,
        verb: str,
        after: State,
        by: "User | None" = None,
        data: dict[str, str] | None = None,
        **fields: Any,
    ) -> bool:
        """Change the state and log it. False if `verb` can't start from the present state.

        `by` is the user who did it, where Wagtail's log context doesn't name one. `data` goes with
        the line in the log.
        """
        if after == State.UNCONFIRMED:  # which lasts for seven days from now
            fields["joined_at"] = timezone.now()
        rows = User.objects.filter(pk=self.pk, state__in=TRANSITIONS[verb])
        if not rows.update(state=after, state_before=F("state"), **fields):
            return False
        self.refresh_from_db(fields=["state", "state_before", *fields])
        log(instance=self, action=f"accounts.{verb}", user=by, data=data)
        return True

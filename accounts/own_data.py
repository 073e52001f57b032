"""Everything that is stored about a member: shown to them, and erased when they have left.

The user's reverse relations find the rows, so that a new table can't be forgotten. Rooms above
this one add labels for their tables, and erasers for data that no relation leads to.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import registry
from wagtail.models import BaseLogEntry, ModelLogEntry

from accounts.models import FormerAddress, ImportedRow, Invitation, Label, User
from mail.models import AddressState, Message

logger = logging.getLogger(__name__)

Row = dict[str, Any]
Words = Any  # a string, or one that is translated when it is shown


def as_they_are(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    return rows


def still_open(rows: models.QuerySet[UserSession]) -> models.QuerySet[UserSession]:
    """Without ended sessions, whose rows allauth keeps until `purge` is called."""
    for session in rows:
        session.purge()
    return rows


class Described(NamedTuple):
    """How one table is shown: a heading, the fields with their labels, and a function.

    The function prepares the rows. It can for example look up names that belong to them.
    """

    title: Words
    fields: dict[str, Words]
    prepared: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] = as_they_are


def not_of_oneself(rows: models.QuerySet[ModelLogEntry]) -> models.QuerySet[ModelLogEntry]:
    """Without what members did with their own accounts: that is in the section LOG."""
    of_user = ContentType.objects.get_for_model(User)
    return rows.exclude(content_type=of_user, object_id=Cast("user_id", models.CharField()))


ACTION = {"action": _("what"), "timestamp": _("when")}


class Section(NamedTuple):
    key: str
    title: str
    labels: dict[str, str]
    rows: list[Row]

    def told(self) -> list[list[tuple[str, Any]]]:
        """The rows for people to read: each value that isn't empty, with its label."""
        empty = (None, "")
        return [
            [(self.labels[name], value) for name, value in row.items() if value not in empty]
            for row in self.rows
        ]


#: By the label of the model, as in «accounts.Consent», or of one of its relations to a user, as in
#: «accounts.MemberNote.written_by». A field may lie in another table, as in «group__name». Fields
#: that are secret, or mean nothing to the member, are left out.
described: dict[str, Described] = {
    "accounts.Consent": Described(
        _("What you have agreed to"),
        {
            "kind": _("kind"),
            "text": _("in these words"),
            "version": _("version"),
            "source": _("where"),
            "given_at": _("when"),
            "withdrawn_at": _("withdrawn"),
        },
    ),
    "accounts.FormerAddress": Described(
        _("Addresses you had before"), {"email": _("address"), "changed_at": _("changed")}
    ),
    "accounts.Grant": Described(
        _("What you have been given to read"),
        {
            "page__title": _("page"),
            "starts_at": _("from"),
            "ends_at": _("until"),
            "source": _("came by"),
        },
    ),
    "accounts.MemberNote": Described(
        _("What the editors have noted about you"), {"text": _("text"), "written_at": _("written")}
    ),
    # What a note says is about somebody else.
    "accounts.MemberNote.written_by": Described(
        _("Notes that you have written about members"), {"written_at": _("written")}
    ),
    "accounts.User_labels": Described(
        _("Labels that the editors have put on you"),
        {"label__name": _("member's label")},
    ),
    "account.EmailAddress": Described(
        _("E-mail addresses"), {"email": _("address"), "verified": _("confirmed")}
    ),
    "mfa.Authenticator": Described(
        _("Passkeys and one-time codes"),
        {"type": _("kind"), "created_at": _("made"), "last_used_at": _("last used")},
    ),
    "socialaccount.SocialAccount": Described(
        _("Other accounts that let you in"),
        {
            "provider": _("at"),
            "uid": _("their number for you"),
            "extra_data": _("what they have told us"),
            "date_joined": _("connected"),
            "last_login": _("last used"),
        },
    ),
    "usersessions.UserSession": Described(
        _("Where you are logged in"),
        {"created_at": _("since"), "ip": _("IP address"), "user_agent": _("browser")},
        still_open,
    ),
    "accounts.MemberImport": Described(
        _("Files of members you have brought in"), {"name": _("name"), "uploaded_at": _("when")}
    ),
    "accounts.Invitation": Described(
        _("Invitations to the staff that you have sent"),
        {"invited_at": _("when"), "withdrawn_at": _("withdrawn"), "accepted_at": _("accepted")},
    ),
    "accounts.User_groups": Described(_("Groups of the panel"), {"group__name": _("group")}),
    "wagtailcore.ModelLogEntry": Described(
        _("What you have done in the panel"), ACTION, not_of_oneself
    ),
    "wagtailcore.PageLogEntry": Described(
        _("What you have done with pages"), {"label": _("page"), **ACTION}
    ),
    "wagtailcore.Comment": Described(
        _("Your comments in the panel"), {"text": _("text"), "created_at": _("written")}
    ),
    "wagtailcore.CommentReply": Described(
        _("Your answers to comments in the panel"), {"text": _("text"), "created_at": _("written")}
    ),
}
#: Functions that erase what no relation leads to. They run before the rows are deleted.
erasers: list[Callable[[User], None]] = []

MAILS = Described(
    _("E-mails we have sent you"),
    {"subject": _("subject"), "created_at": _("written"), "sent_at": _("sent")},
)
#: Plain words for allauth's names of second factors.
FACTORS = {"webauthn": _("Passkey"), "totp": _("An app with one-time codes")}
#: The notice of a change of address goes to the old one at most this long after the change.
NOTICE = timedelta(minutes=1)
ADDRESS_STATES = Described(
    _("What mail servers have told us of your address"),
    {
        "address": _("address"),
        "said": _("what the server said"),
        "told_at": _("when"),
        "stopped_at": _("no more news since"),
        "reason": _("why"),
    },
)
INVITED = Described(
    _("Invitations to the staff that you have got"),
    {"invited_at": _("when"), "expires_at": _("until"), "accepted_at": _("accepted")},
)
LOG = Described(_("What has happened to the account"), ACTION)
PERSON = Described(
    _("Membership"),
    {
        "email": _("e-mail address"),
        "name": _("name"),
        "state": _("state"),
        "suspension_reason": _("why suspended"),
        "joined_at": _("joined"),
        "source": _("came by"),
        "last_login": _("last logged in"),
        "last_read_at": _("last read"),
        "keeps_history": _("reading is remembered"),
        "leaves_at": _("is deleted"),
    },
)


def relations() -> list[Any]:
    """Every relation that points at a user, hidden ones too."""
    fields = User._meta.get_fields(include_hidden=True)
    return [field for field in fields if field.auto_created and not field.concrete]


def told_of(user: User) -> list[Section]:
    """All that is stored about `user`, as they may read it. Empty tables are left out."""
    person = _section("user", PERSON, User.objects.filter(pk=user.pk))
    person.rows[0]["source"] = user.came_by
    found = [person]
    for relation in relations():
        model = relation.related_model
        how = _how(relation)
        key = f"{model._meta.label_lower}.{relation.field.name}"
        rows = model._base_manager.filter(**{relation.field.name: user})
        found.append(_section(key, how, rows))
    found.append(_mails(user))
    states = AddressState.objects.filter(address__in=_addresses(user))
    found.append(_section("address_states", ADDRESS_STATES, states))
    invited = Invitation.objects.filter(email__in=_addresses(user))
    found.append(_section("invited", INVITED, invited))
    found.append(_section("log", LOG, _log_of(user)))
    return [section for section in found if section.rows]


def _section(key: str, how: Described, rows: models.QuerySet[Any]) -> Section:
    labels = {name: str(label) for name, label in how.fields.items()}
    rows = how.prepared(rows).order_by("pk")
    told = list(rows.values(*labels))
    choices = {
        field.name: dict(field.flatchoices)
        for field in rows.model._meta.concrete_fields
        if field.choices and field.name in labels
    }
    if issubclass(rows.model, BaseLogEntry):
        # Show the action but never the message, which can quote another person.
        choices["action"] = dict(registry.get_choices())
    elif rows.model is Authenticator:
        choices["type"] |= FACTORS
    for row in told:
        row |= {name: str(known.get(row[name], row[name])) for name, known in choices.items()}
    return Section(key, str(how.title), labels, told)


def _mails(user: User) -> Section:
    """The mails to `user`, without codes."""
    labels = {name: str(label) for name, label in MAILS.fields.items()}
    mails = mails_to(user).order_by("pk").only("priority", *labels)
    rows = [
        {**{name: getattr(mail, name) for name in labels}, "subject": mail.shown_subject}
        for mail in mails
    ]
    return Section("mails", str(MAILS.title), labels, rows)


def _how(relation: Any) -> Described:
    label = relation.related_model._meta.label
    by_relation = described.get(f"{label}.{relation.field.name}")
    return by_relation or described.get(label) or _plainly(relation.related_model)


def _plainly(model: type[models.Model]) -> Described:
    """For a table without a description: the numbers of the rows, and none of their content."""
    name = str(model._meta.verbose_name_plural)
    return Described(name[:1].upper() + name[1:], {"pk": _("number")})


def _addresses(user: User) -> list[str]:
    return [user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)]


def mails_to(user: User) -> models.QuerySet[Message]:
    """The mails to `user`, also to addresses they had before.

    A mail that went to a former address later may be somebody else's, and is left out.
    """
    theirs = Q(recipient__in=_addresses(user))
    for former in FormerAddress.objects.filter(user=user):
        until = former.changed_at + NOTICE
        theirs |= Q(recipient=former.email, created_at__lte=until)
    return Message.objects.filter(theirs)


def _log_of(user: User) -> models.QuerySet[ModelLogEntry]:
    of_user = ContentType.objects.get_for_model(User)
    return ModelLogEntry.objects.filter(content_type=of_user, object_id=str(user.pk))


@transaction.atomic
def erase(user: User) -> None:
    """Delete the account and everything personal with it, for good.

    The proofs of consent and the panel's log of pages stay, and name nobody. A published by-line
    belongs to the author's page, not to the account.
    """
    user.end_sessions()
    for eraser in erasers:
        eraser(user)
    mails_to(user).delete()
    ImportedRow.objects.filter(email__in=_addresses(user)).delete()
    Invitation.objects.filter(email__in=_addresses(user)).delete()
    # Also of addresses they had before. If one is another's by now, the next bounce tells it again.
    former = FormerAddress.objects.filter(user=user).values_list("email", flat=True)
    AddressState.objects.filter(address__in=[*_addresses(user), *former]).delete()
    _log_of(user).delete()
    user.delete()
    Label.objects.forget_unused()


def erase_who_has_left() -> None:
    """Erase members who have left, and members who never confirmed their address.

    They are erased one by one, so that a fault with one doesn't hold up the others.
    """
    for rows in (User.objects.gone(), User.objects.forgotten()):
        for pk in rows.order_by("pk").values_list("pk", flat=True):
            try:
                with transaction.atomic():
                    # They may have stayed, or confirmed, while others were erased.
                    if user := rows.select_for_update(of=("self",)).filter(pk=pk).first():
                        erase(user)
            except Exception:
                logger.exception("The account %s was not erased", pk)

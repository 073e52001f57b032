"""The import of members: the worker judges each row, and imports them when a manager says so."""

import logging
import time
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.log_actions import LogContext, log

from accounts.member_files import BATCH
from accounts.member_rows import News, changes_to, cleaned
from accounts.models import (
    ImportedRow,
    Label,
    MemberImport,
    MemberNote,
    Stage,
    State,
    User,
    Verdict,
)

logger = logging.getLogger(__name__)


def work_on(taken: MemberImport) -> None:
    """Do one batch of the current stage, or go to the next stage when no rows are left."""
    batch = list(taken.waiting()[:BATCH])
    if not batch:
        after = Stage.JUDGED if taken.stage == Stage.JUDGING else Stage.DONE
        MemberImport.objects.filter(pk=taken.pk, stage=taken.stage).update(stage=after)
    elif taken.stage == Stage.JUDGING:
        _judge(taken, batch)
    else:
        _bring_in_safely(batch)


def _bring_in_safely(batch: list[ImportedRow]) -> None:
    """Import the batch. A row that fails, for whatever reason, doesn't hold up the others."""
    try:
        _bring_in(batch)
    except Exception:
        logger.exception("A batch of members was not imported; each row is tried by itself")
        for row in batch:
            try:
                _bring_in([row])
            except Exception as error:
                row.verdict, row.is_done = Verdict.REFUSED, True
                row.reason = type(error).__name__
                row.save(update_fields=["verdict", "reason", "is_done"])


def _judge(taken: MemberImport, batch: list[ImportedRow]) -> None:
    users = _users_of(batch)
    emails = [row.email for row in batch]
    earlier = taken.rows.filter(email__in=emails, number__lt=batch[0].number)
    seen = set(earlier.values_list("email", flat=True))
    for row in batch:
        row.verdict, row.reason = _verdict(row, users.get(row.email), row.email in seen)
        seen.add(row.email)
    ImportedRow.objects.bulk_update(batch, ["verdict", "reason"])


def _users_of(batch: Iterable[ImportedRow]) -> dict[str, User]:
    """The users who have these rows' addresses, by address.

    Other confirmed addresses of theirs count too. `is_member` is set on each user: False for the
    staff, and where the row's address is not the user's main one.
    """
    emails = [row.email for row in batch]
    others = EmailAddress.objects.filter(email__in=emails, verified=True).exclude(
        user__email__in=emails
    )
    found = User.objects.filter(email__in=emails).prefetch_related("labels", "notes")
    members = set(found.members().values_list("pk", flat=True))
    users = {user.email: user for user in found}
    for user in users.values():
        user.is_member = user.pk in members  # type: ignore[attr-defined]
    for address in others.select_related("user"):
        address.user.is_member = False
        users[address.email.lower()] = address.user
    return users


def _verdict(row: ImportedRow, user: User | None, is_repeated: bool) -> tuple[Verdict, str]:
    try:
        values = cleaned(row)
        if is_repeated:
            raise ValidationError(_("The address stands in an earlier row, too."))
        if user is not None and not user.is_member:  # type: ignore[attr-defined]
            raise ValidationError(
                _("The address belongs to one of the staff, or to another member.")
            )
        _check_state(user.state if user else None, values)
    except ValidationError as error:
        return Verdict.REFUSED, " ".join(error.messages)[:300]
    if user is None:
        return Verdict.NEW, ""
    changes = changes_to(user, values)
    return (Verdict.CHANGED, "; ".join(changes)[:300]) if changes else (Verdict.SAME, "")


#: The changes of state that a file may make, as (from, to). None stands for a new member.
WAYS = {
    (None, State.ACTIVE),
    (None, State.UNCONFIRMED),
    (None, State.SUSPENDED),
    (State.ACTIVE, State.SUSPENDED),
    (State.UNCONFIRMED, State.SUSPENDED),
    (State.UNCONFIRMED, State.ACTIVE),
    (State.SUSPENDED, State.ACTIVE),
}


def _check_state(before: str | None, values: dict[str, Any]) -> None:
    after = values.get("state", before)
    if after != before and (before, after) not in WAYS:
        raise ValidationError(
            _("The state can't go there: a member leaves, stays and confirms by themselves.")
        )


def _bring_in(batch: list[ImportedRow]) -> None:
    """Import all of the batch or nothing. Rows are judged again, as members may have changed."""
    taken = batch[0].member_import
    with transaction.atomic(), LogContext(user=taken.uploaded_by):
        users = _users_of(batch)
        new: list[tuple[User, dict[str, Any]]] = []
        for row in batch:
            row.verdict, row.reason = _verdict(row, users.get(row.email), is_repeated=False)
            row.is_done = True
            if row.verdict == Verdict.NEW:
                values = cleaned(row)
                new.append((_new_user(values), values))
            elif row.verdict == Verdict.CHANGED:
                _change(users[row.email], cleaned(row), taken)
            elif row.verdict == Verdict.SAME:
                row.verdict = Verdict.CHANGED  # this import or another already made the change
        _store(new, taken)
        ImportedRow.objects.bulk_update(batch, ["verdict", "reason", "is_done"])


def _store(new: list[tuple[User, dict[str, Any]]], taken: MemberImport) -> None:
    """Store the new members with all that the file says of them, in few statements."""
    users = User.objects.bulk_create(user for user, _values in new)
    EmailAddress.objects.bulk_create(
        EmailAddress(
            user=user, email=user.email, primary=True, verified=user.state != State.UNCONFIRMED
        )
        for user in users
    )
    MemberNote.objects.bulk_create(
        MemberNote(member=user, text=values["note"], written_by=taken.uploaded_by)
        for user, values in new
        if values.get("note")
    )
    labels = Label.objects.named(name for _user, values in new for name in _labels(values))
    of_member = User.labels.through
    of_member.objects.bulk_create(
        of_member(user=user, label=labels[name.lower()])
        for user, values in new
        for name in _labels(values)
    )
    if taken.carries_news:
        wanting = [user for user, values in new if values.get("news")]
        News(taken).carry(wanting)


def _labels(values: dict[str, Any]) -> list[str]:
    return values.get("labels") or values.get("more_labels") or []


#: What a row may say of the user itself. The rest is in tables of its own.
OF_USER = ("email", "name", "state", "joined_at", "source")


def _new_user(values: dict[str, Any]) -> User:
    fields = {name: values[name] for name in OF_USER if name in values}
    user = User(**{"state": State.ACTIVE, "source": "import", **fields})
    if user.state == State.UNCONFIRMED:
        user.joined_at = timezone.now()  # or it would be erased with those who never confirmed
    if user.state == State.SUSPENDED:
        user.suspension_reason = values.get("reason", "")
    user.set_unusable_password()
    return user


def _change(user: User, values: dict[str, Any], taken: MemberImport) -> None:
    if "name" in values and values["name"] != user.name:
        user.name = values["name"]
        user.save(update_fields=["name"])
    if "labels" in values:
        user.labels.set(Label.objects.named(values["labels"]).values())
        Label.objects.forget_unused()
    user.labels.add(*Label.objects.named(values.get("more_labels", [])).values())
    if (note := values.get("note")) and note not in {each.text for each in user.notes.all()}:
        user.notes.create(text=note, written_by=taken.uploaded_by)
    after = values.get("state", user.state)
    if after == user.state:
        return
    if after == State.SUSPENDED:
        user.suspend(values.get("reason") or _("The file %s") % taken.name)
    else:
        if user.last_login is None:
            user.forget_keys()  # others may have set some up before the address was proven
        EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
        if user.state == State.SUSPENDED:
            user.restore()
        else:
            user.confirm()
    log(instance=user, action="accounts.import")


@task(backend="worker", queue_name="soon")
def continue_import(pk: int) -> None:
    """Work on the import for about a second, and then let the rest of the lane have its turn."""
    end = time.monotonic() + 1
    while time.monotonic() < end:
        taken = MemberImport.objects.at_work().filter(pk=pk).first()
        if taken is None:
            return
        work_on(taken)
    continue_import.enqueue(pk)


def forget_imports() -> None:
    MemberImport.objects.filter(uploaded_at__lt=timezone.now() - MemberImport.KEPT).delete()

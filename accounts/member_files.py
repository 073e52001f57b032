"""Members as CSV, out and in again. What comes in is judged row by row before anything is done."""

import csv
import io
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import ImportedRow, MemberImport, Stage, State, User, UserQuerySet, Verdict

#: The columns, in their order, by the names they have in the file.
COLUMNS = {
    "epost": "email",
    "navn": "name",
    "tilstand": "state",
    "medlem_siden": "joined_at",
    "kom_via": "source",
}
STATES = {
    State.UNCONFIRMED: "ubekreftet",
    State.ACTIVE: "aktiv",
    State.SUSPENDED: "utestengt",
    State.LEAVING: "på vei ut",
}
#: Rows judged or imported at a time.
BATCH = 500
MAX_BYTES = 50 * 1024 * 1024
#: What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Values = dict[str, str]


class UnreadableError(Exception):
    """The file as a whole can't be read; says why, in Norwegian."""


def written(users: UserQuerySet) -> Iterator[bytes]:
    """The lines of the file, one by one, however many there are."""
    yield b"\xef\xbb\xbf"  # or a spreadsheet takes æ, ø and å for something else
    line = io.StringIO()
    out = csv.writer(line, delimiter=";")
    out.writerow(COLUMNS)
    for user in users.order_by("pk").iterator(chunk_size=2000):
        out.writerow([harmless(value) for value in values_of(user).values()])
        if line.tell() > 65536:  # noqa: PLR2004 - bytes sent at a time
            yield _emptied(line)
    yield _emptied(line)


def _emptied(line: io.StringIO) -> bytes:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text.encode()


def values_of(user: User) -> Values:
    return {
        "email": user.email,
        "name": user.name,
        "state": STATES[State(user.state)],
        "joined_at": timezone.localtime(user.joined_at).isoformat(timespec="seconds"),
        "source": user.source,
    }


def harmless(value: str) -> str:
    """With a quote before what a spreadsheet would run; `plain` takes it away again."""
    return f"'{value}" if value.startswith(FORMULA) else value


def plain(value: str) -> str:
    value = value.strip()
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA) else value


def take(file: BinaryIO, name: str, by: User) -> MemberImport:
    """Read the file into rows that wait for their verdict.

    Raises UnreadableError, and then keeps nothing.
    """
    with transaction.atomic():
        taken = MemberImport.objects.create(name=name[:200], uploaded_by=by)
        batch: list[ImportedRow] = []
        for number, values in _read(file):
            email = values.get("email", "").lower()[:254]
            row = ImportedRow(member_import=taken, number=number, email=email, values=values)
            batch.append(row)
            if len(batch) == BATCH:
                ImportedRow.objects.bulk_create(batch)
                batch = []
        ImportedRow.objects.bulk_create(batch)
        if not taken.rows.exists():
            raise UnreadableError(_("The file has no rows."))
    return taken


def _read(file: BinaryIO) -> Iterator[tuple[int, Values]]:
    """Each row with the number of its line."""
    head = file.read(4096)
    file.seek(0)
    try:
        lines = io.TextIOWrapper(file, encoding=_encoding(head), newline="")
        delimiter = ";" if b";" in head.split(b"\n")[0] else ","
        rows = csv.reader(lines, delimiter=delimiter, strict=True)
        heading = [name.strip().lower() for name in next(rows, [])]
        unknown = [name for name in heading if name not in COLUMNS]
        if "epost" not in heading or unknown:
            raise UnreadableError(
                _("The first line must name the columns. It has %(found)s, and may have %(known)s.")
                % {"found": ", ".join(heading)[:200] or "–", "known": ", ".join(COLUMNS)}
            )
        fields = [COLUMNS[name] for name in heading]
        for cells in rows:
            if any(cell.strip() for cell in cells):
                values = dict(zip(fields, map(plain, cells), strict=False))
                if any(cells[len(fields) :]):  # empty ones are what a spreadsheet leaves
                    values["extra"] = "1"
                yield rows.line_num, values
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError(_("This is not a CSV file that can be read: %s") % error) from None


def _encoding(head: bytes) -> str:
    """UTF-8, or what a Norwegian Excel writes."""
    try:
        head[: head.rfind(b"\n") + 1 or None].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def work_on(taken: MemberImport) -> None:
    """One batch of the stage it is at; the next stage when there is none left."""
    batch = list(taken.waiting()[:BATCH])
    if not batch:
        after = Stage.JUDGED if taken.stage == Stage.JUDGING else Stage.DONE
        MemberImport.objects.filter(pk=taken.pk, stage=taken.stage).update(stage=after)
    elif taken.stage == Stage.JUDGING:
        _judge(taken, batch)
    else:
        _bring_in(batch)


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
    found = User.objects.filter(email__in=[row.email for row in batch])
    members = set(found.members().values_list("pk", flat=True))
    users = {user.email: user for user in found}
    for user in users.values():
        user.is_member = user.pk in members  # type: ignore[attr-defined]
    return users


def _verdict(row: ImportedRow, user: User | None, is_repeated: bool) -> tuple[Verdict, str]:
    try:
        values = cleaned(row)
        if is_repeated:
            raise ValidationError(_("The address stands in an earlier row, too."))
        if user is not None and not user.is_member:  # type: ignore[attr-defined]
            raise ValidationError(_("The address belongs to one of the staff."))
        _check_state(user.state if user else None, values)
    except ValidationError as error:
        return Verdict.REFUSED, " ".join(error.messages)[:300]
    if user is None:
        return Verdict.NEW, ""
    changes = changes_to(user, values)
    return (Verdict.CHANGED, "; ".join(changes)[:300]) if changes else (Verdict.SAME, "")


def cleaned(row: ImportedRow) -> dict[str, Any]:
    """What the row says, in the model's own terms. Raises ValidationError."""
    values: Values = row.values
    if "extra" in values:
        raise ValidationError(_("The row has more cells than the heading."))
    try:
        validate_email(values.get("email", ""))
    except ValidationError:
        raise ValidationError(
            _("«%s» is not an e-mail address.") % values.get("email", "")[:100]
        ) from None
    if len(values["email"]) > 254:  # noqa: PLR2004 - RFC 5321
        raise ValidationError(_("The address is too long."))
    if len(values.get("name", "")) > 150:  # noqa: PLR2004 - the model's
        raise ValidationError(_("The name is too long."))
    found: dict[str, Any] = {"email": row.email}
    if "name" in values:
        found["name"] = values["name"]
    if state := values.get("state", ""):
        known = {word: state for state, word in STATES.items()}
        if state.lower() not in known:
            raise ValidationError(
                _("«%(state)s» is no state. It may be %(known)s.")
                % {"state": state[:50], "known": ", ".join(known)}
            )
        found["state"] = known[state.lower()]
    if joined := values.get("joined_at", ""):
        found["joined_at"] = _time(joined)
    if source := values.get("source", ""):
        found["source"] = source[:40]
    return found


def _time(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(
            _("«%s» is no time. It should look like 2026-11-24T12:00:00+01:00.") % text[:50]
        )
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def changes_to(user: User, values: dict[str, Any]) -> list[str]:
    """In words, what the row would change. When and how they came is theirs, and stays."""
    before, after = values_of(user), {}
    if "name" in values:
        after["name"] = values["name"]
    if "state" in values:
        after["state"] = STATES[values["state"]]
    return [f"{before[name]} → {value}" for name, value in after.items() if before[name] != value]


#: Which states a file may lead from and to.
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
    """All of a batch or nothing. What has changed since the verdict is judged again."""
    with transaction.atomic():
        users = _users_of(batch)
        new: list[User] = []
        for row in batch:
            row.verdict, row.reason = _verdict(row, users.get(row.email), is_repeated=False)
            row.is_done = True
            if row.verdict == Verdict.NEW:
                new.append(_new_user(cleaned(row)))
            elif row.verdict == Verdict.CHANGED:
                _change(users[row.email], cleaned(row))
            elif row.verdict == Verdict.SAME:
                row.verdict = Verdict.CHANGED  # by this import or another; it is as the file says
        User.objects.bulk_create(new)
        EmailAddress.objects.bulk_create(
            EmailAddress(
                user=user, email=user.email, primary=True, verified=user.state != State.UNCONFIRMED
            )
            for user in new
        )
        ImportedRow.objects.bulk_update(batch, ["verdict", "reason", "is_done"])


def _new_user(values: dict[str, Any]) -> User:
    user = User(**{"state": State.ACTIVE, "source": "import", **values})
    user.set_unusable_password()
    return user


def _change(user: User, values: dict[str, Any]) -> None:
    if "name" in values and values["name"] != user.name:
        user.name = values["name"]
        user.save(update_fields=["name"])
    after = values.get("state", user.state)
    if after == user.state:
        return
    if after == State.SUSPENDED:
        user.suspend()
    else:
        EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
        if user.state == State.SUSPENDED:
            user.restore()
        else:
            user.confirm()
    log(instance=user, action="accounts.import")


def work_on_imports() -> None:
    """The oldest import that has work left, for a second or so: mails wait meanwhile."""
    end = time.monotonic() + 1
    at_work = MemberImport.objects.filter(stage__in=[Stage.JUDGING, Stage.IMPORTING])
    while time.monotonic() < end and (taken := at_work.order_by("pk").first()):
        work_on(taken)


def forget_imports() -> None:
    MemberImport.objects.filter(uploaded_at__lt=timezone.now() - MemberImport.KEPT).delete()

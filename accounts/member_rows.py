"""One row of a member file: what it says, what it would change, and the consent that it carries."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from accounts.addresses import MOST, check_address
from accounts.member_columns import FORMATS, Values
from accounts.member_files import STATES, values_of
from accounts.models import Consent, ImportedRow, Kind, MemberImport, User, label_names
from accounts.models.consents import hash_of

#: The first year of the Web. Nobody can have joined a site before it.
FIRST_YEAR = 1991


def cleaned(row: ImportedRow) -> dict[str, Any]:
    """The row's values, by the names of the model's fields. Raises ValidationError."""
    values: Values = row.values
    if "extra" in values:
        raise ValidationError(_("The row has more cells than the heading."))
    if values.get("deleted", "").strip():
        raise ValidationError(_("The member was deleted in the portal that the file is from."))
    if len(values.get("email", "")) > MOST:
        raise ValidationError(_("The address is too long."))
    try:
        check_address(values.get("email", "").lower())
    except ValidationError:
        raise ValidationError(
            _("«%s» is not an e-mail address.") % values.get("email", "")[:100]
        ) from None
    if len(values.get("name", "")) > 150:  # noqa: PLR2004 - the model's limit
        raise ValidationError(_("The name is too long."))
    found: dict[str, Any] = {"email": row.email}
    if "name" in values:
        found["name"] = values["name"]
    if state := values.get("state", "").strip():
        known = {word: state for state, word in STATES.items()}
        if state.lower() not in known:
            raise ValidationError(
                _("«%(state)s» is no state. It may be %(known)s.")
                % {"state": state[:50], "known": ", ".join(known)}
            )
        found["state"] = known[state.lower()]
    if joined := values.get("joined_at", "").strip():
        found["joined_at"] = _time(joined)
    if source := values.get("source", "").strip():
        found["source"] = source[:40]
    return found | _said_by_staff(values)


def _said_by_staff(values: Values) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in ("labels", "more_labels"):
        if field in values:
            found[field] = label_names(values[field])
    if reason := values.get("reason", "").strip():
        found["reason"] = reason[:300]
    if note := values.get("note", "").strip():
        found["note"] = note[:2000]
    if values.get("news"):
        found["news"] = True
    return found


def _time(text: str) -> datetime:
    try:
        found = parse_datetime(text) or _midnight(text)
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(
            _("«%s» is no time. It should look like 2026-11-24T12:00:00+01:00.") % text[:50]
        )
    if not FIRST_YEAR <= found.year <= timezone.now().year:
        raise ValidationError(_("«%s» is no time when anybody can have joined.") % text[:50])
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _midnight(text: str) -> datetime | None:
    day = parse_date(text)
    return datetime.combine(day, time.min) if day else None


def changes_to(user: User, values: dict[str, Any]) -> list[str]:
    """What the row would change, in words. `joined_at` and `source` never change."""
    before, after = values_of(user), {}
    if "name" in values:
        after["name"] = values["name"]
    if "state" in values:
        after["state"] = STATES[values["state"]]
    found = [f"{before[name]} → {value}" for name, value in after.items() if before[name] != value]
    return found + list(_changes_by_staff(user, values))


def _changes_by_staff(user: User, values: dict[str, Any]) -> Iterator[str]:
    has = {label.key: label.name for label in user.labels.all()}
    if "labels" in values and {name.lower() for name in values["labels"]} != set(has):
        yield f"{', '.join(has.values()) or '–'} → {', '.join(values['labels']) or '–'}"
    if more := [name for name in values.get("more_labels", []) if name.lower() not in has]:
        yield "+ " + ", ".join(more)
    if (note := values.get("note")) and note not in {each.text for each in user.notes.all()}:
        yield _("a new note")


class News:
    """The consents to news by e-mail that a file says its members have given.

    Norway's Marketing Control Act § 15 wants a consent before the first mail. One that was given to
    the same sender elsewhere still holds, but the file alone doesn't prove it: a manager says so.
    """

    def __init__(self, taken: MemberImport) -> None:
        self.taken = taken

    @property
    def words(self) -> str:
        """What is kept as the proof."""
        return _(
            "Had agreed to e-mail from us in %(program)s. Brought in from the file %(file)s by"
            " %(who)s, who confirmed it."
        ) % {
            "program": FORMATS[self.taken.format].name,
            "file": self.taken.name,
            "who": self.taken.uploaded_by,
        }

    def carry(self, users: list[User]) -> None:
        """For new members: one who was here before has chosen here."""
        source = reverse("member_import", args=[self.taken.pk])
        Consent.objects.bulk_create(
            Consent(
                user=user,
                address_hash=hash_of(user.email),
                kind=Kind.NEWS,
                text=self.words,
                source=source,
            )
            for user in users
        )

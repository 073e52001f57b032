"""Members as CSV: how a file is written, and how it is read."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.member_columns import COLUMNS, FORMATS, Values, format_of, read
from accounts.models import ImportedRow, MemberImport, Stage, State, User, UserQuerySet
from accounts.spreadsheets import inert, plain

STATES = {
    State.UNCONFIRMED: "ubekreftet",
    State.ACTIVE: "aktiv",
    State.SUSPENDED: "utestengt",
    State.LEAVING: "på vei ut",
}
#: Rows judged or imported at a time.
BATCH = 500
MAX_BYTES = 50 * 1024 * 1024
#: The most rows that a file may have: one request reads them all.
MAX_ROWS = 100_000
#: Characters.
LONGEST_ROW = 200_000


class UnreadableError(Exception):
    """The file as a whole can't be read. The message, which is translated, says why."""


def written(users: UserQuerySet) -> Iterator[bytes]:
    """Yield the file in pieces, so that memory use doesn't grow with the number of members."""
    yield b"\xef\xbb\xbf"  # a BOM: without it a spreadsheet misreads æ, ø and å
    line = io.StringIO()
    out = csv.writer(line, delimiter=";")
    out.writerow(COLUMNS)
    with_labels = users.order_by("pk").prefetch_related("labels")
    for user in with_labels.iterator(chunk_size=2000):
        out.writerow(map(inert, values_of(user).values()))
        if line.tell() > 65536:  # noqa: PLR2004 - characters sent at a time
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
        "labels": ", ".join(label.name for label in user.labels.all()),
        "reason": user.suspension_reason,
    }


def take(file: BinaryIO, name: str, by: User) -> MemberImport:
    """Store the file's rows, which then wait for a verdict.

    Raises UnreadableError, and then stores nothing.
    """
    taken = MemberImport.objects.create(name=name[:200], uploaded_by=by)
    try:
        # In batches: a write locks all of SQLite, and must not last as long as the whole file.
        rows = (_row(taken, number, values) for number, values in _read(file, taken))
        count = 0
        while batch := list(islice(rows, BATCH)):
            count += len(batch)
            if count > MAX_ROWS:
                raise UnreadableError(_("The file has more than 100,000 rows. Divide it."))
            ImportedRow.objects.bulk_create(batch)
        if not count:
            raise UnreadableError(_("The file has no rows."))
    except BaseException:
        taken.delete()
        raise
    taken.stage = Stage.JUDGING
    taken.save(update_fields=["stage", "format", "heading"])
    return taken


def _row(taken: MemberImport, number: int, values: Values) -> ImportedRow:
    email = values.get("email", "").lower()[:254]
    return ImportedRow(member_import=taken, number=number, email=email, values=values)


def _read(file: BinaryIO, taken: MemberImport) -> Iterator[tuple[int, Values]]:
    """Yield each row with its line number. Notes in `taken` whose file it is."""
    encoding = _encoding(file)
    head = file.read(4096)
    file.seek(0)
    try:
        lines = io.TextIOWrapper(file, encoding=encoding, newline="")
        delimiter = ";" if b";" in head.split(b"\n")[0] else ","
        bounded = Bounded(lines)
        rows = csv.reader(bounded, delimiter=delimiter, strict=True)
        heading = [name.strip().lower() for name in next(rows, [])]
        taken.format = format_of(heading)
        if taken.format:
            taken.heading = [name[:60] for name in heading]
        fields = _fields(heading, taken.format)
        for cells in rows:
            bounded.row = 0
            if any("\0" in cell for cell in cells):
                raise csv.Error(_("line %s holds the character NUL") % rows.line_num)
            if any(cell.strip() for cell in cells):
                named = zip(fields, map(plain, cells), strict=False)
                values = {field: value for field, value in named if field}
                values["email"] = values.get("email", "").strip()
                if taken.format:
                    values = read(taken.format, values)
                if any(cells[len(fields) :]):  # a spreadsheet may leave empty ones
                    values["extra"] = "1"
                yield rows.line_num, values
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError(_("This is not a CSV file that can be read: %s") % error) from None


class Bounded:
    """The lines of a file. Raises UnreadableError at a row of which the reader would make millions
    of cells."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)
        #: Characters of the row so far. The reader of rows sets it back.
        self.row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.row += len(line)
        if self.row > LONGEST_ROW:
            raise UnreadableError(_("The file has a row that is too long to be a member's."))
        return line


def _fields(heading: list[str], format: str) -> list[str]:
    """The field of each column, "" for one that is left out. Raises UnreadableError."""
    if format:
        return [FORMATS[format].columns.get(name, "") for name in heading]
    if "epost" not in heading or any(name not in COLUMNS for name in heading):
        raise UnreadableError(
            _("The first line must name the columns. It has %(found)s, and may have %(known)s.")
            % {"found": ", ".join(heading)[:200] or "–", "known": ", ".join(COLUMNS)}
        )
    return [COLUMNS[name] for name in heading]


def _encoding(file: BinaryIO) -> str:
    """UTF-8, or the encoding that a Norwegian Excel writes. Leaves the file at its beginning."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(65536):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        file.seek(0)
    return "utf-8-sig"

"""A backup: a folder with the database, the media, the secret key, and a manifest that lists them.

    TARGET/2026-11-29T030000Z/manifest.json
                              portal.sqlite3 or portal.dump
                              media/…
                              secret_key

The folder gets this name when it is complete. Until then it is called «….part».
"""

import hashlib
import json
import re
import tomllib
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.backups.snapshot import Snapshot, current_migrations, known_migrations

#: The number of this way of writing a backup.
FORMAT = 1
NAME = "%Y-%m-%dT%H%M%SZ"
NAME_PATTERN = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")
MANIFEST = "manifest.json"
#: The database's file, by vendor.
DUMPS = {"sqlite": "portal.sqlite3", "postgresql": "portal.dump"}
#: A file in PORTAL_DATA that names the last backup, for the doctor.
LAST_BACKUP = "last_backup"
SECRET_KEY = "secret_key"  # noqa: S105 (a file's name)
#: Bytes that are read at a time.
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class File:
    #: Bytes.
    size: int
    sha256: str
    #: When the original was last changed, in nanoseconds since 1970.
    modified: int

    def is_of(self, path: Path) -> bool:
        """Whether the file at `path` looks unchanged since this was written, without reading it."""
        status = path.stat()
        return (status.st_size, status.st_mtime_ns) == (self.size, self.modified)


@dataclass(frozen=True)
class Backup:
    folder: Path
    #: In UTC.
    made_at: str
    #: The portal's version.
    version: str
    vendor: str
    #: The version of the database's server or library.
    server: str
    #: The database's dump.
    database: File
    snapshot: Snapshot
    #: By path in the media folder, with «/».
    media: dict[str, File]
    #: Files that rows named, and that the media folder didn't have.
    missing: list[str]
    #: None if SECRET_KEY is set in the environment.
    secret_key: File | None

    @property
    def dump(self) -> Path:
        return self.folder / DUMPS[self.vendor]

    @property
    def files(self) -> dict[Path, File]:
        """All files but the manifest, by their paths."""
        found = {self.dump: self.database}
        found |= {self.folder / "media" / name: file for name, file in self.media.items()}
        if self.secret_key:
            found[self.folder / SECRET_KEY] = self.secret_key
        return found

    def write(self) -> None:
        fields = asdict(self) | {"format": FORMAT, "snapshot": self.snapshot._asdict()}
        del fields["folder"]
        text = json.dumps(fields, indent=1, sort_keys=True)
        (self.folder / MANIFEST).write_text(text + "\n")

    @classmethod
    def read(cls, folder: Path) -> "Backup":
        """Raises CommandError if the folder holds no backup that this program can read."""
        try:
            fields: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
            if fields.pop("format") != FORMAT:
                made_by = {"folder": folder, "version": fields.get("version", "?")}
                raise CommandError(
                    _("%(folder)s was made by version %(version)s. Use that one or a newer one.")
                    % made_by
                )
            return cls(
                **fields
                | {
                    "folder": folder,
                    "snapshot": Snapshot(**fields["snapshot"]),
                    "database": File(**fields["database"]),
                    "media": {name: File(**file) for name, file in fields["media"].items()},
                    "secret_key": File(**fields["secret_key"]) if fields["secret_key"] else None,
                }
            )
        except OSError as error:
            raise CommandError(
                _("%(folder)s is no backup: %(error)s.")
                % {"folder": folder, "error": error.strerror}
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CommandError(
                _("The manifest of %s is damaged. Use another backup.") % folder
            ) from None

    @classmethod
    def find(cls, source: Path) -> "Backup":
        """The backup at `source`, or the newest one in the folder `source`. Raises CommandError."""
        if (source / MANIFEST).exists() or not (found := folders_in(source)):
            return cls.read(source)
        return cls.read(found[-1])

    def check_schema(self) -> None:
        """Raises CommandError if the portal can't use this backup's database."""
        if unknown := sorted(set(self.snapshot.migrations) - known_migrations()):
            raise CommandError(
                _(
                    "The backup was made by version %(version)s, and has tables that this version"
                    " doesn't know (%(migrations)s). Install %(version)s or a newer version first."
                )
                % {"version": self.version, "migrations": ", ".join(unknown[:5])}
            )

    @property
    def needs_migrating(self) -> bool:
        return bool(current_migrations() - set(self.snapshot.migrations))


def moment_of(name: str) -> datetime:
    return datetime.strptime(name, NAME).replace(tzinfo=UTC)


def folders_in(target: Path) -> list[Path]:
    """The folders of complete backups, the oldest first."""
    if not target.is_dir():
        return []
    named = (path for path in target.iterdir() if NAME_PATTERN.fullmatch(path.name))
    return sorted(path for path in named if (path / MANIFEST).is_file())


def portal_version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def sha256_of(path: Path, copy_to: Path | None = None) -> str:
    """The hash of a file's content, which is copied on the way if there is somewhere to.

    Raises OSError.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file, copy_to.open("xb") if copy_to else nullcontext() as copy:
        while data := file.read(CHUNK):
            digest.update(data)
            if copy:
                copy.write(data)
    return digest.hexdigest()

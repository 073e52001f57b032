"""How a backup is made, while the portal runs."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.backups.database import database
from portal.backups.manifest import (
    DUMPS,
    NAME,
    NAME_PATTERN,
    SECRET_KEY,
    Backup,
    File,
    folders_in,
    portal_version,
    sha256_of,
)
from portal.backups.postgresql import PostgreSQL
from portal.backups.snapshot import Snapshot
from portal.backups.sqlite import SQLite

#: How often the database is written at most, while pictures come and go.
TRIES = 5


def make(target: Path) -> Backup:
    """Make a backup in the folder `target`. Raises CommandError, and then leaves nothing behind."""
    media = settings.MEDIA_ROOT
    if target.resolve().is_relative_to(media.resolve()):
        raise CommandError(_("%s lies among the media. Choose another folder.") % target)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with only_one(target):
            clear_parts(target)
            folder = new_folder(target)
            part = folder.with_name(f"{folder.name}.part")
            try:
                write(part)
                os.sync()  # or a loss of power could leave the name without the content
                part.rename(folder)
                os.sync()
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
    except OSError as error:
        raise CommandError(_("The backup isn't made: %s.") % error) from None
    return Backup.read(folder)


@contextmanager
def only_one(target: Path) -> Iterator[None]:
    """Raises CommandError if another backup is being made in `target`."""
    lock = os.open(target, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CommandError(_("Another backup to %s is under way.") % target) from None
    finally:
        os.close(lock)


def clear_parts(target: Path) -> None:
    """Remove what a killed backup has left."""
    for path in target.glob("*.part"):
        if NAME_PATTERN.fullmatch(path.stem):
            shutil.rmtree(path)


def new_folder(target: Path) -> Path:
    moment = datetime.now(UTC)
    while (folder := target / moment.strftime(NAME)).exists():
        moment += timedelta(seconds=1)
    return folder


def write(part: Path) -> None:
    """Write a backup to the new folder `part`."""
    previous = newest_in(part.parent)
    gateway = database()
    (part / "media").mkdir(parents=True)
    dump = part / DUMPS[gateway.vendor]
    snapshot, media = write_contents(gateway, dump, part / "media", previous)
    Backup(
        folder=part,
        made_at=part.stem,
        version=portal_version(),
        vendor=gateway.vendor,
        server=gateway.version(),
        database=File(dump.stat().st_size, sha256_of(dump), dump.stat().st_mtime_ns),
        snapshot=snapshot,
        media=media,
        missing=[name for name in snapshot.files if name not in media],
        secret_key=copy_secret_key(part / SECRET_KEY),
    ).write()


def newest_in(target: Path) -> Backup | None:
    """The newest backup whose manifest can be read. A damaged one must not stop the next."""
    for folder in reversed(folders_in(target)):
        with suppress(CommandError):
            return Backup.read(folder)
    return None


def write_contents(
    gateway: SQLite | PostgreSQL, dump: Path, media: Path, previous: Backup | None
) -> tuple[Snapshot, dict[str, File]]:
    """Write the database and the media so that each file is there that the database names.

    The media are copied before the database and once more after it, as editors add pictures
    meanwhile. One that comes and goes just then is in the database only, and all is done again. One
    that is missing every time is missing in the portal itself.
    """
    copied: dict[str, File] = {}
    known = set(previous.missing) if previous else set()
    for _try in range(TRIES):
        copy_media(media, copied, previous)
        dump.unlink(missing_ok=True)
        snapshot = gateway.dump(dump)
        copy_media(media, copied, previous)
        missing = set(snapshot.files) - set(copied)
        if missing <= known:
            break
        known |= missing
    return snapshot, copied


def copy_media(to: Path, media: dict[str, File], previous: Backup | None) -> None:
    """Bring the folder `to`, and `media`, up to date with the portal's media.

    A file that the previous backup has already is linked to it, and takes no room.
    """
    for folder, _folders, names in os.walk(settings.MEDIA_ROOT, followlinks=True):
        for source in (Path(folder) / name for name in names):
            name = source.relative_to(settings.MEDIA_ROOT).as_posix()
            try:
                if not (name in media and media[name].is_of(source)):
                    media[name] = copy_file(source, to / name, name, previous)
            except FileNotFoundError:  # deleted meanwhile
                continue


def copy_file(source: Path, copy: Path, name: str, previous: Backup | None) -> File:
    """Raises OSError."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.unlink(missing_ok=True)
    known = previous.media.get(name) if previous else None
    if previous and known and known.is_of(source):
        earlier = previous.folder / "media" / name
        try:
            if earlier.stat().st_size == known.size:
                os.link(earlier, copy)
                return known
        except OSError:  # it is gone, or this file system has no links
            pass
    status = source.stat()  # before it is read: if it changes meanwhile, it is copied again
    return File(status.st_size, sha256_of(source, copy), status.st_mtime_ns)


def copy_secret_key(to: Path) -> File | None:
    """Copy the secret key that the portal has made itself. One from the environment is not ours."""
    source = settings.PORTAL_DATA / "secret_key"
    if not source.exists() or source.read_text().strip() != settings.SECRET_KEY:
        return None
    return File(source.stat().st_size, sha256_of(source, to), source.stat().st_mtime_ns)

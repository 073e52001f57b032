"""How a backup takes the place of the portal's data."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.backups import data_lock, swapping
from portal.backups.database import database
from portal.backups.manifest import SECRET_KEY, Backup, File, sha256_of
from portal.backups.snapshot import differences

#: As in the name of a database, which has few signs and letters.
MOMENT = "%Y%m%d%H%M%S"
#: How many damaged files a message names.
NAMED = 5


def restore(backup: Backup, confirm: Callable[[], None], *, skip_damaged: bool) -> list[str]:
    """Put the backup in the place of the portal's data. Returns the names of what it replaced.

    `confirm` is called before anything is written, and may raise. `skip_damaged` leaves out media
    whose checksum is wrong. Raises CommandError, and then the old data are as they were.
    """
    check(backup)
    with data_lock.alone():
        gateway = database()
        gateway.check_unused()
        confirm()
        try:
            clear()
            prepare(backup, skip_damaged=skip_damaged)
            gateway.check_unused()
            moment = new_moment()
            swapping.swap(moment)
        except OSError as error:
            if swapping.note().exists():
                problem = _("The last step isn't done: %s. Any command of the portal does it.")
            else:
                problem = _("Nothing is restored: %s.")
            raise CommandError(problem % error) from None
        finally:
            if not swapping.note().exists():
                clear()
        return swapping.replaced(moment)


def check(backup: Backup) -> None:
    """Raises CommandError if this portal can't take the backup."""
    backup.check_schema()
    vendor = database().vendor
    if backup.vendor != vendor:
        raise CommandError(
            _("The backup is of %(theirs)s, and DATABASE_URL names %(ours)s.")
            % {"theirs": backup.vendor, "ours": vendor}
        )
    data = Path(settings.PORTAL_DATA)
    if data.exists() and data.stat().st_uid != os.geteuid():
        raise CommandError(_("Run this as the user that owns %s.") % data)
    if Path(settings.MEDIA_ROOT).is_mount():
        raise CommandError(
            _("%s is mounted by itself and can't be swapped. Mount the folder above it instead.")
            % settings.MEDIA_ROOT
        )


def new_moment() -> str:
    """Now, or as soon after as no other restore has named what it replaced by."""
    moment = datetime.now(UTC)
    while swapping.replaced(name := moment.strftime(MOMENT)):
        moment += timedelta(seconds=1)
    return name


def clear() -> None:
    """Remove what an earlier restore has left beside the data."""
    gateway = database()
    gateway.drop(swapping.new_name(gateway.name))
    for path in map(Path, map(swapping.new_name, swapping.paths())):
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)


def prepare(backup: Backup, *, skip_damaged: bool) -> None:
    """Write the backup beside the data, and check that it is whole.

    Raises OSError and CommandError.
    """
    check_database(backup)
    media, secret_key = map(Path, map(swapping.new_name, swapping.paths()))
    media.mkdir(parents=True)
    damaged = [
        name
        for name, file in backup.media.items()
        if not take(backup.folder / "media" / name, file, media / name)
    ]
    if damaged and not skip_damaged:
        problem = _("%(number)d media files are missing or damaged in the backup: %(names)s.")
        told = problem % {"number": len(damaged), "names": ", ".join(damaged[:NAMED])}
        remedy = _("Use another backup, or leave these files out with --skip-damaged.")
        raise CommandError(f"{told} {remedy}")
    key = backup.secret_key
    if key and not take(backup.folder / SECRET_KEY, key, secret_key) and not skip_damaged:
        raise CommandError(_("%s is damaged. Use another backup.") % SECRET_KEY)
    gateway = database()
    name = swapping.new_name(gateway.name)
    gateway.load(backup.dump, name)
    if found := differences(backup.snapshot, gateway.snapshot(name)):
        raise CommandError(
            _("The restored database isn't the one that was backed up:") + "\n" + "\n".join(found)
        )


def check_database(backup: Backup) -> None:
    """Raises CommandError if the database's dump is damaged."""
    if not is_whole(backup.dump, backup.database):
        raise CommandError(_("%s is missing or damaged. Use another backup.") % backup.dump)


def is_whole(path: Path, file: File) -> bool:
    try:
        return sha256_of(path) == file.sha256
    except OSError:
        return False


def take(source: Path, file: File, to: Path) -> bool:
    """Copy a file of the backup. False, and no copy, if it is missing or damaged.

    Raises OSError.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    if not source.is_file():
        return False
    if sha256_of(source, to) != file.sha256:
        to.unlink()
        return False
    os.utime(to, ns=(file.modified, file.modified))  # the next backup knows it by its time
    return True

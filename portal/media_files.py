"""The files in the media folder, and the rows that name them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import FileField
from django.utils import timezone
from django.utils.translation import gettext as _

#: A file is stored before its row is, and a long import may be between the two.
YOUNG = timedelta(days=1)
#: If more files than this have no row, and more than half of all, the database is the wrong one.
MANY = 100


class WrongDatabaseError(Exception):
    """The message, which is translated, says how many files have no row."""


def named() -> set[str]:
    """The files that rows name, in any table of any room."""
    return {
        name
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, FileField)
        for name in model._base_manager.values_list(field.attname, flat=True).iterator()
        if name
    }


def stored(folder: str = "") -> Iterator[str]:
    """The names of all files, without those that begin with a dot."""
    try:
        folders, files = default_storage.listdir(folder)
    except (FileNotFoundError, PermissionError):  # no picture yet, or a disk's lost+found
        return
    within = f"{folder}/" if folder else ""
    yield from (within + name for name in files if not name.startswith("."))
    for name in folders:
        yield from stored(within + name)


def missing() -> list[str]:
    """The files that a row names and that aren't there.

    Takes about a second for each 100,000 files.
    """
    there = set(stored())
    return sorted(name for name in named() - there if not default_storage.exists(name))


def ownerless(however_many: bool = False) -> list[str]:
    """The files that no row names, except young ones.

    Raises WrongDatabaseError if they are so many that the database is hardly the files' own.
    """
    there = set(stored())
    unknown = there - named()
    if not however_many and len(unknown) > max(MANY, len(there) / 2):
        text = _("The database knows nothing of %(unknown)d of %(all)d files in the media folder.")
        raise WrongDatabaseError(text % {"unknown": len(unknown), "all": len(there)})
    before = timezone.now() - YOUNG
    return sorted(name for name in unknown if is_older(name, before))


def is_older(name: str, before: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < before
    except FileNotFoundError:  # an upload has just got its name, or a picture was deleted
        return False

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from portal.backups.making import make
from portal.backups.manifest import LAST_BACKUP, Backup
from portal.backups.retention import thin


class Command(BaseCommand):
    help = "Back up the database, the media and the secret key, and remove old backups."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "target", metavar="TARGET", type=Path, help="the folder that holds the backups"
        )

    def handle(self, *args: Any, target: Path, **options: Any) -> None:
        os.umask(0o077)  # a backup holds what members have told the portal, and nobody else
        backup = make(target)
        (settings.PORTAL_DATA / LAST_BACKUP).write_text(f"{backup.folder.resolve()}\n")
        self.stdout.write(told(backup))
        if backup.secret_key is None:
            self.stdout.write(_("SECRET_KEY is set in the environment, and isn't in the backup."))
        for name in backup.missing:
            self.stderr.write(_("The database names %s, and the portal has no such file.") % name)
        try:
            for name in thin(target):
                self.stdout.write(_("Removed: %s") % name)
        except OSError as error:
            raise CommandError(_("An old backup can't be removed: %s.") % error) from None


def told(backup: Backup) -> str:
    return _("%(folder)s: database %(size)s, %(files)d media files, version %(version)s") % {
        "folder": backup.folder,
        "size": filesizeformat(backup.database.size),
        "files": len(backup.media),
        "version": backup.version,
    }

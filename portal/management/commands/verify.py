import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.backups.manifest import Backup
from portal.backups.verifying import verify
from portal.management.commands.backup import told


class Command(BaseCommand):
    help = "Restore a backup to a scratch place, and compare it with what was backed up."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source",
            metavar="SOURCE",
            type=Path,
            help="a backup, or a folder of backups, whose newest is taken",
        )

    def handle(self, *args: Any, source: Path, **options: Any) -> None:
        os.umask(0o077)
        backup = Backup.find(source)
        self.stdout.write(told(backup))
        for name in backup.missing:
            self.stdout.write(_("The portal itself lacked %s.") % name)
        found = verify(backup)
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(
                ngettext("%d difference.", "%d differences.", len(found)) % len(found)
            )
        self.stdout.write(_("0 differences."))

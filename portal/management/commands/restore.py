import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.backups.manifest import Backup
from portal.backups.restoring import restore
from portal.management.commands.backup import told


class Command(BaseCommand):
    help = "Put a backup in the place of the portal's data. The portal must be stopped."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source",
            metavar="SOURCE",
            type=Path,
            help="a backup, or a folder of backups, whose newest is taken",
        )
        parser.add_argument("--yes", action="store_true", help="don't ask")
        parser.add_argument(
            "--skip-damaged", action="store_true", help="leave out media that are damaged"
        )

    def handle(self, *args: Any, source: Path, **options: Any) -> None:
        os.umask(0o077)
        backup = Backup.find(source)
        self.stdout.write(told(backup))

        def confirm() -> None:
            if not options["yes"]:
                self.ask()

        replaced = restore(backup, confirm, skip_damaged=options["skip_damaged"])
        self.stdout.write(_("The backup is restored."))
        for name in replaced:
            self.stdout.write(_("What it replaced is kept: %s") % name)
        if backup.needs_migrating:
            self.stdout.write(
                _("The backup is of an older version. Run «manage.py prepare», which migrates it.")
            )

    def ask(self) -> None:
        """Raises CommandError unless the operator says yes."""
        yes = _("yes")
        question = _("It takes the place of the data in %s.") % settings.PORTAL_DATA
        prompt = _("Type «%s» to go on: ") % yes
        try:
            answer = input(f"{question} {prompt}")
        except EOFError:
            raise CommandError(_("Nobody is there to ask. Use --yes.")) from None
        if answer.strip().lower() not in (yes, "yes"):
            raise CommandError(_("Nothing is restored."))

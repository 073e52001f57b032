from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.media_files import WrongDatabaseError, ownerless


class Command(BaseCommand):
    help = "Remove the files in the media folder that no row names, if they are older than a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Name the files only.")
        parser.add_argument("--force", action="store_true", help="However many they are.")

    def handle(self, *args: Any, dry_run: bool, force: bool, **options: Any) -> None:
        try:
            names = ownerless(force)
        except WrongDatabaseError as error:
            remedy = _("Nothing was removed. If it is the right database, use --force.")
            raise CommandError(f"{error} {remedy}") from None
        for name in names:
            if not dry_run:
                default_storage.delete(name)
            self.stdout.write(name)
        if names or options["verbosity"]:
            self.stdout.write(summary(len(names), dry_run))


def summary(count: int, dry_run: bool) -> str:
    if dry_run:
        return ngettext("%d file would be removed.", "%d files would be removed.", count) % count
    return ngettext("%d file was removed.", "%d files were removed.", count) % count

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from transfer.faults import Faults
from transfer.files import Tell
from transfer.importing import import_series
from transfer.report import Report
from transfer.series import read_folders
from transfer.unfinished import Overtaken

#: Seconds between progress messages.
EVERY = 5


class Command(BaseCommand):
    help = "Import series from Markdown. Writes nothing if there is any fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", metavar="FOLDER", nargs="+", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="report what would change")

    def handle(self, *args: Any, folders: list[Path], dry_run: bool, **options: Any) -> None:
        checked = self.teller(_("%(done)d of %(total)d articles are checked"))
        written = self.teller(_("%(done)d of %(total)d articles are done"))
        try:
            for folder in read_folders(folders, checked):
                self.stdout.write(told(import_series(folder, dry_run, written), dry_run))
        except Faults as faults:
            raise CommandError(str(faults)) from None
        except Overtaken:
            problem = _("Another import has begun, or somebody has deleted what this one added.")
            remedy = _("Nothing is left of it. Run it again when no other import runs.")
            raise CommandError(f"{problem} {remedy}") from None

    def teller(self, line: str) -> Tell:
        """Returns a function that prints progress, but not more often than every EVERY seconds."""
        told_at = time.monotonic()

        def tell(done: int, total: int) -> None:
            nonlocal told_at
            if time.monotonic() - told_at >= EVERY:
                told_at = time.monotonic()
                self.stdout.write(line % {"done": done, "total": total})
                self.stdout.flush()

        return tell


def told(report: Report, is_dry_run: bool = False) -> str:
    """Returns one line for the series, and one for each new or changed file."""
    counts = {
        "title": report.title,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
    }
    if is_dry_run:
        line = _("%(title)s: %(new)d would be new, %(changed)d changed, %(unchanged)d unchanged")
        words = {"new": _("would be new"), "changed": _("would be changed")}
        order = _("the articles would be put in the order of the files")
    else:
        line = _("%(title)s: %(new)d new, %(changed)d changed, %(unchanged)d unchanged")
        words = {"new": _("new"), "changed": _("changed")}
        order = _("the articles are put in the order of the files")
    lines = [line % counts, *(f"  {file}: {words[kind]}" for kind, file in report.files)]
    return "\n".join([*lines, *([f"  {order}"] if report.is_reordered else [])])

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Series
from transfer.exporting import Addresses, series_files


class Command(BaseCommand):
    help = "Write series as folders of Markdown, each in a folder named by its slug."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", metavar="SLUG", nargs="*", help="defaults to all series")
        parser.add_argument("--to", metavar="FOLDER", type=Path, required=True)

    def handle(self, *args: Any, slugs: list[str], to: Path, **options: Any) -> None:
        series = Series.objects.order_by("path")
        known = set(series.values_list("slug", flat=True))
        for slug in slugs:
            if slug not in known:
                raise CommandError(_("There is no series «%s».") % slug)
        addresses = Addresses()
        for each in series.filter(slug__in=slugs or known):
            files = series_files(each, addresses)
            self.refuse_leftovers(to / each.slug, files)
            for name, data in files.items():
                path = to / each.slug / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            count = sum(name.endswith(".md") for name in files)
            told = ngettext("%(title)s: %(count)d file", "%(title)s: %(count)d files", count)
            self.stdout.write(told % {"title": each.title, "count": count})

    def refuse_leftovers(self, folder: Path, files: dict[str, bytes]) -> None:
        """Refuses a folder with other text from an earlier export, which a later import would read.

        Raises CommandError.
        """
        kinds = ("*.md", "forfattere/*.md", "tema/*.md")
        found = [path for kind in kinds for path in folder.glob(kind)]
        left = sorted(str(path) for path in found if str(path.relative_to(folder)) not in files)
        if left:
            problem = _("These files are not of the series any more: %s.") % ", ".join(left)
            raise CommandError(problem + " " + _("Remove them, or export to another folder."))

"""Makes recordings of articles.

    manage.py narrate [--missing | --all | ARTICLE …]

--missing, the default, makes those of articles without a whole recording, and --all those of every
published article. Either makes only sentences that aren't made already. ARTICLE is an address such
as /serie/artikkel/. It exits with 1 if an article could not be recorded.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article
from narration.engines.chosen import chosen
from narration.making import NothingReads, narrate
from narration.models import Stream

#: Characters.
WIDTH = 30


def bar(number: int, total: int) -> str:
    filled = WIDTH * number // total
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}] {number}/{total}"


class Command(BaseCommand):
    help = "Make recordings of published articles."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("articles", nargs="*", metavar="ARTICLE", help="/series/article/")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--missing", action="store_true", help="Those without one (default).")
        which.add_argument("--all", action="store_true", help="Every published article.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not any(engine.is_available() for engine in chosen()):
            raise CommandError(_("No engine is set up: see NARRATION_ENGINES in docs/deploy.md."))
        if options["articles"]:
            articles = [self.at(address) for address in options["articles"]]
        else:
            articles = list(self.found(every=options["all"]))
        failed = 0
        for number, article in enumerate(articles, 1):
            if options["verbosity"]:
                self.stdout.write(bar(number, len(articles)), ending="\r")
            try:
                state = narrate(article.pk)
            except NothingReads as error:
                failed += 1
                self.stderr.write(f"{article.get_absolute_url()}: {error}")
                continue
            for line in state.left_out if state else ():
                left_out = _("left out")  # makemessages reads no f-strings
                self.stderr.write(f"{article.get_absolute_url()}: {left_out}: {line}")
        if failed:
            text = ngettext(
                "%d article could not be recorded.", "%d articles could not be recorded.", failed
            )
            raise CommandError(text % failed)
        if options["verbosity"]:
            count = len(articles)
            text = ngettext("%d article is recorded.", "%d articles are recorded.", count)
            self.stdout.write(text % count)

    def at(self, address: str) -> Article:
        series, _slash, slug = address.strip("/").partition("/")
        article = Article.objects.at(series, slug).first()
        if article is None:
            raise CommandError(_("No published article has the address %s.") % address)
        return article

    def found(self, *, every: bool) -> Any:
        articles = Article.objects.for_readers().order_by("path")
        whole = Stream.objects.filter(page=OuterRef("pk"), is_cut=False)
        return articles if every else articles.filter(~Exists(whole))

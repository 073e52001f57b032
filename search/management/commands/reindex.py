"""Brings the search index up to date with what is published."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from wagtail.models import Page

from search.indexing import answers, compare_words, index_page, rebuild
from search.models import IndexRow

#: Pages between two lines of progress.
A_LINE = 500


class Command(BaseCommand):
    help = (
        "Compare what the search knows with the published texts, page by page, and mend what"
        " differs. Readers search all the while, and a run that is stopped loses nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="make the index itself anew first; nobody can publish meanwhile",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        tell = self.stdout.write if options["verbosity"] else len
        IndexRow.create_table()
        if options["rebuild"] or not answers():
            tell("Søkeindeksen lages på nytt …")
            rebuild()
        keys = list(Page.objects.order_by("pk").values_list("pk", flat=True))
        changed = 0
        for number, pk in enumerate(keys, 1):
            changed += index_page(pk)
            if number % A_LINE == 0:
                tell(f"{number} av {len(keys)} sider, {changed} endret")
        tell(f"{len(keys)} sider gjennomgått, {changed} endret.")
        if forgotten := compare_words():
            tell(f"{forgotten} ord som ikke står noe sted lenger, er glemt.")

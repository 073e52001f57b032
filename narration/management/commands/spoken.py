"""Prints what a speech engine is handed for each line of standard input.

    manage.py spoken [--plain] < FILE

FILE is UTF-8; bytes that aren't are read as U+FFFD. As many lines come out as went in, and an empty
one stays empty. The editors' pronunciation list is used, unless --plain leaves it out or the
database can't be read, as before the first migration. The latter is said on standard error.
"""

import sys
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, ProgrammingError

from narration.ear.spoken import spoken


class Command(BaseCommand):
    help = "Print, for each line of standard input, the words that a speech engine is handed."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--plain", action="store_true", help="leave the editors' pronunciation list out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        words = {} if options["plain"] else self._editors_words()
        source: BinaryIO = sys.stdin.buffer
        for line in source:
            text = line.removesuffix(b"\n").decode(errors="replace")
            sys.stdout.buffer.write(spoken(text, words).encode() + b"\n")
            sys.stdout.buffer.flush()

    def _editors_words(self) -> dict[str, str]:
        from narration.models import Pronunciation  # --plain needs no table

        try:
            return Pronunciation.objects.as_words()
        # Without the table, SQLite raises the former and PostgreSQL the latter.
        except (OperationalError, ProgrammingError) as error:
            self.stderr.write(f"The pronunciation list can't be read, and isn't used: {error}")
            return {}

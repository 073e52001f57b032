import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from mail.reports import Taken, take

#: What a mail server understands as «try again later» (EX_TEMPFAIL of sysexits.h).
LATER = 75


class Command(BaseCommand):
    help = "Take one mail that came back from standard input, as a mail server hands it over."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        source = sys.stdin.buffer.read()
        if not source.strip():
            raise CommandError(_("There is no mail on standard input."))
        try:
            taken, address = take(source)
        except DatabaseError as error:
            raise CommandError(str(error), returncode=LATER) from error
        told = {
            Taken.FAILURE: _("It came back from %s. That is noted."),
            Taken.COMPLAINT: _("%s reported it as spam. No more news goes there."),
            Taken.NOTHING: _("It reports no failure, and was left alone."),
            Taken.UNKNOWN: _("It reports a failure of a mail that isn't in the outbox."),
        }[taken]
        self.stdout.write(told % address if address else told)

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User


class Command(BaseCommand):
    help = "End every session of one user, or of all users."

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("email", nargs="?")
        who.add_argument("--all", action="store_true")

    def handle(self, *args: Any, email: str | None, **options: Any) -> None:
        users = User.objects.all()
        if email:
            users = users.filter(email=email.strip().lower())
            if not users.exists():
                raise CommandError(_("Nobody is a member with %s.") % email)
        count = 0
        for user in users.iterator():
            user.end_sessions()
            count += 1
        self.stdout.write(_("Logged out: %d.") % count)

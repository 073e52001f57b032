from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User


class Command(BaseCommand):
    help = "Remove the passkeys and one-time codes of a user who has lost them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(_("Nobody is a member with %s.") % email)
        removed, _by_model = Authenticator.objects.filter(user=user).delete()
        user.end_sessions()
        self.stdout.write(
            _("%(count)d removed. %(email)s logs in with a code, and can make new ones.")
            % {"count": removed, "email": user.email}
        )

import getpass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.addresses import check_address
from accounts.models import State, User
from accounts.roles import ROLES


class Command(BaseCommand):
    help = "Create an editor with a confirmed address, or make a member an editor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--group",
            default="Editors",
            choices=list(ROLES),
        )
        parser.add_argument(
            "--password", help="prompted for when left out; «-» sets none: they log in by code"
        )

    @transaction.atomic
    def handle(self, *args: Any, email: str, group: str, **options: Any) -> None:
        email = email.strip().lower()
        try:
            check_address(email)
        except ValidationError:
            raise CommandError(_("«%s» is not an e-mail address.") % email) from None
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(
                email, self._password(options["password"]), name=options["name"], source="command"
            )
        EmailAddress.objects.update_or_create(
            user=user, email=email, defaults={"verified": True, "primary": True}
        )
        user.state = State.ACTIVE
        user.save(update_fields=["state"])
        user.groups.add(Group.objects.get(name=group))
        if not User.objects.filter(groups__name="Staff managers").exists():
            # The first one invites the others from the panel.
            user.groups.add(Group.objects.get(name="Staff managers"))
        user.end_sessions()  # a member's session lasts longer and proves less
        self.stdout.write(
            _("%(email)s is in the group %(group)s.") % {"email": email, "group": group}
        )

    def _password(self, given: str | None) -> str | None:
        """Never generate one: a person who prints a password for another knows it for good."""
        if given == "-":
            return None
        password = given or getpass.getpass()
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password

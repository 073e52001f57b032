from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Consent, Kind, State, User
from articles.models import Home
from transfer.faults import Faults
from transfer.importing import import_pages, import_series
from transfer.management.commands.import_series import told
from transfer.series import read_folders, read_simple_pages

MEMBER = ("medlem@example.no", "lesehest-2026")
EDITOR = ("redaktor@example.no", "rodpenn-2026")
TAGLINE = "For folk som leder, selger og regner"


class Command(BaseCommand):
    help = "Load the demo: series, simple pages and two accounts. Needs DEMO."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                _("The demo has passwords that everybody knows. Set DEMO=1 if that is all right.")
            )
        demo = settings.BASE_DIR / "demo"
        try:
            folders = read_folders(sorted(p for p in (demo / "serier").iterdir() if p.is_dir()))
            pages = read_simple_pages(demo / "sider")
        except Faults as faults:
            raise CommandError(str(faults)) from None
        for folder in folders:
            self.stdout.write(told(import_series(folder)))
        self.stdout.write(told(import_pages(pages, title=_("Simple pages"))))
        Home.objects.filter(tagline="").update(tagline=TAGLINE)
        with transaction.atomic():
            account(*MEMBER, name="Mari Lesehest")
            editor = account(*EDITOR, name="Roald Rødpenn")
            editor.groups.add(*Group.objects.filter(name__in=["Editors", "Member managers"]))
        for label, (email, password) in ((_("Member"), MEMBER), (_("Editor"), EDITOR)):
            self.stdout.write(f"{label}: {email} / {password}")


def account(email: str, password: str, name: str) -> User:
    """A member with a confirmed address. One that exists already keeps their password."""
    user: User | None = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, state=State.ACTIVE)
        Consent.give(user, Kind.TERMS, "demo")
    EmailAddress.objects.get_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    return user

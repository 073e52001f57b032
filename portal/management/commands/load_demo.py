import json
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Consent, Kind, State, User
from articles.models import Home
from articles.publishing.blocks import ArticleBody
from newsletter.models import Letter, LetterIndex
from transfer.faults import Fault, Faults
from transfer.front_matter import FrontMatter, read_utf8
from transfer.importing import import_pages, import_series
from transfer.management.commands.import_series import told
from transfer.markdown import read_blocks
from transfer.series import read_folders, read_simple_pages

MEMBER = ("medlem@example.no", "lesehest-2026")
EDITOR = ("redaktor@example.no", "rodpenn-2026")
TAGLINE = "For folk som leder, selger og regner"


class Command(BaseCommand):
    help = "Load the demo: series, simple pages, a letter and two accounts. Needs DEMO."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                _("The demo has passwords that everybody knows. Set DEMO=1 if that is all right.")
            )
        demo = settings.BASE_DIR / "demo"
        try:
            folders = read_folders(sorted(p for p in (demo / "serier").iterdir() if p.is_dir()))
            pages = read_simple_pages(demo / "sider")
            letters = [read_letter(path) for path in sorted((demo / "brev").glob("*.md"))]
        except (Fault, Faults) as faults:
            raise CommandError(str(faults)) from None
        for folder in folders:
            self.stdout.write(told(import_series(folder)))
        self.stdout.write(told(import_pages(pages, title=_("Simple pages"))))
        for letter in letters:
            publish_once(letter)
        Home.objects.filter(tagline="").update(tagline=TAGLINE)
        with transaction.atomic():
            account(*MEMBER, name="Mari Lesehest")
            editor = account(*EDITOR, name="Roald Rødpenn")
            roles = ["Editors", "Member managers", "Staff managers"]
            editor.groups.add(*Group.objects.filter(name__in=roles))
        for label, (email, password) in ((_("Member"), MEMBER), (_("Editor"), EDITOR)):
            self.stdout.write(f"{label}: {email} / {password}")


def read_letter(path: Path) -> Letter:
    """A letter that isn't stored yet. Raises Fault."""
    matter = FrontMatter(path, read_utf8(path, path))
    blocks = read_blocks(path, matter.body, matter.body_line, ArticleBody())
    letter = Letter(
        title=matter.text("title", is_required=True),
        slug=matter.text("slug", is_required=True),
        lead=matter.text("lead"),
        first_published_at=matter.moment("published", matter.text("published", is_required=True)),
        live=False,
    )
    letter.body = json.dumps([{"type": each.type, "value": each.stored({})} for each in blocks])
    return letter


@transaction.atomic
def publish_once(letter: Letter) -> None:
    """Nothing for a letter that exists: an editor may have changed it."""
    if not Letter.objects.filter(slug=letter.slug).exists():
        LetterIndex.objects.get().add_child(instance=letter)
        letter.save_revision().publish()


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

"""The links to drafts in the leak sweep: tokens that open nothing, and leaks behind them."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import State, User
from articles.models import Article
from desk.models import DraftLink
from desk.models.draft_links import DraftLinkQuerySet, digest_of
from tests.leaks.planting import plant
from tests.leaks.world import World

#: Dead links are asked for in every disguise.
TELLING = ("desk:draft",)
DEAD = ("utlopt", "trukket", "publisert", "sluttet")


def examples(world: World) -> dict[str, list[str]]:
    tokens = [token_of(name) for name in DEAD] + ["finnes-ikke", digest_of(token_of(DEAD[0]))]
    picture = world.picture
    rest = f"bilde/{picture.pk}/{picture.file_hash}/60.png"
    return {
        "desk:draft": [f"/utkast/{token}/" for token in tokens],
        "desk:draft_picture": [f"/utkast/{token}/{rest}" for token in tokens],
    }


def token_of(name: str) -> str:
    return f"{name}-{'x' * 32}"


def prepare(world: World) -> None:
    """One link of each kind that opens nothing, to an article with a secret draft."""
    editor = User.objects.create(email="deler@example.no", state=State.ACTIVE)
    gone = User.objects.create(email="sluttet@example.no", state=State.ACTIVE, is_active=False)
    for user in (editor, gone):
        user.groups.add(Group.objects.get(name="Editors"))
    article = Article.objects.get(pk=world.article.pk)
    now = timezone.now()
    how = {
        "utlopt": {"expires_at": now - timedelta(seconds=1)},
        "trukket": {"withdrawn_at": now},
        "publisert": {"made_at": article.last_published_at - timedelta(seconds=1)},
        "sluttet": {"made_by": gone},
    }
    for name, fields in how.items():
        DraftLink.objects.create(
            **{"page": article, "made_by": editor, "digest": digest_of(token_of(name)), **fields}
        )


@plant()
def dead_links_open_drafts(patch):
    patch.setattr(DraftLinkQuerySet, "working", lambda links: links.all())


@plant()
def whoever_shared_a_draft_is_not_asked_again(patch):
    honest = DraftLinkQuerySet.working

    def working(links):
        closed = links.filter(made_by__is_active=False, withdrawn_at=None)
        return honest(links) | closed.filter(expires_at__gt=timezone.now())

    patch.setattr(DraftLinkQuerySet, "working", working)
    patch.setattr(DraftLink, "may_share", True)

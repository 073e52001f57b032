"""The newsletter in the leak sweep: its addresses, and leaks planted in its pages.

What its mails say is tried in test_mails.py.
"""

from accounts.models import User
from articles.models import Author, Series
from newsletter.models import Recipient
from newsletter.things import Thing
from tests.leaks.planting import plant
from tests.leaks.world import World


def examples(world: World) -> dict[str, list[str]]:
    return follow_examples(world)


def follow_examples(world: World) -> dict[str, list[str]]:
    keys = ["alt", "brev", "ingenting", "x"]
    keys += [f"serie-{series.pk}" for series in Series.objects.all()]
    keys += [f"forfatter-{author.pk}" for author in Author.objects.all()]
    back = f"?next={world.article.get_absolute_url()}"
    user, _is_new = User.objects.get_or_create(email="mottaker@example.no")
    tokens = (Recipient.of(user).token, "et-token-som-ingen-har")
    return {
        "newsletter:overview": ["/konto/varsler/"],
        "newsletter:pause": [f"/konto/varsler/pause/{back}"],
        "newsletter:choose": [f"/konto/varsler/{key}/{back}" for key in keys],
        "newsletter:follow": [f"/konto/folg/{key}/{back}" for key in keys],
        "newsletter:unsubscribe": [f"/brev/av/{token}/{key}/" for token in tokens for key in keys],
    }


@plant()
def the_way_out_names_what_is_not_published(patch):
    def title(thing):
        model = {"serie": Series, "forfatter": Author}.get(thing.kind)
        row = model.objects.filter(pk=thing.pk).first() if model else None
        return row.title if row else "Alt"

    patch.setattr(Thing, "title", property(title))

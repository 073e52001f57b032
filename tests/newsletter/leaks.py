"""The newsletter in the leak sweep: its addresses, letters, and leaks planted in its pages.

What its mails say is tried in test_mail_leaks.py.
"""

from django.contrib.auth import login

from accounts.access import Reader
from accounts.models import State, User
from articles.models import Author, Passage, Series
from newsletter.models import Letter, Recipient
from newsletter.things import Thing
from newsletter.views import letters, unsubscribing
from tests import factories
from tests.factories import gate, text
from tests.leaks.planting import plant
from tests.leaks.world import ABOVE_MEMBERS, World
from tests.newsletter.letters import draft_letter, make_letter

#: The archive's letters are asked for in every disguise.
TELLING = ("newsletter:letter",)


def examples(world: World) -> dict[str, list[str]]:
    return {**follow_examples(world), **letter_examples(world)}


def prepare(world: World) -> None:
    """Letters of each kind, in the archive."""
    picture = world.picture
    locked = factories.every_block(lambda place: world.lock(f"letter{place}"), picture)
    make_letter([text("<p>apentord</p>"), gate("Hva resten svarer på."), *locked], slug="laast")
    make_letter([text(f"<p>{world.lock('letterwhole')}</p>")], slug="uten-sperre")
    above = factories.block("gate", {"teaser": "", "level": ABOVE_MEMBERS})
    words = text(f"<h2>{world.raise_above('letter')}</h2>")
    make_letter([text("<p>apentord</p>"), above, words], slug="hoyere")
    hidden = {"title": world.hide("lettertitle"), "lead": world.hide("letterlead")}
    secret = [text(f"<p>{world.hide('lettertext')}</p>")]
    draft_letter(secret, slug="kladd", **hidden)
    make_letter(secret, slug="trukket", **hidden).unpublish()
    letter = make_letter([text("<p>apentord</p>")], slug="endres")
    letter.title = world.hide("letterdraft")
    letter.save_revision()
    _with_two_gates(world)


def _with_two_gates(world: World) -> None:
    higher = factories.block("gate", {"teaser": "", "level": ABOVE_MEMBERS})
    above = factories.make_picture(f"{world.raise_above('letterfilename')}.png", size=(50, 40))
    above.prepare()
    world.above["letterpicture"] = above.file_hash
    make_letter(
        [
            text("<p>apentord i brevet</p>"),
            gate("Hva resten av brevet svarer på."),
            text(f"<h2>{world.lock('letterheading')}</h2><p>{world.lock('letterbetween')}</p>"),
            higher,
            text(f"<p>{world.raise_above('letterabove')}</p>"),
            factories.block(
                "picture",
                {"picture": above.pk, "alt": world.raise_above("letteralt"), "caption": ""},
            ),
        ],
        title="Brevet",
        slug="brevet",
    )


def letter_examples(world: World) -> dict[str, list[str]]:
    slugs = ("brevet", "laast", "uten-sperre", "hoyere", "kladd", "trukket", "endres")
    return {
        "newsletter:letters": ["/brev/"],
        "newsletter:letter": [f"/brev/{slug}/" for slug in slugs],
    }


def follow_examples(world: World) -> dict[str, list[str]]:
    keys = ["alt", "brev", "ingenting", "x"]
    keys += [f"serie-{series.pk}" for series in Series.objects.all()]
    keys += [f"forfatter-{author.pk}" for author in Author.objects.all()]
    back = f"?next={world.article.get_absolute_url()}"
    user, _is_new = User.objects.get_or_create(
        email="mottaker@example.no", defaults={"state": State.ACTIVE}
    )
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


@plant()
def the_archive_shows_whole_letters(patch):
    honest = letters.letter_page

    def letter_page(letter, known, passages, reader):
        return honest(letter, known, Passage.objects.filter(page=letter.pk), reader)

    patch.setattr(letters, "letter_page", letter_page)


@plant()
def a_letter_says_its_text_to_search_engines(patch):
    honest = letters.structured_data.for_letter

    def for_letter(letter, known, share):
        said = Passage.objects.filter(page=letter.pk).values_list("text", flat=True)
        return [*honest(letter, known, share), {"articleBody": " ".join(said)}]

    patch.setattr(letters.structured_data, "for_letter", for_letter)


@plant("member")
def the_archive_lists_drafts(patch):
    rows = type(Letter.objects.all())
    patch.setattr(rows, "for_readers", lambda queryset: queryset.defer("body"))


@plant()
def the_link_that_ends_mail_logs_in(patch):
    honest = unsubscribing.render

    def render(request, *args):
        login(request, User.objects.get(email="mottaker@example.no"))
        return honest(request, *args)

    patch.setattr(unsubscribing, "render", render)


@plant("member")
def a_member_reads_a_letter_to_its_end(patch):
    def of_page(page, reader):
        return honest(page, Reader(max(int(reader.level), ABOVE_MEMBERS) if reader.level else 0))

    honest = letters.Passage.objects.of_page
    patch.setattr(letters.Passage.objects, "of_page", of_page)

"""A portal full of words that some may not read, each found nowhere else."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from accounts.access import Access
from articles.models import (
    Article,
    ArticleAuthor,
    Author,
    Home,
    Picture,
    PlannedPart,
    Series,
    ShareCard,
    Subject,
)
from articles.publishing.again import render_again
from tests import factories
from tests.factories import gate, text

#: A level that nothing of ours offers as yet.
ABOVE_MEMBERS = 20


@dataclass
class World:
    """`locked` words are for members; `secret` ones for nobody but the editors."""

    locked: dict[str, str] = field(default_factory=dict)
    secret: dict[str, str] = field(default_factory=dict)
    #: For those who may read more than members.
    above: dict[str, str] = field(default_factory=dict)
    #: The places of the locked words in `article`, and in `series`.
    in_article: set[str] = field(default_factory=set)
    in_series: set[str] = field(default_factory=set)
    #: What the editor has let everyone know, by a tick.
    told: dict[str, str] = field(default_factory=dict)
    series: Series = None
    article: Article = None
    picture: Picture = None
    articles: list[Article] = field(default_factory=list)

    @property
    def closed(self) -> dict[str, str]:
        """What a visitor is told nothing of."""
        return self.locked | self.secret | self.above

    def closed_but(self, opened: set[str]) -> dict[str, str]:
        return {place: word for place, word in self.closed.items() if place not in opened}

    def lock(self, place: str) -> str:
        return self.locked.setdefault(place, f"kanari{place.lower()}qxz")

    def raise_above(self, place: str) -> str:
        return self.above.setdefault(place, f"kanarihoyere{place.lower()}qxz")

    def tell(self, place: str) -> str:
        return self.told.setdefault(place, f"kanarifortalt{place.lower()}qxz")

    def hide(self, place: str) -> str:
        return self.secret.setdefault(place, f"kanarihemmelig{place.lower()}qxz")


def build() -> World:
    world = World()
    public = factories.make_picture("apen.png", colour="white", size=(60, 40))
    world.series = factories.make_series("serien", picture=public)
    author = factories.make_author(portrait=public)
    world.picture = factories.make_picture(f"{world.lock('filename')}.png", size=(60, 40))
    for picture in (public, world.picture):
        picture.prepare()
    # What a picture's address holds tells that the picture is there.
    world.locked["picture"] = world.picture.file_hash

    world.article = factories.make_article(
        world.series,
        [text("<p>apentord</p>"), gate(), text(f"<p>{world.hide('oldrevision')}</p>")],
        title="Låst del",
        slug="last-del",
        authors=[author],
    )
    world.article.body = Article._meta.get_field("body").to_python(
        [
            text("<p>apentord i den frie delen</p>"),
            factories.block("picture", {"picture": public.pk, "alt": "åpen", "caption": ""}),
            gate("Hva resten svarer på."),
            *factories.every_block(world.lock, world.picture),
        ]
    )
    world.article.save_revision().publish()
    world.in_article = set(world.locked)
    _draft(world)
    factories.make_article(
        world.series, [text(f"<p>{world.lock('nogate')}</p>")], title="Uten port", slug="uten-port"
    )
    factories.make_article(
        world.series, [text("<p>apentord</p>")], title="Åpen", slug="apen", access=Access.PUBLIC
    )
    _scheduled(world)
    _ticked(world)
    _with_two_gates(world)
    world.in_series = set(world.locked)
    elsewhere = factories.make_series("annensteds", "Annensteds")
    factories.make_article(elsewhere, [text(f"<p>{world.lock('elsewhere')}</p>")], slug="der")
    _unpublished(world)
    closed = factories.make_series("nedlagt", "Nedlagt")
    factories.make_article(
        closed, [text(f"<p>{world.hide('closedseries')}</p>")], slug="igjen", access=Access.PUBLIC
    )
    closed.unpublish()
    _authors(world)
    factories.make_page()
    _about(world)
    _cards(world)
    world.articles = list(Article.objects.all())
    return world


def _authors(world: World) -> None:
    """One in no by-line. Two in that of an article: one was never published, and of the other,
    readers know the former name.
    """
    factories.make_author("utkast-forfatter", world.hide("authorname")).unpublish()
    new = factories.make_author("ny-forfatter", "Ny Forfatter")
    former = factories.make_author("tidligere-forfatter", world.tell("formerauthor"))
    for n, author in enumerate((new, former), 1):
        author.unpublish()
        ArticleAuthor.objects.create(article=world.article, author=author, sort_order=n)
    Author.objects.filter(pk=new.pk).update(title=world.hide("newauthor"), published_name="")
    Author.objects.filter(pk=former.pk).update(
        title=world.hide("formerrename"), role=world.hide("formerrole"), bio=world.hide("formerbio")
    )


def _cards(world: World) -> None:
    """Cards of everything, and one of an unpublished article, as if no worker had run since."""
    for page in (world.series, world.series.get_parent()):
        ShareCard.update_at(page)
    unpublished = Article.objects.get(slug=world.secret["unpublishedslug"])
    card = ShareCard(page=unpublished, drawn_from=[], file_hash="0" * 32)
    card.file.save("kort.png", ContentFile(world.hide("card").encode()))


def _about(world: World) -> None:
    """A subject of the series, one of a part alone, and one of nothing that is published."""
    sales = factories.make_subject("Salg")
    _about_page(world.series, sales)
    _about_page(Article.objects.get(slug="apen"), factories.make_subject("Bare delen"))
    _about_page(Article.objects.get(slug="der"), sales)
    hidden = factories.make_subject(world.hide("subject"), slug="hemmelig")
    Article.objects.get(slug=world.secret["scheduledslug"]).subjects.through.objects.create(
        article=Article.objects.get(slug=world.secret["scheduledslug"]), subject=hidden
    )


def _about_page(page: Series | Article, subject: Subject) -> None:
    page.subjects.add(subject)
    page.save_revision().publish()
    render_again(Page.objects.child_of(page))


def _draft(world: World) -> None:
    article = Article.objects.get(pk=world.article.pk)
    article.title = world.hide("drafttitle")
    article.lead = world.hide("draftlead")
    article.body = Article._meta.get_field("body").to_python(
        [text(f"<h2>{world.hide('draftheading')}</h2><p>{world.hide('draft')}</p>")]
    )
    article.shows_contents = True
    article.save_revision()


def _scheduled(world: World) -> None:
    article = factories.draft_article(
        world.series,
        [text(f"<p>{world.hide('scheduled')}</p>")],
        title=world.hide("scheduledtitle"),
        slug=world.hide("scheduledslug"),
        lead=world.hide("scheduledlead"),
        access=Access.PUBLIC,
    )
    article.go_live_at = timezone.now() + timedelta(days=7)
    article.save_revision().publish()


def _ticked(world: World) -> None:
    """The ticks that tell everyone something, and what they must not tell with it."""
    factories.make_article(
        world.series,
        [
            text("<p>apentord</p>"),
            gate(),
            text(
                f"<h2>{world.tell('heading')}</h2><p>{world.lock('belowtoldheading')}</p>"
                f"<h3>{world.tell('subheading')}</h3><h4>{world.lock('smallheading')}</h4>"
            ),
        ],
        title="Alle ser innholdet",
        slug="innholdet",
        shows_contents=True,
    )
    series = factories.make_series("varslet", "Varslet", announces=True)
    factories.make_article(series, [text("<p>apentord</p>")], slug="forste")
    article = factories.draft_article(
        series,
        [text(f"<p>{world.hide('comingtext')}</p>")],
        title=world.tell("comingtitle"),
        slug=world.hide("comingslug"),
        lead=world.hide("cominglead"),
        access=Access.PUBLIC,
    )
    article.go_live_at = timezone.now() + timedelta(days=7)
    article.save_revision().publish()
    article = Article.objects.get(pk=article.pk)
    article.title = world.hide("comingdrafttitle")
    article.save_revision()
    factories.draft_article(series, title=world.hide("notcoming"), slug="kladd")
    day = timezone.localdate() + timedelta(days=7)
    _plan(series, world.tell("plannedtitle"), world.hide("plannedslug"), day)
    _plan(series, world.hide("undatedtitle"), "uten-dag", None)
    silent = factories.make_series("taus", "Taus")
    factories.make_article(silent, [text("<p>apentord</p>")], slug="forste")
    _plan(silent, world.hide("silentplan"), "taus-plan", day)


def _plan(series: Series, title: str, slug: str, day: date | None) -> None:
    part = factories.draft_article(series, [], title=title, slug=slug)
    PlannedPart.objects.create(article=part, planned_on=day)


def _with_two_gates(world: World) -> None:
    higher = factories.block("gate", {"teaser": "", "level": ABOVE_MEMBERS})
    factories.make_article(
        world.series,
        [
            text("<p>apentord</p>"),
            gate(),
            text(f"<p>apentord, apentord, apentord {world.lock('betweengates')}</p>"),
            higher,
            text(
                f"<h2>{world.raise_above('higherheading')}</h2><p>{world.raise_above('higher')}</p>"
            ),
        ],
        title="To porter",
        slug="to-porter",
    )


def _unpublished(world: World) -> None:
    article = factories.make_article(
        world.series,
        [text(f"<p>{world.hide('unpublished')}</p>")],
        title=world.hide("unpublishedtitle"),
        slug=world.hide("unpublishedslug"),
        access=Access.PUBLIC,
    )
    article.unpublish()
    Home.objects.update(lead_story=article)
    # Published under another address once, and so with a redirect to the present one.
    Redirect.add_redirect("/serien/omdopt/", redirect_to=article)

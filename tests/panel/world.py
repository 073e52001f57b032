"""A panel full of other users' unpublished work. Each piece has a word found nowhere else."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Comment, CommentReply, Page, Revision, UploadedFile, Workflow

from accounts.models import User
from articles.models import (
    Article,
    Author,
    Correction,
    Home,
    Picture,
    PlannedPart,
    Series,
    SimplePage,
)
from desk.models import Link, LinkedAddress
from narration.models import Pronunciation, WordReport
from newsletter.models import NewsletterSettings, Sending
from sponsors.models import Sponsorship
from tests import factories
from tests.conftest import person
from tests.newsletter.letters import draft_letter, make_letter


@dataclass
class World:
    writer: User
    other: User
    editor: User
    #: Words that only their writer and the editors may know of, by where they are.
    words: dict[str, str] = field(default_factory=dict)
    #: Other users' unpublished pages, and one published page with a newer draft.
    pages: dict[str, Page] = field(default_factory=dict)
    own: list[Page] = field(default_factory=list)
    things: dict[str, Any] = field(default_factory=dict)

    def hide(self, place: str) -> str:
        return self.words.setdefault(place, f"kanari{place}qxz")

    def picture(self, place: str) -> Picture:
        picture = factories.make_picture(f"{self.hide(place + 'file')}.png", size=(60, 40))
        picture.title = self.hide(place + "picture")
        picture.description = self.hide(place + "description")
        picture.uploaded_by_user = self.other
        picture.save()
        return picture


def build() -> World:
    world = World(
        person("skribent@example.no", group="Writers"),
        person("annen@example.no", group="Writers"),
        person("redaktor@example.no", group="Editors"),
    )
    series = factories.make_series(owner=world.editor)
    world.things["picture"] = world.picture("draft")
    world.things["own_series"] = series
    world.things["file"] = factories.make_file(world.hide("file"))
    _own(world, series)
    _drafts(world, series)
    _published_once(world, series)
    _planned(world, series)
    _letters(world)
    _beside_pages(world)
    return world


def _text(world: World, place: str) -> list[dict[str, Any]]:
    definition = {"term": world.hide(f"{place}term"), "text": f"<p>{world.hide(f'{place}def')}</p>"}
    return [
        factories.text(f"<p>{world.hide(f'{place}text')}</p>"),
        factories.block("definition", definition),
    ]


def _article(world: World, series: Series, place: str, **fields: Any) -> Article:
    article = factories.draft_article(
        series,
        [*_text(world, place), *fields.pop("body", [])],
        title=world.hide(f"{place}title"),
        slug=world.hide(f"{place}slug"),
        lead=world.hide(f"{place}lead"),
        **{
            "owner": world.other,
            "authors": [Author.objects.first() or factories.make_author()],
            **fields,
        },
    )
    world.pages[place] = article
    Correction.objects.create(article=article, text=world.hide(f"{place}correction"))
    article.save_revision(user=world.other, log_action=True)
    return article


def _own(world: World, series: Series) -> None:
    """Creates the Writer's pages: a draft in a published series, and a draft series that others
    also write in."""
    article = factories.draft_article(series, title="Min del", slug="min", owner=world.writer)
    article.save_revision(user=world.writer, log_action=True)
    mine = Series(title="Min serie", slug="min-serie", lead="x", live=False, owner=world.writer)
    Home.objects.get().add_child(instance=mine)
    mine.save_revision(user=world.writer)
    Workflow.objects.get().start(article, world.writer)
    world.own = [article, mine]
    world.things["own_picture"] = factories.make_picture("min.png", colour="red", size=(60, 40))
    world.things["own_picture"].uploaded_by_user = world.writer
    world.things["own_picture"].save()
    _scheduled(world, mine, "neighbour")


def _drafts(world: World, series: Series) -> None:
    author = factories.make_author(world.hide("authorslug"), world.hide("author"))
    author.unpublish()
    world.pages["author"] = author
    shown = {"picture": world.things["picture"].pk, "alt": "", "caption": world.hide("caption")}
    links = f'<p><a linktype="page" id="{world.own[0].pk}">se</a></p>'
    own = {"picture": world.things["own_picture"].pk, "alt": "", "caption": ""}
    body = [
        factories.block("picture", shown),
        factories.block("picture", own),
        factories.text(links),
    ]
    article = _article(world, series, "draft", body=body, authors=[author])
    article.locked, article.locked_by, article.locked_at = True, world.editor, timezone.now()
    article.save()
    world.things["state"] = Workflow.objects.get().start(article, world.other)
    task = world.things["state"].current_task_state
    task.comment = world.hide("review")
    task.save()
    # Not among the words that an editor must find: a form may leave comments out.
    said = {"text": "kanarikommentarqxz", "contentpath": "title"}
    comment = Comment.objects.create(page=article, user=world.other, **said)
    CommentReply.objects.create(comment=comment, user=world.editor, text="kanarisvarqxz")
    draft = Series(
        title=world.hide("seriestitle"),
        slug=world.hide("seriesslug"),
        lead=world.hide("serieslead"),
        picture=world.picture("series"),
        live=False,
        owner=world.other,
    )
    Home.objects.get().add_child(instance=draft)
    draft.save_revision(user=world.other)
    world.pages["series"] = draft
    _article(world, draft, "within")
    _scheduled(world, series, "scheduled")
    page = SimplePage(title=world.hide("pagetitle"), slug="side-kladd", live=False)
    page.owner = world.other
    Home.objects.get().add_child(instance=page)
    page.save_revision(user=world.other)
    world.pages["page"] = page


def _scheduled(world: World, series: Series, place: str) -> None:
    article = _article(world, series, place)
    article.go_live_at = timezone.now() + timedelta(days=7)
    article.save_revision(user=world.other).publish(user=world.editor)


def _published_once(world: World, series: Series) -> None:
    article = _article(world, series, "unpublished")
    article.get_latest_revision().publish(user=world.editor)
    Article.objects.get(pk=article.pk).unpublish(user=world.editor)

    live = factories.make_article(series, title="Ute", slug="ute", owner=world.other)
    live.title, live.lead = world.hide("newtitle"), world.hide("newlead")
    live.body = Article._meta.get_field("body").to_python(_text(world, "new"))
    live.save_revision(user=world.other, log_action=True)
    world.pages["live"] = live

    closed = factories.make_series("nedlagt", world.hide("closedseries"), owner=world.editor)
    inside = _article(world, closed, "closed")
    inside.get_latest_revision().publish(user=world.editor)
    closed.unpublish(user=world.editor)
    Page.objects.filter(pk=inside.pk).update(live=True)  # as when only the series is unpublished


def _letters(world: World) -> None:
    """Another user's draft of a letter, and a sending of a published one."""
    text, fields = _text(world, "letter"), {"owner": world.other, "slug": world.hide("letterslug")}
    fields |= {"title": world.hide("lettertitle"), "lead": world.hide("letterlead")}
    world.pages["letter"] = draft_letter(text, **fields)
    world.things["sending"] = Sending.objects.create(letter=make_letter(slug="sendt"))


def _planned(world: World, series: Series) -> None:
    planned = factories.draft_article(series, body=[], title=world.hide("planned"), slug="plan")
    PlannedPart.objects.create(article=planned, planned_on=timezone.localdate())


def _beside_pages(world: World) -> None:
    draft = world.pages["draft"]
    world.things["subject"] = factories.make_subject()
    world.things["sponsorship"] = Sponsorship.objects.create(
        text=world.hide("sponsor"),
        url=f"https://example.no/{world.hide('sponsorurl')}",
        starts_at=timezone.now() + timedelta(days=30),
    )
    world.things["pronunciation"] = Pronunciation.objects.create(
        written=world.hide("written"), spoken=world.hide("spoken")
    )
    world.things["settings"] = NewsletterSettings.load()
    world.things["settings"].welcome_words = world.hide("welcome")
    world.things["settings"].save()
    world.things["report"] = WordReport.objects.create(page=draft, word=world.hide("report"))
    said = {"page": draft, "contentpath": "title", "user": world.other}
    comment = Comment.objects.create(text=world.hide("comment"), **said)
    reply = CommentReply(comment=comment, text=world.hide("reply"), user=world.other)
    reply.save()
    world.things["redirect"] = Redirect.add_redirect(f"/{world.hide('redirect')}/", draft)
    world.things["upload"] = UploadedFile.objects.create(
        for_content_type=None, uploaded_by_user=world.other
    )
    world.things["revision"] = Revision.objects.for_instance(draft).latest("pk")
    address = LinkedAddress.of(f"https://e.no/{world.hide('linkurl')}", "e.no", is_ours=False)
    address.dead_since = timezone.now()
    address.save()
    page = world.pages["live"]
    Link.objects.create(page=page, address=address, text=world.hide("linktext"))
    session = EditingSession(content_object=draft, user=world.other, last_seen_at=timezone.now())
    session.save()
    world.things["session"] = session

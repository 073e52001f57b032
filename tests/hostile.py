"""A portal in which every text that a user can write attacks the panel's users."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.utils import timezone
from taggit.models import Tag
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    Collection,
    Comment,
    CommentReply,
    GroupApprovalTask,
    Site,
    Task,
    Workflow,
)
from wagtail.users.models import UserProfile

from accounts.models import ImportedRow, MemberImport, Stage, State, User, Verdict
from articles.models import Article, AuthorLink, Correction, Definition, Home
from mail.models import Message
from sponsors.models import Sponsorship
from tests import factories
from tests.factories import gate, text

#: Breaks out of attributes with and without quotes, of a script and of a title. `ran` reports it.
HOSTILE = (
    "x autofocus onfocus=ran() tabindex=0 \"'></script></title><img src=x onerror=ran()>{{7*7}}"
)
SCRIPT = "javascript:ran()"  # for fields that take any text
URL = 'https://example.no/"/autofocus/onfocus="ran()"><img/src=x/onerror=ran()>'  # a valid URL
QUERY = quote(HOSTILE)
PASSWORD = "rodpenn-2026"


def build() -> dict[str, Any]:
    """Builds the portal. Returns the objects' keys by the names that the panel's addresses use."""
    picture = factories.make_picture()
    picture.title = picture.description = HOSTILE
    picture.tags.add(HOSTILE)
    picture.save()
    series = factories.make_series("angrep", HOSTILE, picture=picture)
    author = factories.make_author("angriper", HOSTILE, portrait=picture)
    author.role = author.family_name = HOSTILE
    author.links = [AuthorLink(label=HOSTILE, url=URL)]
    author.save_revision().publish()
    article = factories.make_article(
        series,
        [text("<p>Først.</p>"), gate(HOSTILE), *blocks(picture)],
        title=HOSTILE,
        authors=[author],
    )
    drafts = factories.make_series("kladd", f"Kladd {HOSTILE}")
    drafts.unpublish()
    factories.draft_article(drafts, title=HOSTILE)
    writer = person("skribent@example.no", "Writers")
    revision = revise(article, writer)
    task_state = submit(article, writer)
    schedule(series, picture)
    return {
        "series": series.pk,
        "drafts": drafts.pk,
        "home": Home.objects.get().pk,
        "author": author.pk,
        "page_id": article.pk,
        "revision_id": revision,
        "task_state_id": task_state.pk,
        "workflow_state_id": task_state.workflow_state_id,
        "image_id": picture.pk,
        "definition": Definition.objects.get(passage__page=article).pk,
        "member": member().pk,
        **around(series, picture, writer),
    }


def blocks(picture: Any) -> list[dict[str, Any]]:
    safe = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return [
        text(f'<h2>{safe}</h2><p>{safe}[^1] <a href="{SCRIPT}">lenke</a></p>'),
        factories.block("picture", {"picture": picture.pk, "alt": HOSTILE, "caption": HOSTILE}),
        factories.block("definition", {"term": HOSTILE, "text": f"<p>{safe}</p>"}),
        factories.table(HOSTILE, safe),
        factories.block("footnote", {"label": "1", "text": f"<p>{safe}</p>"}),
    ]


def person(email: str, group: str = "", **fields: Any) -> User:
    user = User.objects.create_user(email, PASSWORD, name=HOSTILE, state=State.ACTIVE, **fields)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def superuser(email: str, language: str) -> User:
    """Returns a user who can open every page of the panel."""
    user = person(email, "Editors", is_superuser=True)
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    return user


def member() -> User:
    user = person("medlem@example.org", source=HOSTILE[:40])
    user.suspend()
    return user


def revise(article: Article, writer: User) -> int:
    """Adds a draft with comments to a published article."""
    article.lead = HOSTILE
    Correction.objects.create(article=article, text=HOSTILE)
    comment = Comment(
        page=article, user=writer, text=HOSTILE, contentpath="title", position=HOSTILE
    )
    comment.replies = [CommentReply(user=writer, text=HOSTILE)]
    setattr(article, "wagtail_admin_comments", [comment])  # noqa: B010
    key: int = article.save_revision(user=writer, log_action=True).pk
    return key


def submit(article: Article, writer: User) -> Any:
    """Submits the article, rejects it with a comment, and submits it again."""
    Task.objects.update(name=HOSTILE)
    Workflow.objects.update(name=HOSTILE)
    workflow = Workflow.objects.get()
    state = workflow.start(article, writer)
    task = GroupApprovalTask.objects.get()
    task.on_action(state.current_task_state, writer, "reject", comment=HOSTILE)
    state.refresh_from_db()
    state.resume(writer)
    return state.current_task_state


def schedule(series: Any, picture: Any) -> None:
    article = factories.draft_article(series, title=f"{HOSTILE} senere", slug="senere")
    article.go_live_at = timezone.now() + timedelta(days=7)
    article.save_revision().publish()


def around(series: Any, picture: Any, writer: User) -> dict[str, Any]:
    """Creates the objects that aren't pages."""
    collection = Collection.get_first_root_node().add_child(name=HOSTILE)
    Tag.objects.get_or_create(name=HOSTILE)
    Site.objects.update(site_name=HOSTILE)
    redirect = Redirect.objects.create(
        old_path="/gammel", redirect_link=SCRIPT, site=Site.objects.get()
    )
    Redirect.add_redirect("/gammelt", redirect_to=series)
    sponsorship = Sponsorship.objects.create(text=HOSTILE, url=URL, page=series)
    taken = MemberImport.objects.create(name=HOSTILE, uploaded_by=writer, stage=Stage.JUDGED)
    ImportedRow.objects.create(
        member_import=taken,
        number=2,
        email=HOSTILE,
        values={"name": HOSTILE},
        verdict=Verdict.REFUSED,
        reason=HOSTILE,
    )
    Message.objects.create(
        subject=HOSTILE,
        recipient=HOSTILE,
        message_id="<1@x>",
        source=b"",
        error=HOSTILE,
        failed_at=timezone.now(),
    )
    group = Group.objects.create(name=HOSTILE)
    return {
        "collection": collection.pk,
        "redirect_id": redirect.pk,
        "sponsorship": sponsorship.pk,
        "member_import": taken.pk,
        "group": group.pk,
        "site": Site.objects.get().pk,
        "workflow": Workflow.objects.get().pk,
        "task": Task.objects.get().pk,
    }

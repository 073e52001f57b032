"""What the rooms below the desk leave to an editor's care: late plans, old reviews, and mails."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, Revision

from accounts.admin.given_up_mails import shown_to
from accounts.models import User
from articles.admin.moments import told
from articles.models import Article
from articles.models.rights import edits_all, own_pages
from desk.cares import Care, carer
from mail.models import AddressState

#: Days after which a review is old.
REVIEW_HOLDS = 365


def old_review() -> date:
    """A review before this day is old."""
    return timezone.localdate() - timedelta(days=REVIEW_HOLDS)


#: A plan that is older is late. The worker publishes within seconds.
LATE = timedelta(minutes=2)
#: So many late plans are named.
NAMED = 5


@carer
def late_plans(request: HttpRequest) -> Iterator[Care]:
    """Pages that should have gone out by now, and couldn't: another page took the address, say."""
    user = cast(User, request.user)
    late = Revision.page_revisions.filter(approved_go_live_at__lt=timezone.now() - LATE)
    at = {int(pk): moment for pk, moment in late.values_list("object_id", "approved_go_live_at")}
    if not at or not user.has_perm("wagtailadmin.access_admin"):
        return
    pages = Page.objects.filter(pk__in=at)
    if not edits_all(user):
        pages = pages.filter(pk__in=own_pages(user).values("pk"))
    for page in sorted(pages, key=lambda page: (at[page.pk], page.pk))[:NAMED]:
        text = _("“%(title)s” should have gone out %(at)s. Publish it to see what stops it")
        said = text % {"title": page.title, "at": told(at[page.pk])}
        yield Care(said, reverse("wagtailadmin_pages:edit", args=[page.pk]), order=10)


@carer
def old_reviews(request: HttpRequest) -> Iterator[Care]:
    """Published articles that were reviewed more than a year ago. A writer is told of their own."""
    user = cast(User, request.user)
    if not user.has_perm("wagtailadmin.access_admin"):
        return
    articles = Article.objects.filter(live=True, reviewed_on__lt=old_review())
    if not edits_all(user):
        articles = articles.filter(pk__in=own_pages(user).values("pk"))
    if count := articles.count():
        text = ngettext(
            "%(n)s article was last reviewed over a year ago",
            "%(n)s articles were last reviewed over a year ago",
            count,
        )
        yield Care(text % {"n": count}, reverse("article_list") + "?review=old", order=40)


@carer
def given_up_mails(request: HttpRequest) -> Iterator[Care]:
    user = cast(User, request.user)
    if not user.has_perm("accounts.manage_members"):
        return
    if count := shown_to(user).count():
        text = ngettext("%(n)s mail was given up", "%(n)s mails were given up", count)
        yield Care(text % {"n": count}, reverse("given_up_mails"), order=30)
    stopped = AddressState.objects.stopped().values("address")
    if count := User.objects.members().filter(email__in=stopped).count():
        text = ngettext(
            "%(n)s member can't be reached by mail",
            "%(n)s members can't be reached by mail",
            count,
        )
        yield Care(text % {"n": count}, reverse("wagtailusers_users:index"), order=35)

"""What the rooms below the desk leave to an editor's care: reviews that are old, and mails."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.admin.given_up_mails import shown_to
from accounts.models import User
from articles.models import Article
from articles.models.rights import edits_all, own_pages
from desk.cares import Care, carer
from mail.models import AddressState

#: Days after which a review is old.
REVIEW_HOLDS = 365


def old_review() -> date:
    """A review before this day is old."""
    return timezone.localdate() - timedelta(days=REVIEW_HOLDS)


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

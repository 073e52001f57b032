"""Yesterday's figures of the rooms below the desk: new members, and articles published."""

from collections.abc import Iterator
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import State, User
from articles.models import Article
from articles.models.rights import edits_all
from desk.figures import Day, Figure, counter


@counter
def new_members(request: HttpRequest, day: Day) -> Iterator[Figure]:
    user = cast(User, request.user)
    manages = user.has_perm("accounts.manage_members")
    if not manages and not edits_all(user):
        return
    joined = User.objects.members().filter(joined_at__gte=day.start, joined_at__lt=day.end)
    count = joined.exclude(state=State.UNCONFIRMED).count()
    url = reverse("wagtailusers_users:index") if manages else ""
    yield Figure(count, ngettext("new member", "new members", count), url, order=10)


@counter
def published(request: HttpRequest, day: Day) -> Iterator[Figure]:
    if not edits_all(request.user):
        return
    out = Article.objects.filter(first_published_at__gte=day.start, first_published_at__lt=day.end)
    if count := out.count():
        yield Figure(count, ngettext("new article", "new articles", count), order=40)

"""Changing the access of many parts at once, and taking it back."""

import time
from collections.abc import Sequence
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest

from accounts.access import Access
from accounts.models import User
from articles.admin.publishing import may_change_access
from articles.models import Article, Series

#: In the session: {"series", "at", "to", "before": {primary key: access}}.
KEY = "desk_access_undo"
#: Seconds that the offer stands.
OFFERED = 30 * 60


def change(
    request: HttpRequest, series: Series, articles: Sequence[Article], access: Access
) -> tuple[int, int]:
    """Change the access of those that don't have it yet, each with a line in its log. Returns how
    many changed, and how many the user may not change."""
    user = cast(User, request.user)
    may = [article for article in articles if may_change_access(user, article)]
    differ = [article for article in may if article.access != access]
    before = {str(article.pk): int(article.access) for article in differ}
    with transaction.atomic():
        for article in differ:
            article.change_access(access, user)
    if differ:
        request.session[KEY] = {
            "series": series.pk,
            "at": int(time.time()),
            "to": int(access),
            "before": before,
        }
    return len(differ), len(articles) - len(may)


def offered(request: HttpRequest, series: Series) -> dict[str, Any] | None:
    found: dict[str, Any] | None = request.session.get(KEY)
    if found and found["series"] == series.pk and time.time() - found["at"] < OFFERED:
        return {"count": len(found["before"]), "to": Access(found["to"])}
    return None


def undo(request: HttpRequest, series: Series) -> int:
    """Give each its own former access back, unless somebody has changed it since."""
    if offered(request, series) is None:
        return 0
    found, user = request.session.pop(KEY), cast(User, request.user)
    before: dict[str, int] = found["before"]
    articles = Article.objects.filter(pk__in=map(int, before), access=found["to"])
    with transaction.atomic():
        changed = [article for article in articles if may_change_access(user, article)]
        for article in changed:
            article.change_access(Access(before[str(article.pk)]), user)
    return len(changed)

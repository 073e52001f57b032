"""The panel's start page."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from accounts.models import User
from articles.models import Article
from articles.models.rights import edits_all
from desk import today
from desk.cares import cares_for
from desk.figures import figures_for, yesterday


class TodayPanel(Component):
    """All of the start page, in place of Wagtail's own panels."""

    name = "today"
    template_name = "wagtailadmin/desk/today.html"
    order = 10

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        request: HttpRequest = (parent_context or {})["request"]
        user = cast(User, request.user)
        may_write = page_permission_policy.user_has_permission(user, "add")
        context: dict[str, Any] = {
            "request": request,
            "now": timezone.localtime(),
            "may_write": may_write,
            "is_editor": edits_all(user),
            "cares": list(cares_for(request)),
            "figures": list(figures_for(request)),
            "figures_of": yesterday().date,
        }
        if may_write:
            context |= of_writing(request, user)
            context["is_new"] = not Article.objects.exists()
        return context


def of_writing(request: HttpRequest, user: User) -> dict[str, Any]:
    drafts = list(today.drafts_of(user))
    sent_back, to_review = today.sent_back(user), today.to_review(user)
    waiting = [*sent_back, *to_review]
    above = today.titles_above([*drafts, *(each.page for each in waiting)])
    return {
        "series": (series := today.series_to_write_in(user)),
        "has_more_series": len(series) == today.OFFERED,
        "sent_back": sent_back,
        "to_review": to_review,
        "under_review": today.under_review(user),
        "week": [
            (day, list(rows))
            for day, rows in groupby(today.this_week(request), key=lambda each: each.day)
        ],
        "drafts": [(page, above.get(page.path[: -Page.steplen], "")) for page in drafts],
    }

"""What readers search for, in the editors' panel."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from articles.models.rights import edits_all
from search.models import SearchCount

#: Days back to look, today among them.
PERIODS = {1: _("Today"), 7: _("7 days"), 30: _("30 days"), 365: _("A year")}
USUAL = 30
#: Rows in each list.
ROWS = 50


@require_admin_access
def searched(request: HttpRequest) -> HttpResponse:
    """The most searched words, and those that members found nothing for. For editors: the panel's
    guard keeps others out (portal/panel_guard.py)."""
    asked = request.GET.get("dager", "")
    days = int(asked) if asked in map(str, PERIODS) else USUAL
    counts = SearchCount.objects.since(timezone.localdate() - timedelta(days=days - 1))
    context: dict[str, Any] = {
        "periods": [(number, name, number == days) for number, name in PERIODS.items()],
        "most": counts.most()[:ROWS],
        "without": counts.missed()[:ROWS],
    }
    return render(request, "wagtailadmin/search/searched.html", context)


class SearchedItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return edits_all(request.user)

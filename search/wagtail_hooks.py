"""What the search adds to the panel: a report of what readers search for."""

from collections.abc import Iterator

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from articles.models.rights import edits_all
from desk.figures import Day, Figure, counter
from search.admin.searched import SearchedItem, searched
from search.models import SearchCount


@hooks.register("register_admin_urls")
def search_urls() -> list[URLPattern]:
    return [path("reports/sok/", searched, name="searched")]


@hooks.register("register_reports_menu_item")
def searched_item() -> MenuItem:
    return SearchedItem(
        _("What readers search for"),
        reverse("searched"),
        name="searched",
        icon_name="search",
        order=800,
    )


@counter
def searches_yesterday(request: HttpRequest, day: Day) -> Iterator[Figure]:
    """Only the words that several have searched for are counted: search/statistics.py."""
    if not edits_all(request.user):
        return
    count = SearchCount.objects.filter(day=day.date).aggregate(n=Sum("times"))["n"] or 0
    if count:
        yield Figure(count, ngettext("search", "searches", count), reverse("searched"), order=30)

"""The figures in the panel: their pages, columns of the lists, and yesterday on the start page."""

from collections.abc import Collection, Iterator
from typing import cast

from django.db.models import Model, Sum
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from accounts.models import User
from analytics.admin import views
from analytics.models import SITE, Recent, What
from analytics.reports import OPENED, by_day, span
from articles.models import Article, Author, Series
from articles.models.rights import edits_all
from desk.admin.menu import WritersItem
from desk.columns import Cell, column
from desk.figures import Day, Figure, counter
from sponsors.models import Sponsorship


@hooks.register("register_icons")
def figures_icon(icons: list[str]) -> list[str]:
    return [*icons, "wagtailadmin/icons/chart.svg"]


@hooks.register("register_admin_urls")
def figures_urls() -> list[URLPattern]:
    return [
        path("tall/", views.figures, name="figures"),
        path("tall/artikler/<int:pk>/", views.figures_of_article, name="figures_of_article"),
        path("tall/serier/<int:pk>/", views.figures_of_series, name="figures_of_series"),
        path("tall/forfattere/<int:pk>/", views.figures_of_author, name="figures_of_author"),
        path("tall/annonser/<int:pk>/", views.figures_of_sponsor, name="figures_of_sponsor"),
    ]


@hooks.register("register_admin_menu_item")
def figures_item() -> MenuItem:
    url = reverse("figures")
    return WritersItem(gettext_lazy("Figures"), url, name="figures", icon_name="chart", order=350)


@hooks.register("register_page_header_buttons")
def figures_in_header(
    page: Page, user: User, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    kind = page.specific_class
    names = {Article: "figures_of_article", Author: "figures_of_author"}
    if edits_all(user):
        names[Series] = "figures_of_series"
    if kind in names and page.live:
        url = reverse(names[kind], args=[page.pk])
        yield Button(_("Figures"), url, icon_name="chart", priority=27)


@hooks.register("register_snippet_listing_buttons")
def figures_of_line(snippet: Model, user: User, next_url: str | None = None) -> Iterator[Button]:
    if isinstance(snippet, Sponsorship) and edits_all(user):
        url = reverse("figures_of_sponsor", args=[snippet.pk])
        yield Button(_("Figures"), url, icon_name="chart", priority=15)


@column(gettext_lazy("Opened"), order=20)
def opened(keys: Collection[int]) -> dict[int, Cell]:
    """How many have opened each article in four weeks."""
    rows = Recent.objects.filter(about__in=keys, what__in=OPENED).order_by()
    counts = rows.values_list("about").annotate(Sum("count"))
    return {pk: Cell(str(n), reverse("figures_of_article", args=[pk])) for pk, n in counts}


@counter
def opened_yesterday(request: HttpRequest, day: Day) -> Iterator[Figure]:
    """Yesterday and the four weeks that it ends, for editors."""
    if not edits_all(cast(User, request.user)):
        return
    lines = by_day(SITE, [What.VISITORS, What.MEMBERS, What.GATE], span())
    visitors, members, gate = (line.values for line in lines)
    opened = [sum(of_day) for of_day in zip(visitors, members, strict=True)]
    url = reverse("figures")
    text = ngettext("page opened", "pages opened", opened[-1])
    yield Figure(opened[-1], text, url, order=5, days=opened)
    yield Figure(gate[-1], _("met the gate"), url, order=7, days=gate)

"""The desk in the panel: the start page, the lists, and the board of each series."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from desk.admin import board, lists, menu, parts
from desk.admin.today import TodayPanel


@hooks.register("register_admin_urls")
def desk_urls() -> list[URLPattern]:
    articles, series = lists.ArticleIndexView, lists.SeriesIndexView
    results = {"results_only": True}
    return [
        path("serier/", series.as_view(), name="series_list"),
        path("serier/liste/", series.as_view(**results), name="series_list_results"),
        path("serier/ny/", lists.add_series, name="series_add"),
        path("serier/rekkefolge/", lists.order_series, name="series_order"),
        path("serier/<int:pk>/", board.board, name="series_board"),
        path("serier/<int:pk>/angre/", board.undo_access, name="series_undo_access"),
        path("serier/<int:pk>/deler/", parts.change_parts, name="series_change_parts"),
        path("serier/<int:pk>/flytt/", parts.move_parts, name="series_move_parts"),
        path("serier/<int:pk>/planlegg/", parts.plan_part, name="series_plan_part"),
        path("deler/<int:pk>/plan/", parts.replan_part, name="series_replan_part"),
        path("artikler/", articles.as_view(), name="article_list"),
        path(
            "artikler/liste/",
            articles.as_view(**results),
            name="article_list_results",
        ),
    ]


@hooks.register("construct_homepage_panels")
def only_today(request: HttpRequest, panels: list[object]) -> None:
    panels[:] = [TodayPanel()]


@hooks.register("register_admin_menu_item")
def today_item() -> MenuItem:
    url = reverse("wagtailadmin_home")
    return MenuItem(_("Today"), url, name="today", icon_name="home")


@hooks.register("register_admin_menu_item")
def series_item() -> MenuItem:
    url = reverse("series_list")
    return menu.WritersItem(_("Series"), url, name="series", icon_name="list-ol")


@hooks.register("register_admin_menu_item")
def articles_item() -> MenuItem:
    url = reverse("article_list")
    return menu.WritersItem(_("Articles"), url, name="articles", icon_name="doc-full")


@hooks.register("construct_main_menu", order=10)
def in_order_of_use(request: HttpRequest, items: list[MenuItem]) -> None:
    menu.arrange(items)


@hooks.register("register_log_actions")
def log_order(actions: LogActionRegistry) -> None:
    actions.register_action("articles.arrange", _("Change the order"), _("The order was changed"))

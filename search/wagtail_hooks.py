"""What the search adds to the panel: a report of what readers search for."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from search.admin.searched import SearchedItem, searched


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

"""Leaves out of the panel's menus what the guard would not let the user open."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.panel_guard import may_open


@hooks.register("construct_main_menu")
@hooks.register("construct_reports_menu")
@hooks.register("construct_settings_menu")
def leave_out_closed(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if leads_in(request, item.url)]


def leads_in(request: HttpRequest, url: str) -> bool:
    """Whether the user may open `url`. A submenu has «#», and its items are asked one by one."""
    try:
        match = resolve(urlsplit(url).path)
    except Resolver404:
        return True
    return may_open(request, match)

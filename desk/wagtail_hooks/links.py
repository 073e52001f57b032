"""The report of dead links in the panel."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from desk.admin import dead_links, guide


@hooks.register("register_admin_urls")
def link_urls() -> list[URLPattern]:
    return [
        path("reports/lenker/", dead_links.dead_links, name="dead_links"),
        path("reports/lenker/<int:pk>/overse/", dead_links.ignore_link, name="ignore_link"),
    ]


@hooks.register("register_reports_menu_item")
def dead_links_item() -> MenuItem:
    return dead_links.DeadLinksItem(
        _("Dead links"), reverse("dead_links"), name="dead-links", icon_name="link", order=810
    )


@hooks.register("register_admin_urls")
def guide_urls() -> list[URLPattern]:
    return [
        path("hjelp/", guide.show_guide, name="guide"),
        path("hjelp/bilder/<str:name>", guide.guide_picture, name="guide_picture"),
    ]


@hooks.register("register_help_menu_item")
def guide_item() -> MenuItem:
    return MenuItem(_("How to"), reverse("guide"), name="guide", icon_name="help", order=100)

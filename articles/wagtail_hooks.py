"""Our additions to Wagtail's panel."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.button import Button
from wagtail.admin.widgets.workflows import AdminTaskChooser
from wagtail.contrib.redirects import base_formats
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page
from wagtail.models.pages import PageQuerySet
from wagtail.signals import init_new_page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.access import Access
from accounts.models import User
from articles.admin import authors, list_facts, pasting, publishing
from articles.admin import views as panel
from articles.admin.files import FileViewSet
from articles.admin.policies import known
from articles.models import Article, AuthorIndex, Subject

#: Menu items whose names start with one of these are hidden.
LEFT_OUT = ("documents", "whats-new", "editor-guide", "page-types-usage")

# Redirects can be imported from text files only. A workbook is a zip file, and can unpack to more
# than the memory holds.
base_formats.DEFAULT_FORMATS[:] = [base_formats.CSV, base_formats.TSV]


@hooks.register("register_admin_urls")
def panel_urls() -> list[URLPattern]:
    return [
        path("artikler/<int:pk>/tilgang/", panel.change_access, name="change_access"),
        path("forfattere/forslag/", authors.author_suggestions, name="author_suggestions"),
    ]


class SubjectViewSet(SnippetViewSet):
    model = Subject
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Subjects")
    menu_name = "subjects"
    menu_order = 240
    add_to_admin_menu = True
    list_display = ["title", "slug", "description"]


register_snippet(SubjectViewSet)
register_snippet(FileViewSet)

list_facts.take_over()
hooks.register("before_bulk_action", publishing.publish_only_what_is_fit)
hooks.register("before_copy_page", publishing.copy_only_what_is_fit)
hooks.register("insert_editor_js", pasting.scripts)
hooks.register("before_bulk_action", authors.keep_all_named)
hooks.register("before_delete_page", authors.keep_named)
init_new_page.connect(authors.sign)


@hooks.register("register_admin_viewset")
def glossary() -> panel.GlossaryViewSet:
    return panel.GlossaryViewSet()


@hooks.register("register_page_header_buttons")
def access_in_header(
    page: Page, user: User, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    yield from access_button(page, user)


@hooks.register("register_page_listing_more_buttons")
def access_in_listing(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    yield from access_button(page, user)


def access_button(page: Page, user: User) -> Iterator[Button]:
    article = page.specific_deferred
    if isinstance(article, Article) and publishing.may_change_access(user, article):
        yield Button(
            _("Access: %s") % Access(article.access).label,
            reverse("change_access", args=[article.pk]),
            icon_name="lock" if article.access else "lock-open",
            priority=25,
        )


@hooks.register("register_log_actions")
def log_access(actions: LogActionRegistry) -> None:
    @actions.register_action("articles.change_access")
    class ChangeAccess(LogFormatter):
        label = gettext_lazy("Change access")

        def format_message(self, log_entry: Any) -> str:
            before, after = (Access[log_entry.data[key]].label for key in ("before", "after"))
            return _("Access changed from «%(before)s» to «%(after)s»") % {
                "before": before,
                "after": after,
            }


class TreeMenuItem(MenuItem):
    """A menu item that opens one part of the page tree."""

    def __init__(self, model: type[Page], ordering: str, **kwargs: Any) -> None:
        super().__init__(url="", **kwargs)
        self.model, self.ordering = model, ordering

    def is_shown(self, request: HttpRequest) -> bool:
        root = self.model.objects.first()
        if root is None:
            return False
        self.url = reverse("wagtailadmin_explore", args=[root.pk]) + f"?ordering={self.ordering}"
        return bool(root.permissions_for_user(request.user).can_add_subpage())


@hooks.register("register_admin_menu_item")
def authors_menu() -> MenuItem:
    return TreeMenuItem(
        AuthorIndex,
        "title",
        label=gettext_lazy("Authors"),
        name="authors",
        icon_name="group",
        order=120,
    )


@hooks.register("register_admin_menu_item")
def own_page_menu() -> MenuItem:
    return authors.OwnPageMenuItem(
        gettext_lazy("My author page"), "", name="own-author", icon_name="user", order=125
    )


@hooks.register("construct_main_menu")
@hooks.register("construct_help_menu")
@hooks.register("construct_reports_menu")
def leave_out(request: HttpRequest, items: list[MenuItem]) -> None:
    """Remove items that editors here don't need. The portal has no documents, and Wagtail's news
    and guide are in English on another host."""
    items[:] = [item for item in items if not item.name.startswith(LEFT_OUT)]


@hooks.register("register_icons")
def icons(found: list[str]) -> list[str]:
    return [*found, "wagtailadmin/icons/formula.svg"]


@hooks.register("insert_global_admin_css")
def panel_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/panel.css"))


@hooks.register("construct_page_chooser_queryset")
def choose_among_known(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    return list_facts.with_states(known(pages, request.user))


def chooser(
    self: Any, name: str, value: Any, attrs: dict[str, str], renderer: object = None
) -> SafeString:
    """Replaces Wagtail's `render`, which ends in an inline script. See static/js/panel-start.js."""
    value_data = self.get_value_data(value)
    options = self.get_js_init_options(attrs["id"], name, value_data)
    start = {
        "name": self.js_constructor,
        "target": attrs["id"],
        "options": json.dumps(options),
    }
    html: SafeString = self.render_html(name, value_data, attrs)
    return html + render_to_string("wagtailadmin/shared/start.html", start)


BaseChooser.render = chooser
AdminTaskChooser.js_constructor = "createTaskChooser"

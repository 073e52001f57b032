"""The publishing sheet, corrections and reviews in the panel."""

from collections.abc import Iterator
from typing import Any

from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page

from accounts.models import User
from articles.models import Article
from desk import publishing_sheet as sheet
from desk.action_menu import one_button
from desk.admin.bulk_publishing import BulkPublishing
from desk.corrections import corrections, keep_corrections, may_correct

SCRIPTS = ("panel-publishing-sheet", "panel-publishing-time", "panel-publishing-jump")

hooks.register("construct_page_action_menu", one_button)
hooks.register("before_convert_alias_page", keep_corrections)
hooks.register("register_bulk_action", BulkPublishing, order=1)  # after Wagtail's own


@hooks.register("register_admin_urls")
def sheet_urls() -> list[URLPattern]:
    new = "ny/<slug:content_type_app_name>/<slug:content_type_model_name>/<int:parent_page_id>/"
    return [
        path("artikler/<int:pk>/rettelser/", corrections, name="corrections"),
        path("publisering/tid/", sheet.moment, name="publishing_moment"),
        path(f"publisering/{new}", sheet.SheetOnCreate.as_view(), name="publishing_sheet_of_new"),
        path("publisering/<int:page_id>/", sheet.SheetOnEdit.as_view(), name="publishing_sheet"),
    ]


@hooks.register("insert_editor_js")
def sheet_scripts() -> SafeString:
    return format_html_join(
        "\n",
        '<script type="module" src="{}"></script>',
        ((static(f"js/{name}.js"),) for name in SCRIPTS),
    )


@hooks.register("insert_global_admin_css")
def sheet_css() -> SafeString:
    return format_html(
        '<link rel="stylesheet" href="{}">', static("css/panel-publishing-sheet.css")
    )


@hooks.register("register_page_header_buttons")
def corrections_in_header(
    page: Page, user: User, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    article = page.specific_deferred
    if isinstance(article, Article) and may_correct(user, article):
        url = reverse("corrections", args=[article.pk])
        yield Button(_("Corrections and review"), url, icon_name="history", priority=26)


@hooks.register("register_log_actions")
def log_corrections(actions: LogActionRegistry) -> None:
    @actions.register_action("articles.correct")
    class Correct(LogFormatter):
        label = gettext_lazy("Correct")

        def format_message(self, log_entry: Any) -> str:
            return _("Corrections or review changed")

"""The sound of articles in the panel: a page for each article, and the list of pronunciations."""

from collections.abc import Iterator

from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from accounts.models import User
from articles.models import Article
from narration.admin import views
from narration.models import Pronunciation, WordReport


@hooks.register("register_admin_urls")
def sound_urls() -> list[URLPattern]:
    return [
        path("artikler/<int:pk>/lyd/", views.sound, name="narration_sound"),
        path(
            "artikler/<int:pk>/lyd/<int:recording>.mp3",
            views.recording,
            name="narration_recording",
        ),
        path("uttaler/<int:pk>.mp3", views.pronounced, name="narration_pronounced"),
    ]


@hooks.register("register_page_header_buttons")
def sound_in_header(
    page: Page, user: User, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    if (
        isinstance(page.specific_deferred, Article)
        and page.permissions_for_user(user).can_publish()
    ):
        url = reverse("narration_sound", args=[page.pk])
        yield Button(_("Sound"), url, icon_name="media", priority=26)


class HearColumn(Column):
    """A player for each word."""

    def get_value(self, instance: Pronunciation) -> SafeString:
        url = reverse("narration_pronounced", args=[instance.pk])
        return format_html(
            '<audio src="{}" controls preload="none" aria-label="{}"></audio>',
            url,
            _("Hear «%s»") % instance.written,
        )


class PronunciationViewSet(SnippetViewSet):
    model = Pronunciation
    icon = "openquote"
    menu_label = gettext_lazy("Pronunciations")
    list_display = ["written", "spoken", HearColumn("hear", label=gettext_lazy("Hear"))]
    search_fields = ["written", "spoken"]
    inspect_view_enabled = False


class WordReportViewSet(SnippetViewSet):
    model = WordReport
    icon = "comment"
    menu_label = gettext_lazy("Reported words")
    list_display = ["word", "page", "times", "reported_at"]


class NarrationGroup(SnippetViewSetGroup):
    items = (PronunciationViewSet, WordReportViewSet)
    menu_label = gettext_lazy("Narration")
    menu_icon = "media"
    menu_order = 410


register_snippet(NarrationGroup)

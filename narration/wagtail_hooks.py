"""The sound of articles in the panel: a page for each article, and the list of pronunciations."""

from collections.abc import Collection, Iterator

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from accounts.models import User
from articles.models import Article
from articles.models.rights import edits_all
from desk.cares import Care, carer
from desk.columns import Cell, column
from narration.admin import views
from narration.models import Narration, Pronunciation, Recording, WordReport
from narration.models.narrations import State


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

    def get_queryset(self, request: HttpRequest) -> "QuerySet[WordReport]":
        return WordReport.objects.select_related("page")


class NarrationGroup(SnippetViewSetGroup):
    items = (PronunciationViewSet, WordReportViewSet)
    menu_label = gettext_lazy("Narration")
    menu_icon = "media"
    menu_name = "narration"
    menu_order = 410


register_snippet(NarrationGroup)


TONES = {State.READY: "good", State.FAILED: "bad", State.QUEUED: "waits", State.MAKING: "waits"}
#: How many failed recordings the start page names.
NAMED = 3


@column(gettext_lazy("Recording"), order=40)
def recordings(keys: Collection[int]) -> dict[int, Cell]:
    """An editor's own recording, or how far the worker has come with its own."""
    made = Narration.objects.filter(page__in=keys).values_list("page", "state")
    found = {
        pk: Cell(
            str(State(state).label), reverse("narration_sound", args=[pk]), TONES[State(state)]
        )
        for pk, state in made
    }
    own = Recording.objects.uploaded().filter(page__in=keys).values_list("page", flat=True)
    for pk in set(own):
        url = reverse("narration_sound", args=[pk])
        found[pk] = Cell(_("Own recording"), url, "good")
    return found


@carer
def failed_recordings(request: HttpRequest) -> Iterator[Care]:
    if not edits_all(request.user):
        return
    failed = Narration.objects.filter(state=State.FAILED, page__live=True)
    rows = list(failed.order_by("-changed_at").values_list("page", "page__title"))
    for pk, title in rows[:NAMED]:
        text = _("The recording of «%s» failed") % title
        yield Care(text, reverse("narration_sound", args=[pk]), order=20)
    if (more := len(rows) - NAMED) > 0:
        text = ngettext("%s more recording failed", "%s more recordings failed", more)
        yield Care(text % more, reverse("article_list"), order=21)

"""Letters in the panel."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from accounts.models import User
from articles.wagtail_hooks import TreeMenuItem
from desk.outgoing import Outgoing, sender
from newsletter.admin import views
from newsletter.models import Letter, LetterIndex, Sending


@hooks.register("register_admin_urls")
def letter_urls() -> list[URLPattern]:
    return [
        path("brev/<int:pk>/send/", views.send, name="letter_send"),
        path("brev/<int:pk>/prove/", views.send_test, name="letter_test"),
        path("brev/sendt/", views.sendings, name="letter_sendings"),
        path("brev/sendt/<int:pk>/", views.sending, name="letter_sending"),
        path("brev/varsel/<int:pk>/stopp/", views.silence, name="announcement_silence"),
    ]


@hooks.register("register_page_header_buttons")
def send_in_header(
    page: Page, user: User, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    letter = page.specific_deferred
    if isinstance(letter, Letter) and letter.pk and letter.may_be_sent_by(user):
        url = reverse("letter_send", args=[letter.pk])
        yield Button(_("Send by mail"), url, icon_name="mail", priority=24)


@hooks.register("register_page_listing_buttons")
def send_in_list(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    return send_in_header(page, user, "list")


@hooks.register("after_publish_page")
def offer_to_send(request: HttpRequest, page: Page) -> None:
    """A letter that is published is in the archive only: the next step lies in a menu."""
    if isinstance(page, Letter) and page.may_be_sent_by(cast(User, request.user)):
        url = reverse("letter_send", args=[page.pk])
        messages.info(
            request,
            _("The letter is in the archive. Nobody has got it by e-mail yet."),
            buttons=[messages.button(url, _("Send by mail"))],
        )


@hooks.register("register_admin_menu_item")
def letters_menu() -> MenuItem:
    return TreeMenuItem(
        LetterIndex,
        "-latest_revision_created_at",
        label=gettext_lazy("Letters"),
        name="letters",
        icon_name="mail",
        order=130,
    )


class SentLettersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("newsletter.send_letter"))


@hooks.register("register_reports_menu_item")
def sent_letters() -> MenuItem:
    return SentLettersItem(
        gettext_lazy("Sent letters and notices"),
        reverse("letter_sendings"),
        name="sent-letters",
        icon_name="mail",
        order=800,
    )


@sender
def letters_going_out(request: HttpRequest, until: datetime) -> Iterator[Outgoing]:
    if not request.user.has_perm("newsletter.send_letter"):
        return
    rows = Sending.objects.going().filter(starts_at__gt=timezone.now(), starts_at__lt=until)
    for sending in rows.select_related("letter"):
        url = reverse("letter_sending", args=[sending.pk])
        yield Outgoing(sending.starts_at, sending.letter.title, _("Letter by e-mail"), url)

"""Sending letters, in the panel: the order, its figures, and the button that stops it. New articles
that followers are about to hear of, too.
"""

from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import require_admin_access

from accounts.models import User
from articles.admin.publishing import faults_of_draft
from articles.models import Article
from mail.making import Planned, plan
from mail.models import Priority
from newsletter.admin.forms import SendForm
from newsletter.figures import arrivals_of, figures_of, state_of
from newsletter.models import Announcement, Letter, Sending, SendingError, audience
from newsletter.models.sendings import TOO_LATE
from newsletter.things import Thing


def allowed(request: HttpRequest, pk: int) -> Letter:
    """Raises Http404, and PermissionDenied for staff who may not send the letter."""
    letter = get_object_or_404(Letter, pk=pk)
    if not letter.may_be_sent_by(cast(User, request.user)):
        raise PermissionDenied
    return letter


@require_admin_access
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom and when. Then the number of recipients, and the button that sends."""
    letter, user = allowed(request, pk), cast(User, request.user)
    form = SendForm(request.POST or None)
    is_chosen = request.method == "POST" and form.is_valid()
    if is_chosen and request.POST.get("do") == "send":
        try:
            sending = order(letter, user, form.thing, form.cleaned_data["starts_at"])
            return redirect("letter_sending", sending.pk)
        except SendingError as error:
            form.add_error(None, error)
            is_chosen = False
    context: dict[str, Any] = {
        "letter": letter,
        "form": form,
        "recipients": audience(form.thing).count() if is_chosen else None,
        "header_title": _("Send «%s»") % letter.get_admin_display_title(),
        "edit_url": reverse("wagtailadmin_pages:edit", args=[letter.pk]),
        "draft_url": reverse("wagtailadmin_pages:view_draft", args=[letter.pk]),
        "sendings": letter.sendings.order_by("-starts_at"),
    }
    return render(request, "wagtailadmin/newsletter/send.html", context)


def order(letter: Letter, user: User, thing: Thing, starts_at: datetime | None) -> Sending:
    """Order a sending, and publish a letter that isn't published yet when its first sending begins.

    Raises SendingError, also for a draft that can't be published as it stands.
    """
    with transaction.atomic():
        sending = Sending.order(letter, thing, user, starts_at or timezone.now())
        if not letter.live:
            if faults_of_draft(letter.get_latest_revision_as_object()):
                raise SendingError(
                    _("The draft can't be published as it stands. Open it, and press «Publish».")
                )
            moment = first_start(letter, starts_at) if starts_at else None
            plan_publishing(letter, user, moment)
    return sending


def first_start(letter: Letter, starts_at: datetime) -> datetime:
    """When the first of the letter's sendings begins, or an earlier time that it is planned for."""
    ahead = letter.sendings.going().filter(starts_at__gt=timezone.now())  # type: ignore[attr-defined]
    plan = letter.scheduled_revision
    known = [plan.approved_go_live_at] if plan else []
    return min([starts_at, *known, *ahead.values_list("starts_at", flat=True)])


def plan_publishing(letter: Letter, user: User, moment: datetime | None) -> None:
    """Publish the draft at `moment`; None for now. Nothing is done if just that is planned."""
    plan = letter.scheduled_revision
    if plan and (plan.pk, plan.approved_go_live_at) == (letter.latest_revision_id, moment):
        return
    draft = letter.get_latest_revision_as_object()
    draft.go_live_at = moment
    draft.save_revision(user=user, log_action=True).publish(user=user)


@require_admin_access
@require_POST
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft, by mail, to the one who asks."""
    letter, user = allowed(request, pk), cast(User, request.user)
    arguments = {"letter": letter.pk, "user": user.pk}
    mail = Planned(user.email, f"brev-prove-{uuid4()}", arguments, letter.title)
    plan("letter_test", [mail], priority=Priority.NOTICE)
    messages.success(request, _("A test is on its way to %s.") % user.email)
    return redirect("letter_send", letter.pk)


@require_admin_access
@require_safe
def sendings(request: HttpRequest) -> HttpResponse:
    """The new articles that are about to be told of. All sendings, the newest first."""
    if not request.user.has_perm("newsletter.send_letter"):
        raise PermissionDenied
    found = Sending.objects.select_related("letter").defer("letter__body").order_by("-starts_at")
    page = Paginator(found, 50).get_page(request.GET.get("p"))
    figures = figures_of(list(page))
    rows = [(each, figures[each.pk], state_of(each, figures[each.pk])) for each in page]
    waiting = Announcement.objects.waiting().filter(article__in=Article.objects.for_readers())  # type: ignore[attr-defined]
    context = {
        "rows": rows,
        "page": page,
        "waiting": waiting.select_related("article").defer("article__body"),
        "header_title": _("Sent letters and notices"),
    }
    return render(request, "wagtailadmin/newsletter/sendings.html", context)


@require_admin_access
@require_POST
def silence(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the notice of a new article. It is too late once its mails are planned."""
    if not request.user.has_perm("newsletter.send_letter"):
        raise PermissionDenied
    waiting = Announcement.objects.waiting().filter(pk=pk)  # type: ignore[attr-defined]
    if waiting.update(is_silent=True):
        messages.success(request, _("The notice is stopped."))
    else:
        messages.error(request, _("It was too late: the mails are on their way."))
    return redirect("letter_sendings")


@require_admin_access
def sending(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of one sending, and the button that stops it."""
    sending = get_object_or_404(Sending.objects.select_related("letter", "ordered_by"), pk=pk)
    if not sending.letter.may_be_sent_by(cast(User, request.user)):
        raise PermissionDenied
    if request.method == "POST":
        held = sending.stop()
        if held is None:
            messages.error(request, _("It was too late: all the mails have left."))
        else:
            text = ngettext(
                "Stopped. %d mail was held back.", "Stopped. %d mails were held back.", held
            )
            messages.success(request, text % held)
        return redirect("letter_sending", sending.pk)
    figures = figures_of([sending])[sending.pk]
    arrivals = arrivals_of(sending)
    context = {
        "sending": sending,
        "figures": figures,
        "state": state_of(sending, figures),
        "why_stopped": TOO_LATE if sending.was_too_late else "",
        "is_going": not sending.stopped_at and (not sending.planned_at or figures.waiting),
        "arrivals": arrivals,
        "arrived": sum(count for _path, count in arrivals),
        "header_title": sending.letter.title,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[sending.letter_id]),
    }
    return render(request, "wagtailadmin/newsletter/sending.html", context)

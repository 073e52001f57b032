"""What is stored about the member: view, download, delete."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.forms import LeaveForm
from accounts.models import Consent, State, User
from accounts.own_data import told_of
from accounts.post_only import post_only
from accounts.security_log import record
from mail.outbox import send


@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    return show(request, LeaveForm())


def show(request: HttpRequest, form: LeaveForm) -> HttpResponse:
    user = cast(User, request.user)
    consents = Consent.objects.filter(user=user).order_by("-given_at")
    context = {"consents": consents, "form": form, "regret": User.REGRET}
    return render(request, "accounts/own_data.html", context)


@never_cache
def download(request: HttpRequest, format: str) -> HttpResponse:
    """Download everything, as JSON for programs or HTML for people."""
    if is_reauthentication_required(request, app=""):
        # Go back to the page: a download would leave the member at the form that asked them.
        ways = get_adapter().get_reauthentication_methods(request.user)
        if not ways:
            raise PermissionDenied
        return redirect_to_login(reverse("accounts:own_data"), ways[0]["url"])
    record("own_data_taken", request.user)
    sections = told_of(cast(User, request.user))
    name = f"mine-data-{timezone.localdate()}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if format == "json":
        told = {section.key: section.rows for section in sections}
        how = {"ensure_ascii": False, "indent": 1}
        return JsonResponse(told, DjangoJSONEncoder, json_dumps_params=how, headers=headers)
    if format != "html":
        raise Http404
    response = render(request, "accounts/own_data_file.html", {"sections": sections})
    response.headers["Content-Disposition"] = headers["Content-Disposition"]
    return response


@post_only("accounts:own_data")
@reauthentication_required
def leave(request: HttpRequest) -> HttpResponse:
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return show(request, form)
    user = cast(User, request.user)
    if user.leave():
        send("accounts/email/leaving", user.email, {"leaves_at": user.leaves_at})
    return redirect("accounts:overview")


@post_only("accounts:overview")
def stay(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if user.state == State.LEAVING and user.stay():
        messages.success(request, _("You stay, and everything is as before."))
    return redirect("accounts:overview")

"""The ways in: the door, the typed code, the terms."""

from urllib.parse import urlencode, urlsplit

from allauth.account import views as allauth
from allauth.account.stages import LoginStageController
from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.forms import TermsForm
from accounts.same_origin import same_origin
from accounts.stages import TermsStage

DOOR = "account_request_login_code"
ask_for_code = allauth.RequestLoginCodeView.as_view(template_name="accounts/door.html")
join = allauth.RequestLoginCodeView.as_view(
    template_name="accounts/door.html", extra_context={"is_joining": True}
)
type_code = allauth.ConfirmLoginCodeView.as_view(template_name="accounts/code.html")


@same_origin
@login_not_required
def door(request: HttpRequest, is_joining: bool = False) -> HttpResponse:
    """The one field where everybody comes in. What the gate sends comes here, too."""
    if request.method == "POST" or "ny" in request.GET:
        # A code asked for before is void: the address may have been mistyped.
        request.session.pop("account_login", None)
    return keeping_next(request, (join if is_joining else ask_for_code)(request))


@same_origin
@login_not_required
def code(request: HttpRequest) -> HttpResponse:
    """The code they were sent. Typed wrong three times, or ten minutes old, it is void."""
    response = type_code(request)
    if isinstance(response, HttpResponseRedirect) and urlsplit(
        response["Location"]
    ).path == reverse(DOOR):
        list(messages.get_messages(request))  # the door says it better
        response["Location"] += "?kode=ugyldig"
    return keeping_next(request, response)


def keeping_next(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """allauth forgets where somebody was going when it leads from one of these pages to another."""
    wanted = get_next_redirect_url(request)
    if isinstance(response, HttpResponseRedirect) and wanted:
        address = urlsplit(response["Location"])
        ours = {reverse(DOOR), reverse("account_confirm_login_code"), reverse("accounts:terms")}
        if address.path in ours and "next=" not in address.query:
            query = "&".join(filter(None, [address.query, urlencode({"next": wanted})]))
            response["Location"] = address._replace(query=query).geturl()
    return response


@same_origin
@login_not_required
@never_cache
def terms(request: HttpRequest) -> HttpResponse:
    """What a new member agrees to, when they have shown who they are and before they are in."""
    stage = LoginStageController.enter(request, TermsStage.key)
    if stage is None:
        return keeping_next(request, redirect(DOOR))
    form = TermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.keep(stage.login.user, source=stage.login.redirect_url or request.path)
        response: HttpResponse = stage.exit()
        return response
    context = {"form": form, "redirect_field_value": stage.login.redirect_url}
    return render(request, "accounts/terms.html", context)


@login_not_required
def panel_login(request: HttpRequest) -> HttpResponse:
    """The panel's own log-in addresses, which lead to the one door.

    Raises PermissionDenied for who is logged in already: the panel sends them here when they
    may not enter it, and the door would send them back.
    """
    if request.user.is_authenticated:
        # The panel has left a message in English, which the account's pages would show later.
        list(messages.get_messages(request))
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", reverse("wagtailadmin_home")))

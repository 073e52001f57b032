"""The ways in: the door, the typed code, the password, the terms."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account import views as allauth
from allauth.account.stages import LoginStageController
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import consume, respond_429
from allauth.mfa.webauthn import views as passkeys
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.views.decorators.cache import never_cache

from accounts.forms import TermsForm
from accounts.same_origin import same_origin
from accounts.stages import PENDING, TermsStage

View = Callable[..., HttpResponse]
DOOR = "account_request_login_code"
#: Who asks for more codes than they are sent goes on with the last.
CODE_STILL_GOOD = reverse_lazy("account_confirm_login_code", query={"venter": 1})
ask_for_code = allauth.RequestLoginCodeView.as_view(template_name="accounts/door.html")
join = allauth.RequestLoginCodeView.as_view(
    template_name="accounts/door.html", extra_context={"is_joining": True}
)
type_code = allauth.ConfirmLoginCodeView.as_view(template_name="accounts/code.html")


def beside_code(view: View) -> View:
    """For another way in than the code that is waited for, to which allauth would lead. The code
    stays good until something new is begun; a log-in that waits at another stage is void."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_waiting = LoginStageController.enter(request, "login_by_code") is not None
        begun = request.session.pop(PENDING, None)
        try:
            return view(request, *args, **kwargs)
        finally:
            if is_waiting and not request.user.is_authenticated:
                request.session.setdefault(PENDING, begun)

    return wrapped


@same_origin
@login_not_required
def door(request: HttpRequest, is_joining: bool = False) -> HttpResponse:
    """The one field where everybody comes in. What the gate sends comes here, too."""
    view = join if is_joining else ask_for_code
    if request.method == "POST" or "ny" in request.GET:  # the address may have been mistyped
        view = beside_code(view)
    try:
        response = view(request)
    except ImmediateHttpResponse:
        if not was_sent_code(request, request.POST.get("email", "")):
            return respond_429(request)
        response = HttpResponseRedirect(CODE_STILL_GOOD)
    return keeping_next(request, response)


def was_sent_code(request: HttpRequest, email: str) -> bool:
    stage = LoginStageController.enter(request, "login_by_code")
    return stage is not None and stage.state.get("email") == email.strip().lower()


@login_not_required
def password(request: HttpRequest) -> HttpResponse:
    return keeping_next(request, beside_code(allauth.login)(request))


by_passkey = login_not_required(beside_code(passkeys.login_webauthn))


@same_origin
@login_not_required
def code(request: HttpRequest) -> HttpResponse:
    """The code they were sent. Typed wrong three times, or ten minutes old, it is void."""
    stage = LoginStageController.enter(request, "login_by_code")
    if stage is not None and not may_type(request, stage.login.user, stage.login.initiated_at):
        request.session.pop(PENDING, None)
    try:
        response = type_code(request)
    except ImmediateHttpResponse:  # too many codes
        return keeping_next(request, HttpResponseRedirect(CODE_STILL_GOOD))
    if isinstance(response, HttpResponseRedirect) and leads_to_door(response):
        list(messages.get_messages(request))  # the door says it better
        response["Location"] += "?kode=ugyldig"
    elif request.POST.get("action") == "resend" and isinstance(response, HttpResponseRedirect):
        response["Location"] = reverse("account_confirm_login_code") + "?sendt=1"
    return keeping_next(request, response)


def back_to_door(view: View) -> View:
    """For allauth's other pages of codes: used up or too old, they lead to the password page."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        response = view(request)
        is_lost = isinstance(response, HttpResponseRedirect) and (
            urlsplit(response["Location"]).path == reverse("account_login")
        )
        if is_lost and not request.user.is_authenticated:
            list(messages.get_messages(request))
            response["Location"] = reverse(DOOR) + "?kode=ugyldig"
        return keeping_next(request, response)

    return login_not_required(wrapped)


confirm_address = back_to_door(allauth.email_verification_sent)
confirm_reset = back_to_door(allauth.confirm_password_reset_code)


def may_type(request: HttpRequest, user: object, begun_at: float) -> bool:
    """Whether this log-in has a try left, and somebody to log in: they may have been deleted.

    allauth counts in the session, where guesses that are sent at once don't see each other.
    """
    is_guess = request.method == "POST" and request.POST.get("action") != "resend"
    key = f"{request.session.session_key} {begun_at}"
    return bool(user) and (not is_guess or consume(request, action="type_code", key=key))


def leads_to_door(response: HttpResponseRedirect) -> bool:
    return urlsplit(response["Location"]).path == reverse(DOOR)


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
    if stage is None or not stage.is_good():
        request.session.pop(PENDING, None)
        is_late = "?kode=ugyldig" if request.method == "POST" else ""
        return keeping_next(request, HttpResponseRedirect(reverse(DOOR) + is_late))
    # Who comes from another article than the log-in began at goes on there.
    wanted = get_next_redirect_url(request) or stage.login.redirect_url
    form = TermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.keep(stage.login.user, source=wanted or request.path)
        stage.login.redirect_url = wanted
        response: HttpResponse = stage.exit()
        return response
    context = {
        "form": form,
        "is_new": stage.login.user.last_login is None,
        "redirect_field_value": wanted,
    }
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

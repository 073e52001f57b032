"""Sign-in: the e-mail address, the typed code, the password, the passkey, the terms."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.account.stages import LoginStageController
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import consume, respond_429
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.events import terms_accepted
from accounts.forms import TermsForm
from accounts.models import User
from accounts.sign_in.limits import may_begin
from accounts.sign_in.same_origin import same_origin
from accounts.sign_in.stages import PENDING, TermsStage

View = Callable[..., HttpResponse]
SIGN_IN, CODE = "account_request_login_code", "account_confirm_login_code"
CONFIRM, RESET = "account_email_verification_sent", "account_confirm_password_reset_code"
ask_for_code = allauth.RequestLoginCodeView.as_view(template_name="accounts/sign_in.html")
join = allauth.RequestLoginCodeView.as_view(
    template_name="accounts/sign_in.html", extra_context={"is_joining": True}
)
type_code = allauth.ConfirmLoginCodeView.as_view(template_name="accounts/code.html")


def beside_code(view: View) -> View:
    """Let a view begin another log-in while a code is pending. allauth would lead to the code.

    The code stays valid until a new log-in begins. A log-in that waits at another stage is void.
    """

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
def sign_in(request: HttpRequest, is_joining: bool = False) -> HttpResponse:
    """The one field where everybody logs in and joins. The gate's form is sent here too."""
    view = join if is_joining else ask_for_code
    if request.method == "POST" or "ny" in request.GET:  # the address may have been mistyped
        view = beside_code(view)
    try:
        response = view(request)
    except ImmediateHttpResponse:
        if not was_sent_code(request, request.POST.get("email", "")):
            return respond_429(request)
        response = keep_last_code(request, CODE)
    return keeping_next(request, response)


def was_sent_code(request: HttpRequest, email: str) -> bool:
    stage = LoginStageController.enter(request, "login_by_code")
    return stage is not None and stage.state.get("email") == email.strip().lower()


@login_not_required
def password(request: HttpRequest) -> HttpResponse:
    return keeping_next(request, beside_code(allauth.login)(request))


@login_not_required
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Give a script a challenge, or check the credential that answers it.

    The script asks by sending the form without a credential. allauth gives the challenge to a GET,
    but the session keeps the challenge, and here a GET begins no session.
    """
    if request.method != "POST":
        return redirect_to(request, SIGN_IN, ny=1)
    if not may_begin(request):
        return respond_429(request)
    asks = get_adapter().is_ajax(request) and not request.POST.get("credential")
    response = beside_code(challenge if asks else passkeys.login_webauthn)(request)
    if leads_to(response, "account_login"):
        list(messages.get_messages(request))  # drops one about a code that nobody typed
        response = redirect_to(request, SIGN_IN, ny=1, passnokkel="ukjent")
    return keeping_next(request, response)


def challenge(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"request_options": begin_authentication()})


@same_origin
@login_not_required
def code(request: HttpRequest) -> HttpResponse:
    """The code that was mailed to them. It is void after three wrong tries or ten minutes."""
    stage = LoginStageController.enter(request, "login_by_code")
    process = LoginCodeVerificationProcess.resume(stage) if stage else None
    response = handle_code_entry(
        request, type_code, CODE, process, end=SIGN_IN, way_on=restart(request)
    )
    return keeping_next(request, response)


@same_origin
@login_not_required
def confirm_address(request: HttpRequest) -> HttpResponse:
    """The code for a new member who makes a passkey, or for a member's new address."""
    process = EmailVerificationProcess.resume(request)
    is_member = request.user.is_authenticated
    way_on = redirect_to(request, "account_email", kode="ute") if is_member else restart(request)
    view = allauth.email_verification_sent
    response = handle_code_entry(
        request, view, CONFIRM, process, end="account_login", way_on=way_on
    )
    return keeping_next(request, response)


@same_origin
@login_not_required
def confirm_reset(request: HttpRequest) -> HttpResponse:
    process = PasswordResetVerificationProcess.resume(request)
    way_on = redirect_to(request, "account_reset_password", kode="ute")
    view = allauth.confirm_password_reset_code
    response = handle_code_entry(request, view, RESET, process, end="account_login", way_on=way_on)
    return keeping_next(request, response)


def restart(request: HttpRequest) -> HttpResponse:
    return redirect_to(request, SIGN_IN, kode="ugyldig")


def handle_code_entry(
    request: HttpRequest,
    view: View,
    name: str,
    process: Any,
    *,
    end: str,
    way_on: HttpResponse | None,
) -> HttpResponse:
    """Show allauth's page `name`, where the reader types the code of `process`.

    A code has three tries, however many come at once. A request for another code gets an answer
    too. Where allauth leads to `end`, because the code is void, `way_on` is returned instead, if
    it isn't None.
    """
    wants_new = request.method == "POST" and request.POST.get("action") == "resend"
    if process and not may_type(request, process):
        process.abort()
    elif process and wants_new and not process.can_resend:
        return keep_last_code(request, name)
    try:
        response = view(request)
    except ImmediateHttpResponse:
        if not wants_new:
            raise
        return keep_last_code(request, name)
    if way_on and leads_to(response, end):
        list(messages.get_messages(request))  # the page of `way_on` says it better
        return way_on
    return (
        redirect_to(request, name, sendt=1) if wants_new and leads_to(response, name) else response
    )


def may_type(request: HttpRequest, process: Any) -> bool:
    """Whether a try is left.

    allauth counts in the session, where guesses that are sent at once don't see each other.
    """
    is_guess = request.method == "POST" and "code" in request.POST
    key = f"{request.session.session_key} {process.state['at']}"
    return not is_guess or consume(request, action="type_code", key=key)


def keep_last_code(request: HttpRequest, name: str) -> HttpResponse:
    """A reader who asks for more codes than the limits allow goes on with the last one."""
    return redirect_to(request, name, venter=1)


def redirect_to(request: HttpRequest, name: str, **query: str | int) -> HttpResponse:
    url = passthrough_next_redirect_url(request, reverse(name, query=query), "next")
    return HttpResponseRedirect(url)


def leads_to(response: HttpResponse, name: str) -> bool:
    return isinstance(response, HttpResponseRedirect) and (
        urlsplit(response["Location"]).path == reverse(name)
    )


def keeping_next(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep `next`, which allauth drops when it leads from one of these pages to another."""
    wanted = get_next_redirect_url(request)
    if isinstance(response, HttpResponseRedirect) and wanted:
        address = urlsplit(response["Location"])
        ours = {reverse(SIGN_IN), reverse(CODE), reverse("accounts:terms")}
        if address.path in ours and "next=" not in address.query:
            query = "&".join(filter(None, [address.query, urlencode({"next": wanted})]))
            response["Location"] = address._replace(query=query).geturl()
    return response


@same_origin
@login_not_required
@never_cache
def terms(request: HttpRequest) -> HttpResponse:
    """What a member agrees to after they have shown who they are, and before they are logged in."""
    stage = LoginStageController.enter(request, TermsStage.key)
    if stage is None:
        request.session.pop(PENDING, None)
        return restart(request) if request.method == "POST" else redirect_to(request, SIGN_IN)
    # A reader who now comes from another article than the log-in began at goes on to that one.
    wanted = get_next_redirect_url(request) or stage.login.redirect_url
    form = TermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, source = stage.login.user, wanted or request.path
        form.keep(user, source=source)
        is_new = user.last_login is None
        terms_accepted.send(User, request=request, user=user, is_new=is_new, source=source)
        stage.login.redirect_url = wanted
        response: HttpResponse = stage.exit()
        return response
    context = {
        "form": form,
        "is_new": stage.login.user.last_login is None,
        "email": stage.login.user.email,
        "redirect_field_value": wanted,
    }
    return render(request, "accounts/terms.html", context)


@login_not_required
def panel_login(request: HttpRequest) -> HttpResponse:
    """The panel's own log-in URLs, which lead to ours.

    Raises PermissionDenied for a user who is logged in already. The panel sends users here when
    they may not enter it, and the log-in would send them back.
    """
    if request.user.is_authenticated:
        # The panel has stored a message in English, which the account's pages would show later.
        list(messages.get_messages(request))
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", reverse("wagtailadmin_home")))

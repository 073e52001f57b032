"""Reauthentication: a member who logged in a while ago shows that it is still them."""

from typing import Any, cast

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthenticate_by_code import (
    ConfirmReauthenticationCodeProcess,
)
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.webauthn import views as passkeys
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.sign_in.same_origin import same_origin
from accounts.views.sign_in import handle_code_entry, keep_last_code, leads_to, redirect_to

ASK, TYPE = "account_request_reauthentication_code", "account_confirm_reauthentication_code"
send_code = allauth.RequestReauthenticationCodeView.as_view(template_name="accounts/identity.html")
pending = ConfirmReauthenticationCodeProcess.resume


class TypeCodeView(allauth.ConfirmReauthenticationCodeView):
    template_name = "accounts/identity_code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ways = ways_of(self.request)
        return super().get_context_data(**kwargs, has_another_way=len(ways) > 1)


type_code = TypeCodeView.as_view()


def ways_of(request: HttpRequest) -> list[str]:
    methods = get_adapter().get_reauthentication_methods(cast(User, request.user))
    return [method["id"] for method in methods]


def ask_for_code(request: HttpRequest) -> HttpResponse:
    try:
        return send_code(request)
    except ImmediateHttpResponse:  # too many codes
        if not pending(request):
            raise
        return keep_last_code(request, TYPE)


@same_origin
def code(request: HttpRequest) -> HttpResponse:
    """The code that was mailed to them. It is void after three wrong tries or ten minutes."""
    process = pending(request)
    if process and "reauthenticate_by_code" not in ways_of(request):
        process.abort()  # a second factor was added after the code was sent
    if not process and did_recently_reauthenticate(request):
        # The right code was sent twice: by the script at its last digit, and by the button.
        return redirect(get_next_redirect_url(request) or "accounts:overview")
    way_on = redirect_to(request, ASK, kode="ute") if request.method == "POST" else None
    return handle_code_entry(request, type_code, TYPE, process, end=ASK, way_on=way_on)


def by_passkey(request: HttpRequest) -> HttpResponse:
    response = passkeys.reauthenticate_webauthn(request)
    if leads_to(response, "account_login"):
        list(messages.get_messages(request))  # drops one about a code that nobody typed
        response = redirect_to(request, "mfa_reauthenticate_webauthn", passnokkel="ukjent")
    return response

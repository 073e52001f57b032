"""Who has been logged in for a while shows that it is still them, by a code that they are sent."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthenticate_by_code import (
    ConfirmReauthenticationCodeProcess,
)
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.same_origin import same_origin
from accounts.views.door import may_type

ASK, TYPE = "account_request_reauthentication_code", "account_confirm_reauthentication_code"
send_code = allauth.RequestReauthenticationCodeView.as_view(template_name="accounts/identity.html")
pending = ConfirmReauthenticationCodeProcess.resume


class TypeCodeView(allauth.ConfirmReauthenticationCodeView):
    template_name = "accounts/identity_code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ways = get_adapter().get_reauthentication_methods(self.request.user)
        return super().get_context_data(**kwargs, has_another_way=len(ways) > 1)


type_code = TypeCodeView.as_view()


def ask_for_code(request: HttpRequest) -> HttpResponse:
    try:
        return send_code(request)
    except ImmediateHttpResponse:  # too many codes
        if not pending(request):
            raise
        return to(request, TYPE, venter=1)


@same_origin
def code(request: HttpRequest) -> HttpResponse:
    """The code they were sent. Typed wrong three times, or ten minutes old, it is void."""
    process = pending(request)
    if process and not may_type(request, process.user, process.state["at"]):
        process.abort()
    try:
        response = type_code(request)
    except ImmediateHttpResponse:
        return to(request, TYPE, venter=1)
    if not isinstance(response, HttpResponseRedirect) or request.method != "POST":
        return response
    led = urlsplit(response["Location"]).path
    if led == reverse(ASK):
        list(messages.get_messages(request))  # that page says it better
        return to(request, ASK, kode="ugyldig")
    return to(request, TYPE, sendt=1) if led == reverse(TYPE) else response


def to(request: HttpRequest, name: str, **query: str | int) -> HttpResponseRedirect:
    url = passthrough_next_redirect_url(request, reverse(name, query=query), "next")
    return HttpResponseRedirect(url)

"""The member's own pages."""

from typing import Any, cast

from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import EmailView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import activate_totp as allauth_activate_totp
from allauth.mfa.webauthn.views import ListWebAuthnView
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.views import ConnectionsView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.forms import AddPasskeyForm, NameForm
from accounts.models import State, User
from accounts.post_only import post_only
from accounts.security_log import record
from accounts.sign_in.same_origin import same_origin
from accounts.sign_in.second_factor import (
    PASSKEY,
    TOTP,
    has,
    needs_second_factor,
    way_to_second_factor,
)
from mail.models import AddressState, Reason

sessions = never_cache(ListUserSessionsView.as_view(template_name="accounts/sessions.html"))
passkeys = never_cache(
    ListWebAuthnView.as_view(
        template_name="accounts/passkeys.html", extra_context={"most": AddPasskeyForm.MOST}
    )
)
connections = never_cache(ConnectionsView.as_view(template_name="accounts/connections.html"))
# The QR code is an image in the page itself.
activate_totp = csp_update({"img-src": ["data:"]})(allauth_activate_totp)


class AddressView(EmailView):
    """allauth's view, which itself doesn't show a new address that waits for its code."""

    template_name = "accounts/address.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = EmailVerificationProcess.resume(self.request)
        return super().get_context_data(**kwargs, waiting=waiting)


address = AddressView.as_view()


@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """The member's own page: the name, and links to everything else."""
    user = cast(User, request.user)
    form = NameForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        User.objects.filter(pk=user.pk).update(name=form.cleaned_data["name"])
        messages.success(request, _("Your name is saved."))
        return redirect("accounts:overview")
    context = {
        "form": form,
        "offers_passkey": user.state != State.LEAVING and not has(user, PASSKEY),
        "needs_second_factor": needs_second_factor(request),
        "address_state": AddressState.of(user.email),
    }
    return render(request, "accounts/overview.html", context)


@post_only("accounts:overview")
def address_works(request: HttpRequest) -> HttpResponse:
    """The member says that their address works again, or that they want our mail after all."""
    email = cast(User, request.user).email
    state = AddressState.of(email)
    AddressState.start_again(email)
    if state and state.reason == Reason.COMPLAINED:  # which has ended all that they followed
        messages.success(request, _("Good. Choose again what you want to hear of."))
    else:
        messages.success(request, _("Good. We write to your address again."))
    return redirect("accounts:overview")


@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """Every way that the member can log in, and where they are logged in."""
    user = cast(User, request.user)
    passkeys = Authenticator.objects.filter(user=user, type=PASSKEY)
    return render(
        request,
        "accounts/security.html",
        {
            "passkeys": passkeys.count(),
            "has_totp": has(user, TOTP),
            "providers": get_adapter().list_providers(request),
            "connections": SocialAccount.objects.filter(user=user).count(),
            "sessions": len(UserSession.objects.purge_and_list(user)),
        },
    )


@post_only("usersessions_list")
def log_out_everywhere(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    user.end_sessions()
    record("logged_out_everywhere", user)
    logout(request)
    return redirect("/")


@same_origin
@post_only("accounts:overview")
def no_passkey(request: HttpRequest) -> HttpResponse:
    """Offer no passkey again in this session. The response is empty."""
    request.session.pop("offers_passkey", None)
    return HttpResponse(status=204)


@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Tell a member of the staff why the panel is closed, and how they open it."""
    if not needs_second_factor(request):
        return redirect("accounts:overview")
    if way := way_to_second_factor(cast(User, request.user)):
        return redirect_to_login(get_next_redirect_url(request) or "/admin/", way)
    return render(request, "accounts/second_factor.html")

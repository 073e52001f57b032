"""The stages between the proof of identity and the end of a log-in.

A log-in goes through those that apply to it: allauth's own, and one of ours for the terms.
"""

from typing import cast

from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Consent
from accounts.sign_in.second_factor import wants_second_factor

#: The session's key where allauth keeps a log-in that waits at a stage.
PENDING = "account_login"
Handled = tuple[HttpResponse | None, bool]


class SecondFactorStage(AuthenticateStage):
    """allauth's stage, only for users who need a second factor.

    For other members a passkey is an easier way to log in, not one more hurdle. allauth would also
    ask for it after a typed code, when the passkey may not be at hand.
    """

    def handle(self) -> Handled:
        if not wants_second_factor(self.login.user):
            return None, True
        return cast(Handled, super().handle())


class TermsStage(LoginStage):
    """A member accepts the terms when they join and when these change. The staff need not."""

    key = "terms"
    urlname = "accounts:terms"

    def handle(self) -> Handled:
        user = self.login.user
        # An earlier stage may have proven the address, and so raised the session epoch.
        user.refresh_from_db(fields=["password", "session_epoch"])
        if user.may_enter_panel or Consent.objects.to_present_terms().filter(user=user).exists():
            return None, True
        return redirect(self.urlname), True


def pending_stage(request: HttpRequest) -> str:
    """The key of the stage where the session's log-in waits; "" if none does."""
    if request.user.is_authenticated or PENDING not in request.session:
        return ""
    for key in ("login_by_code", "verify_email", TermsStage.key):
        if LoginStageController.enter(request, key):
            return key
    return ""

"""What stands between the proof of who somebody is and their being logged in.

allauth's own stages, of which a log-in goes through those that concern it, and one of ours.
"""

from typing import cast

from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Consent
from accounts.sign_in.second_factor import wants_second_factor

#: Where allauth keeps, in the session, a log-in that waits at a stage.
PENDING = "account_login"
Handled = tuple[HttpResponse | None, bool]


class SecondFactorStage(AuthenticateStage):
    """allauth's, but a member's passkey is an easier way in, not one more hurdle.

    It would otherwise be asked for after a typed code too, where the passkey may not be at hand.
    """

    def handle(self) -> Handled:
        if not wants_second_factor(self.login.user):
            return None, True
        return cast(Handled, super().handle())


class TermsStage(LoginStage):
    """A new member accepts the terms, and everybody does again when they change."""

    key = "terms"
    urlname = "accounts:terms"

    def handle(self) -> Handled:
        user = self.login.user
        # The proof of the address, on the way here, may have ended what came before it.
        user.refresh_from_db(fields=["password", "session_epoch"])
        if user.may_enter_panel or Consent.objects.to_present_terms().filter(user=user).exists():
            return None, True
        return redirect(self.urlname), True


def pending_stage(request: HttpRequest) -> str:
    """The key of the stage where somebody's log-in waits for them, or nothing."""
    if request.user.is_authenticated or PENDING not in request.session:
        return ""
    for key in ("login_by_code", "verify_email", TermsStage.key):
        if LoginStageController.enter(request, key):
            return key
    return ""

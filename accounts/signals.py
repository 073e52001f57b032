from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, user_signed_up
from allauth.account.signals import user_logged_in as came_in
from allauth.mfa.signals import authenticator_added
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.second_factor import PASSKEY, has


@receiver(email_confirmed)
def confirm_member(email_address: EmailAddress, **kwargs: Any) -> None:
    email_address.user.confirm()


@receiver(user_logged_in)
def confirm_who_was_proven_elsewhere(user: User, **kwargs: Any) -> None:
    """An address can be proven without the typed code: by a command, or in the panel's shell.

    The gate would otherwise ask for a code that nobody can be sent.
    """
    if EmailAddress.objects.filter(user=user, verified=True).exists():
        user.confirm()


@receiver(user_signed_up)
def keep_source(user: User, **kwargs: Any) -> None:
    """Other doors have told already; what is left of allauth's own sign-up is by passkey."""
    if not user.source:
        user.source = "passkey"
        user.save(update_fields=["source"])


@receiver(social_account_added)
def confirm_what_the_provider_has(sociallogin: SocialLogin, **kwargs: Any) -> None:
    """The address may have been typed at the door before, by them or by somebody else.

    allauth has ended what else opened such an account by now: its password and its sessions.
    """
    verified = [a.email.lower() for a in sociallogin.email_addresses if a.verified]
    for address in EmailAddress.objects.filter(user=sociallogin.user, email__in=verified):
        address.set_verified()


@receiver(authenticator_added)
def offer_no_more(request: HttpRequest, **kwargs: Any) -> None:
    request.session.pop("offers_passkey", None)


@receiver(came_in)
def keep_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Long for members, short for who can publish."""
    age = settings.STAFF_SESSION_AGE if user.is_staff else settings.MEMBER_SESSION_AGE
    request.session.set_expiry(age)
    if not has(user, PASSKEY):
        request.session["offers_passkey"] = True

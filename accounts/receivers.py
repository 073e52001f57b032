import time
from typing import Any, cast

from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from allauth.account.signals import (
    authentication_step_completed,
    email_changed,
    email_confirmed,
    password_changed,
    password_reset,
    password_set,
    user_signed_up,
)
from allauth.account.signals import user_logged_in as came_in
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import FormerAddress, User
from accounts.sessions import ENDS_AT
from accounts.sign_in.second_factor import PASSKEY, SHOWN, has, mark
from mail.models import AddressState


@receiver(email_confirmed)
def confirm_member(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """Confirm the member. The first proof of the address removes keys that were set up before."""
    user = email_address.user
    if user.last_login is None:
        login = unstash_login(request, peek=True)
        is_theirs = login is not None and login.user == user
        came_by = (login.signal_kwargs or {}).get("sociallogin") if is_theirs else None
        user.forget_keys(but=came_by.account if came_by else None)
    user.confirm(by=user)


@receiver(email_confirmed)
def write_to_address_again(email_address: EmailAddress, **kwargs: Any) -> None:
    AddressState.note_proof(email_address.email)


@receiver(authentication_step_completed)
def write_again_where_a_code_arrived(method: str, email: str | None = None, **kwargs: Any) -> None:
    """`email` is where the code was sent. With a password it is only what was typed."""
    if email and method in ("code", "password_reset"):
        AddressState.note_proof(email)


def end_what_was_opened_before(request: HttpRequest, user: User) -> None:
    """End other sessions and pending codes, after a change of address, password or keys."""
    if request.user == user:
        request.user.end_sessions(but=request)
    else:  # a member who logs in by a new key, or resets the password
        user.end_sessions()


@receiver([password_set, password_changed, password_reset, authenticator_removed])
def end_after_change_of_key(request: HttpRequest, user: User, **kwargs: Any) -> None:
    end_what_was_opened_before(request, user)


@receiver(authenticator_added)
def end_after_new_key(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Not at sign-up, where the first proof of the address has just ended everything."""
    if request.user.is_authenticated:
        end_what_was_opened_before(request, user)


@receiver(social_account_removed)
def end_after_provider_is_removed(request: HttpRequest, **kwargs: Any) -> None:
    end_what_was_opened_before(request, cast(User, request.user))


@receiver(email_changed)
def end_after_change_of_address(
    request: HttpRequest, user: User, from_email_address: EmailAddress | None, **kwargs: Any
) -> None:
    if from_email_address:
        end_what_was_opened_before(request, user)


@receiver(email_changed)
def keep_former_address(user: User, from_email_address: EmailAddress, **kwargs: Any) -> None:
    if from_email_address:
        FormerAddress.objects.create(user=user, email=from_email_address.email)


@receiver(user_logged_in)
def confirm_who_was_proven_elsewhere(user: User, **kwargs: Any) -> None:
    """Confirm a member whose address was proven without a code: by a command, or in a shell.

    Without this the gate would ask for a code that nobody can be sent.
    """
    if EmailAddress.objects.filter(user=user, verified=True).exists():
        user.confirm(by=user)


@receiver(user_signed_up)
def keep_source(user: User, **kwargs: Any) -> None:
    """Codes and providers have set the source already. Only sign-up by passkey is left."""
    if not user.source:
        user.source = "passkey"
        user.save(update_fields=["source"])


@receiver(social_account_added)
def confirm_what_the_provider_has(
    request: HttpRequest, sociallogin: SocialLogin, **kwargs: Any
) -> None:
    """Confirm the addresses that the provider has verified.

    The member, or somebody else, may have typed one before: at sign-in, or at another provider.
    """
    verified = [a.email.lower() for a in sociallogin.email_addresses if a.verified]
    addresses = EmailAddress.objects.filter(
        user=sociallogin.user, email__in=verified, verified=False
    )
    for address in addresses:
        sociallogin.user.forget_keys(but=sociallogin.account)
        address.set_verified()
    end_what_was_opened_before(request, sociallogin.user)


@receiver([authenticator_added, authenticator_used])
def keep_second_factor(request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[SHOWN] = user.pk
    mark(user, request)


@receiver(authenticator_added)
def offer_no_more(request: HttpRequest, **kwargs: Any) -> None:
    request.session.pop("offers_passkey", None)


@receiver(came_in)
def keep_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Set how long the session lasts unused, and how long at all. The staff's are shorter."""
    age, life = settings.STAFF_SESSION if user.may_enter_panel else settings.MEMBER_SESSION
    request.session.set_expiry(age)
    request.session[ENDS_AT] = time.time() + life
    if not has(user, PASSKEY):
        request.session["offers_passkey"] = True

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.models import User


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

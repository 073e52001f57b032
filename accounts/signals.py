from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.dispatch import receiver


@receiver(email_confirmed)
def confirm_member(email_address: EmailAddress, **kwargs: Any) -> None:
    email_address.user.confirm()

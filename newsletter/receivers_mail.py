"""Ends all mail to a reader who reported one as spam, or left by the ESP's own link."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Consent, Kind, User
from mail.bounces import address_complained, address_unsubscribed
from newsletter.models import Follow


@receiver([address_complained, address_unsubscribed])
def end_all_mail(address: str, **kwargs: Any) -> None:
    """It ends the follows and takes the consents back: a complaint is a no as clear as any."""
    user = User.objects.filter(email=address).first()
    if user is None:
        return
    Follow.objects.filter(user=user).delete()
    mail = Consent.objects.standing().filter(user=user, kind__in=[Kind.NEWS, Kind.FOLLOW])
    mail.update(withdrawn_at=timezone.now())

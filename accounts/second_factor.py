"""Who needs a second factor: the staff, and whoever has chosen one-time codes."""

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import User

TOTP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN


def has(user: User, *types: Authenticator.Type) -> bool:
    return Authenticator.objects.filter(user=user, type__in=types).exists()


def wants_second_factor(user: User) -> bool:
    """Whether it is asked for after a code or a password. A passkey alone is both at once."""
    return has(user, TOTP) or user.is_staff


def lacks_second_factor(user: User) -> bool:
    """Whether the panel is closed to them until they have one."""
    return settings.TWO_FACTOR and user.is_staff and not has(user, TOTP, PASSKEY)

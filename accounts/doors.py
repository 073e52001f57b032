from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from accounts.models import User


class DoorAdapter(DefaultSocialAccountAdapter):
    """Log-in at another provider. An address counts only where the provider has verified it."""

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        # `True`, and not what merely looks like it: some send the word «false».
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True
        user: User = super().new_user(request, sociallogin)
        user.source = sociallogin.provider.sub_id[:40]
        return user

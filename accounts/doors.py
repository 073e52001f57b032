from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.http import Http404, HttpRequest

from accounts.models import User


class DoorAdapter(DefaultSocialAccountAdapter):
    """Log-in at another provider. An address counts only where the provider has verified it."""

    def get_app(self, request: HttpRequest, *args: Any, **kwargs: Any) -> SocialApp:
        try:
            return super().get_app(request, *args, **kwargs)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        # `True`, and not what merely looks like it: some send the word «false».
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True
        user: User = super().new_user(request, sociallogin)
        user.source = sociallogin.provider.sub_id[:40]
        return user

"""The views that lead to another provider and back."""

from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from allauth.core.ratelimit import respond_429
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.microsoft.views import MicrosoftGraphOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2Adapter,
    OAuth2CallbackView,
    OAuth2LoginView,
)
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.sign_in.limits import may_begin
from accounts.sign_in.malformed import malformed_as

FAULTS = (OAuth2Error, requests.RequestException)
#: How an ID token may be signed. Each needs the provider's private key. With a shared secret as the
#: key, or with none, anyone who knows the public key could sign.
ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"}


def misunderstood() -> Any:
    return malformed_as(OAuth2Error("The provider's answer is malformed."))


class Checked(OAuth2Adapter):
    """Checks a provider's answers. allauth trusts them all, and crashes on malformed ones."""

    def get_client(self, request: HttpRequest, app: Any) -> OAuth2Client:
        with misunderstood():
            return super().get_client(request, app)

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        with misunderstood():
            return super().get_access_token_data(*args, **kwargs)

    def parse_token(self, data: Any) -> SocialToken:
        with misunderstood():
            return super().parse_token(data)

    def complete_login(self, *args: Any, **kwargs: Any) -> SocialLogin:
        with misunderstood():
            login = super().complete_login(*args, **kwargs)
            account = login.account
            # The ID must be one word, the same in all answers. If a provider leaves it out, `str`
            # makes it «None», which would be the same for everybody.
            is_word = account.uid.isascii() and account.uid.isprintable()
            if not is_word or self.subjects(account.extra_data) != {account.uid}:
                raise OAuth2Error("The provider doesn't say who the person is.")
        # Keep only what tells the member which account it is.
        account.extra_data = {"email": login.user.email} if login.user.email else {}
        return login

    def subjects(self, told: Any) -> set[Any]:
        """The IDs that the provider gives the person, from each place where it gives one."""
        raise NotImplementedError


class Signed(Checked):
    """Requires an ID token, and checks its signature by one of ALGORITHMS."""

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        data = super().get_access_token_data(*args, **kwargs)
        # allauth would trust an ID token that it fetched itself, as OpenID Connect allows.
        # ASVS 9.1.1 wants the signature checked before anything in a token is trusted.
        self.did_fetch_access_token = False
        if not data.get("id_token"):
            raise OAuth2Error("The provider sent no ID token.")
        return data

    def _decode_id_token(self, app: SocialApp, id_token: Any) -> Any:
        """Check the algorithm first: allauth takes the one that the token itself names."""
        try:
            head = jwt.get_unverified_header(id_token)
        except jwt.PyJWTError as error:
            raise OAuth2Error("The ID token can't be read.") from error
        if head.get("alg") not in ALGORITHMS or "kid" not in head:
            raise OAuth2Error("The ID token's signature is of a kind that is not accepted.")
        return super()._decode_id_token(app, id_token)  # type: ignore[misc]


class OpenIDConnect(Signed, OpenIDConnectOAuth2Adapter):
    @property
    def openid_config(self) -> Any:
        """What the provider publishes about itself.

        Raises OAuth2Error if it isn't the provider in the settings.
        """
        config = super().openid_config
        configured = self.get_provider().app.settings["server_url"].partition("/.well-known/")[0]
        if str(config.get("issuer")).rstrip("/") != configured.rstrip("/"):
            raise OAuth2Error("The provider is not the one in the settings.")
        for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
            with misunderstood():
                address = urlsplit(config[name])
            if address.scheme not in ("http", "https") or not address.hostname:
                raise OAuth2Error("The provider's addresses are not URLs.")
        return config

    def subjects(self, told: Any) -> set[Any]:
        return {claims["sub"] for claims in told.values()}


class Google(Signed, GoogleOAuth2Adapter):
    def subjects(self, told: Any) -> set[Any]:
        return {told.get("sub") or told["id"]}


class Microsoft(Checked, MicrosoftGraphOAuth2Adapter):
    def subjects(self, told: Any) -> set[Any]:
        return {told["id"]}


class Leave(OAuth2LoginView):
    """Leads to the provider through a page of ours that goes on by itself.

    A redirect won't do: Chromium and Safari check every address that a form leads to, after any
    number of redirects, against `form-action`. Only the provider knows where it redirects to.
    """

    def get_provider(self) -> Any:
        provider = super().get_provider()
        provider.oauth2_adapter_class = type(self.adapter)  # in place of allauth's own
        return provider

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "POST"):  # allauth begins a log-in for all but GET
            return HttpResponseNotAllowed(["GET", "POST"])
        if not may_begin(request):
            return respond_429(request)
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
        except FAULTS as fault:
            return render_authentication_error(request, self.get_provider(), exception=fault)
        if not isinstance(response, HttpResponseRedirect):
            return response
        context = {"provider": self.get_provider(), "url": response.url}
        return render(request, "accounts/to_provider.html", context)


class ComeBack(OAuth2CallbackView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except FAULTS as fault:
            provider = self.adapter.get_provider()
            return render_authentication_error(request, provider, exception=fault)


google_login = never_cache(Leave.adapter_view(Google))
google_callback = never_cache(ComeBack.adapter_view(Google))
microsoft_login = never_cache(Leave.adapter_view(Microsoft))
microsoft_callback = never_cache(ComeBack.adapter_view(Microsoft))


@login_not_required
@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return Leave.adapter_view(OpenIDConnect(request, provider_id))(request)


@login_not_required
@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return ComeBack.adapter_view(OpenIDConnect(request, provider_id))(request)

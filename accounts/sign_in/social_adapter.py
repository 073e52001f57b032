"""Log-in at another provider: what the portal asks it, and how much of its answers it trusts."""

import json
import logging
import secrets
import time
from typing import Any

import requests
import urllib3
from allauth.core import context
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.core.exceptions import MultipleObjectsReturned
from django.http import Http404, HttpRequest

from accounts.models import User

logger = logging.getLogger(__name__)


class BoundedSession(requests.Session):
    """Asks a provider, and accepts only a JSON object that is small and comes soon.

    A provider that is slow or down must not hold up the threads that serve readers.
    """

    TIME = 8.0  # seconds: for all calls to a provider during one request of ours
    WAIT = 4.0  # seconds: for a connection, and for each piece of an answer
    MOST = 500_000  # bytes

    def request(self, method: str, url: str, **how: Any) -> requests.Response:  # type: ignore[override]
        # No compression: a few bytes can unpack to very many. No redirects: only the given
        # address is asked, not another that it leads to.
        how |= {"stream": True, "allow_redirects": False, "timeout": self.wait()}
        how["headers"] = {**(how.get("headers") or {}), "Accept-Encoding": "identity"}
        with super().request(method, url, **how) as response:
            response._content = self.read(response)
        try:
            is_object = isinstance(json.loads(response._content), dict)
        except (ValueError, RecursionError):
            is_object = False
        if not is_object:
            raise requests.exceptions.InvalidJSONError(f"status {response.status_code}")
        return response

    def read(self, response: requests.Response) -> bytes:
        body = b""
        try:
            while piece := response.raw.read1(65536, decode_content=False):
                body += piece
                self.wait()
                if len(body) > self.MOST:
                    raise requests.exceptions.ContentDecodingError("the answer is too large")
        except urllib3.exceptions.HTTPError as error:
            raise requests.exceptions.ConnectionError(error) from error
        return body

    def wait(self) -> float:
        """Seconds that a call may take now. Raises Timeout when none of TIME is left."""
        now = time.monotonic()
        until: float = vars(context.request).setdefault("providers_until", now + self.TIME)
        if now >= until:
            raise requests.exceptions.Timeout
        return min(self.WAIT, until - now)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Log-in at another provider. An address counts only if the provider has verified it."""

    def get_app(self, request: HttpRequest, *args: Any, **kwargs: Any) -> SocialApp:
        try:
            return super().get_app(request, *args, **kwargs)
        except (SocialApp.DoesNotExist, MultipleObjectsReturned) as error:
            raise Http404 from error  # «openid_connect» names several

    def get_requests_session(self) -> requests.Session:
        return BoundedSession()

    def generate_state_param(self, state: dict[str, Any]) -> str:
        """allauth's sixteen letters are 95 bits. A value that is hard to guess has at least 128."""
        return secrets.token_urlsafe(32)

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        # Only `True` counts, not other true values: some send the word «false».
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True
        user: User = super().new_user(request, sociallogin)
        user.source = sociallogin.provider.sub_id[:40]
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, exception: Any = None, **kwargs: Any
    ) -> None:
        """Log the fault for the operator, by the names of its types alone.

        Anyone can open the callback's URL, so a visit without an exception isn't logged. The text
        of an exception may tell about a person.
        """
        if exception is not None:
            kinds = [type(each).__name__ for each in (exception, exception.__cause__) if each]
            logger.warning("Log-in at %s failed: %s", provider.sub_id, " from ".join(kinds))

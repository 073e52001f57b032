import time
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.addresses import check_address
from accounts.models import State, User
from accounts.next_page import next_page_of
from accounts.sign_in import devices
from accounts.sign_in.limits import allows_mail, count_password, pair
from accounts.sign_in.second_factor import wants_second_factor
from mail.models import Priority
from mail.rendering import in_html, site

#: Messages that are left out: the page itself says it, or the reader would see it much later.
QUIET = {
    "account/messages/logged_in.txt",
    "account/messages/logged_out.txt",
    "account/messages/login_code_sent.txt",
    "account/messages/email_confirmation_sent.txt",
}
#: Mails that anyone can request for any address, such as codes. They are counted, and leave first.
#: The others tell members about their own actions, and are always sent.
ASKED_FOR = {
    f"account/email/{name}"
    for name in (
        "login_code",
        "email_confirmation",
        "email_confirmation_signup",
        "account_already_exists",
        "unknown_account",
        "password_reset_code",
    )
}
STAGES = {"allauth.mfa.stages.AuthenticateStage": "accounts.sign_in.stages.SecondFactorStage"}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter with our stages, our limits, and mails in plain text and HTML."""

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        # A message at log-out would need a session, and so a cookie, for a visitor. A message at
        # log-in would appear much later, on the account's pages: reading pages show none.
        is_coming_in = not request.user.is_authenticated
        is_welcome = is_coming_in and message_template == "account/messages/email_confirmed.txt"
        if message_template not in QUIET and not is_welcome:
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_login_stages(self) -> list[str]:
        ours = [STAGES.get(stage, stage) for stage in super().get_login_stages()]
        return [*ours, "accounts.sign_in.stages.TermsStage"]

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **kwargs: Any
    ) -> HttpResponse:
        # A leaving member is first asked whether they would rather stay.
        if user.state == State.LEAVING:
            redirect_url = reverse("accounts:overview")
        response: HttpResponse = super().post_login(
            request, user, redirect_url=redirect_url, **kwargs
        )
        devices.remember(request, response, user)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not right after a log-in: a member who has lost their passkey can then remove it."""
        records = get_authentication_records(self.request, self.request.user)
        limit = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        has_just_come = any(record["at"] > limit for record in records)
        return not has_just_come and super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Ask for no less than a log-in does: else a code by mail could add a new second factor.

        The passkey comes first: one touch is easier than a password or a mail.
        """
        ways = super().get_reauthentication_methods(user)
        second = [way for way in ways if way["id"].startswith("mfa_reauthenticate")]
        if second and wants_second_factor(cast(User, user)):
            ways = second
        return sorted(ways, key=lambda way: way["id"] != "mfa_reauthenticate:webauthn")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._login_failed_rl_usage = count_password(request, credentials["email"])

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return pair(request, credentials["email"])

    def is_safe_url(self, url: str) -> bool:
        """Whether `url` leads to the portal itself.

        allauth would allow all of ALLOWED_HOSTS. They include the machine's own names, which
        health checks use.
        """
        hosts = {self.request.get_host(), settings.SITE.netloc}
        return url_has_allowed_host_and_scheme(url, hosts, require_https=settings.IS_HTTPS)

    def clean_email(self, email: str) -> str:
        check_address(email)
        return email

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        is_held = template_prefix in ASKED_FOR and not allows_mail(self.request, email)
        context = {"place": next_page_of(self.request), "is_held": is_held, **context}
        super().send_mail(template_prefix, email, context)

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        # allauth would name the host of the request, which the sender chooses.
        context = {**context, **site()}
        mail: EmailMultiAlternatives = super().render_mail(template_prefix, email, context, headers)
        mail.attach_alternative(in_html(str(mail.subject), str(mail.body)), "text/html")
        # A held mail is stored too, so that the answer takes as long. The worker drops it.
        mail.is_held = context.get("is_held", False)  # type: ignore[attr-defined]
        is_asked_for = template_prefix in ASKED_FOR
        mail.priority = Priority.CODE if is_asked_for else Priority.NOTICE  # type: ignore[attr-defined]
        return mail


class SecondFactorAdapter(DefaultMFAAdapter):
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # Our host, whatever host the request names: a passkey belongs to one site for good.
        return {"id": settings.SITE_HOST, "name": settings.SITE_NAME}

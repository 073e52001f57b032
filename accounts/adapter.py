from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

QUIET = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class AccountAdapter(DefaultAccountAdapter):
    """allauth with our addresses and without its farewell."""

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        # A farewell would need a session, and with it a cookie, for somebody who just left. A
        # welcome would wait for the account's pages, long after: reading pages show none.
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> Any:
        # allauth would name the host of the request, which the sender of the request chooses.
        context = {
            **context,
            "current_site": {"name": settings.SITE_NAME, "domain": settings.SITE.netloc},
        }
        return super().render_mail(template_prefix, email, context, headers)

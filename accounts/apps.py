from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True
    verbose_name = _("Members")

    def ready(self) -> None:
        from accounts import pending_codes, renewal, security_log, signals  # noqa: F401

        pending_codes.bind()


class PanelUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user views replaced by the members' own."""

    user_viewset = "accounts.panel.MemberViewSet"

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True
    verbose_name = _("Members")

    def ready(self) -> None:
        from accounts import receivers, security_log  # noqa: F401
        from accounts.sign_in import pending_codes, renewal  # noqa: F401

        pending_codes.bind()


class PanelUsersConfig(WagtailUsersAppConfig):
    """Replaces Wagtail's user views with our views of members."""

    user_viewset = "accounts.admin.members.MemberViewSet"

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = _("E-mail")
    url_prefix = "e-post/"

    def ready(self) -> None:
        from anymail.signals import tracking

        from mail import checks, esp  # noqa: F401

        tracking.connect(esp.told)

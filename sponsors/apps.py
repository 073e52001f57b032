from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SponsorsConfig(AppConfig):
    name = "sponsors"
    verbose_name = _("Sponsors")

    def ready(self) -> None:
        from delivery.content_version import shown_to_readers
        from sponsors.models import Sponsorship

        shown_to_readers(Sponsorship)

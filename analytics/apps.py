from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Figures")

    def ready(self) -> None:
        from analytics import receivers  # noqa: F401 — connects them
        from analytics.counting import note
        from delivery.page_cache import answered

        answered.append(note)

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Desk")
    url_prefix = "utkast/"

    def ready(self) -> None:
        from accounts.own_data import Described, described
        from desk import caring, counting, first_part, page_ways  # noqa: F401 — connects them
        from desk.links import collecting  # noqa: F401 — connects its receivers

        autodiscover_modules("ways")
        described["desk.DraftLink"] = Described(
            _("Links to drafts that you have shared"),
            {
                "page__draft_title": _("page"),
                "made_at": _("when"),
                "expires_at": _("until"),
                "withdrawn_at": _("withdrawn"),
            },
        )

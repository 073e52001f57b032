from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NarrationConfig(AppConfig):
    name = "narration"
    verbose_name = _("Narration")
    url_prefix = "lyd/"

    def ready(self) -> None:
        from accounts.own_data import Described, described
        from articles.renamed import belongs_to
        from delivery.content_version import shown_to_readers
        from narration import checks, receivers  # noqa: F401 — connects them
        from narration.models import Stream

        shown_to_readers(Stream)
        for route in ("series_feed", "own_feed", "artwork"):
            belongs_to[f"narration:{route}"] = "/{slug}"

        described["narration.PodcastToken"] = Described(
            _("Your own podcast address"), {"made_at": _("made")}
        )

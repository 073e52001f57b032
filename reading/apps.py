from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReadingConfig(AppConfig):
    name = "reading"
    url_prefix = "konto/lesing/"

    def ready(self) -> None:
        from accounts.own_data import Described, described
        from reading.models import with_series_titles, with_titles

        described["reading.Reading"] = Described(
            _("What you have begun, saved and read"),
            {
                "title": _("article"),
                "share": _("percent"),
                "read_at": _("last read"),
                "finished_at": _("read to the end"),
                "saved_at": _("saved"),
                "place": _("place"),
                "words": _("the words there"),
            },
            with_titles,
        )
        described["reading.SetAside"] = Described(
            _("Series that you have set aside"),
            {"title": _("series"), "set_at": _("when")},
            with_series_titles,
        )

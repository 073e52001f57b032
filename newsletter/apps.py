from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")
    url_prefix = ""

    def ready(self) -> None:
        from accounts.own_data import Described, described
        from newsletter import news, ready, receivers, welcome  # noqa: F401 — connects them
        from newsletter.models.follows import with_titles

        described["newsletter.Follow"] = Described(
            _("What you follow"),
            {
                "title": _("what"),
                "pace": _("how often"),
                "followed_at": _("since"),
                "offered_at": _("the next part was sent"),
            },
            with_titles,
        )
        described["newsletter.Recipient"] = Described(
            _("Your choices for e-mail"), {"paused_until": _("paused until")}
        )

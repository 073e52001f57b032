from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")
    url_prefix = ""

    def ready(self) -> None:
        from accounts.next_page import finders
        from accounts.own_data import Described, described
        from articles.publishing.receivers import DRAFT_FIELDS
        from delivery.content_version import shown_to_readers
        from delivery.page_cache import answered
        from mail.sample_checks import samples
        from newsletter import news, ready, receivers, welcome  # noqa: F401 — connects them
        from newsletter.arrivals import note
        from newsletter.models import Letter, LetterIndex
        from newsletter.models.follows import with_titles
        from newsletter.next_page import letter_at
        from newsletter.views import previews  # noqa: F401 — registers them

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
        described["newsletter.Sending"] = Described(
            _("Letters that you sent"), {"letter__title": _("letter"), "ordered_at": _("ordered")}
        )

        for shown in (Letter, LetterIndex):
            shown_to_readers(shown, unseen=DRAFT_FIELDS)
        answered.append(note)
        samples["nytt"] = news.sample
        finders.append(letter_at)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")

    def ready(self) -> None:
        from accounts.next_page import finders
        from accounts.own_data import Described, described
        from articles import ordering
        from articles.admin import policies, publishing, words
        from articles.next_page import article_at
        from articles.publishing import (  # noqa: F401
            attachments,
            content_checks,
            link_checks,
            receivers,
        )
        from articles.views import previews  # noqa: F401

        finders.append(article_at)
        policies.take_over()
        described["articles.File"] = Described(
            _("Files you have uploaded"), {"title": _("title"), "created_at": _("uploaded")}
        )
        publishing.take_over()
        ordering.take_over()
        words.put_right()

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")

    def ready(self) -> None:
        from accounts.next_page import finders
        from articles.admin import policies
        from articles.next_page import article_at
        from articles.publishing import receivers  # noqa: F401
        from articles.views import previews  # noqa: F401

        finders.append(article_at)
        policies.take_over()

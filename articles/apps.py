from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")

    def ready(self) -> None:
        from accounts import places
        from articles import policies, signals  # noqa: F401
        from articles.places import article_at

        places.finders.append(article_at)
        policies.take_over()

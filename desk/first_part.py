"""The rule «the first part is open» of a series: the first published part is for everybody."""

from django.dispatch import receiver
from wagtail.models import Page

from accounts.access import Access
from accounts.models import User
from articles.models import Article, Series, SeriesRules
from articles.models.tree import below
from articles.publishing.events import article_published


def opens_first(series: Series) -> bool:
    return SeriesRules.objects.filter(series=series, opens_first=True).exists()


def first_part(series: Series) -> Article | None:
    """The published part that readers meet first."""
    parts = Article.objects.filter(below(series.path), depth=series.depth + 1, live=True)
    return parts.order_by("path").first()


def open_first(series: Series, user: User | None = None) -> Article | None:
    """Open the first part, with a line in its log. Returns the part, or None if it was open. No
    part is ever locked here: what is public may be read, linked to and found already."""
    part = first_part(series)
    if part is None or part.access == Access.PUBLIC or part.alias_of_id is not None:
        return None
    part.change_access(Access.PUBLIC, user)
    return part


@receiver(article_published)
def open_when_published(article: Article, **kwargs: object) -> None:
    """The rule holds for parts that come later, too."""
    above = article.path[: -Page.steplen]
    rule = SeriesRules.objects.filter(series__path=above, opens_first=True)
    if article.access == Access.PUBLIC or (found := rule.select_related("series").first()) is None:
        return
    # Another part may be the first for an hour only, while the first is away to be mended.
    first = first_part(found.series)
    if first is not None and first.pk == article.pk:
        open_first(found.series)

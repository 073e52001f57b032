import re

from accounts.next_page import NextPage
from articles.models import Article

ARTICLE = re.compile(r"/([-\w]+)/([-\w]+)/")


def article_at(path: str) -> NextPage | None:
    """The published article at `path`, with a link to the point where its text is cut."""
    if not (found := ARTICLE.fullmatch(path)):
        return None
    series, slug = found.groups()
    article = Article.objects.at(series, slug).first()
    return NextPage(article.title, f"{article.get_absolute_url()}#les-videre") if article else None

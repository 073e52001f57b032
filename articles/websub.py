"""Tells a WebSub hub that feeds have changed, so that feed readers get new articles at once."""

from collections.abc import Iterator

import requests
from django.conf import settings
from django.urls import reverse

from articles.models import Article, Author
from articles.structured_data import absolute

#: Seconds, for each step of the request.
TIMEOUT = 10


def feeds_of(article: Article) -> Iterator[str]:
    """The addresses of the feeds that have `article`."""
    names: list[tuple[str, list[str]]] = [("", []), ("series_", [article.series_slug])]
    names += [("author_", [author.slug]) for author in Author.objects.of(article.pk)]
    for name, slugs in names:
        for kind in ("feed", "json_feed"):
            yield absolute(reverse(f"articles:{name}{kind}", args=slugs))
    for subject in article.metadata.subjects:
        yield absolute(reverse("articles:subject_feed", args=[subject["slug"]]))


def tell_hub(article: Article) -> None:
    """Raises requests.RequestException if the hub can't be told."""
    told = [("hub.mode", "publish"), *(("hub.url", url) for url in feeds_of(article))]
    answer = requests.post(settings.WEBSUB_HUB, data=told, timeout=TIMEOUT, allow_redirects=False)
    answer.raise_for_status()

from typing import Any

from django.dispatch import receiver

from articles.models import Article, Passage
from articles.publishing.events import article_published, passages_changed
from tests.example_room.jobs import tell_of
from tests.example_room.models import LongestWord


@receiver(passages_changed)
def keep_longest_words(passages: list[Passage], **kwargs: Any) -> None:
    for passage in passages:
        word = max(passage.text.split(), key=len, default="")[:100]
        LongestWord.objects.update_or_create(passage=passage, defaults={"word": word})


@receiver(article_published)
def queue_mails(article: Article, is_first: bool, **kwargs: Any) -> None:
    if not is_first:
        tell_of.enqueue(article.pk)

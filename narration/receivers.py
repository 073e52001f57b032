"""Follows what is published."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from wagtail.models import Page

from articles.models import Article, Passage
from articles.publishing.events import (
    article_published,
    many_passages_changed,
    passages_changed,
)
from narration.jobs import narrate_article
from narration.making import articles_saying
from narration.models import Narration, Pronunciation, Recording, SpokenText, Stream, Upload
from narration.speaking import forget_changed
from worker.models import QueuedTask


@receiver(passages_changed)
def follow_text(page: Page, passages: list[Passage], **kwargs: Any) -> None:
    """Within the transaction that changes a text, what was said of it is silenced."""
    if isinstance(page, Article):
        forget_changed(passages)
        if page.live:
            narrate_later([page.pk])


@receiver(article_published)
def follow_import(article: Article, **kwargs: Any) -> None:
    """An import stores the passages of new articles before anybody may see them."""
    if not Narration.objects.filter(page_id=article.pk).exists():
        narrate_later([article.pk])


@receiver(many_passages_changed)
def silence_old_editions(keys: list[int], **kwargs: Any) -> None:
    SpokenText.objects.filter(passage__page__in=keys).delete()
    narrate_later(keys)


def narrate_later(keys: list[int]) -> None:
    """Queue the making of recordings after the commit, if there is anything to make them with."""
    if settings.NARRATION_ENGINES or Recording.objects.filter(page__in=keys).exists():
        transaction.on_commit(partial(_queue, keys))


def _queue(keys: list[int]) -> None:
    Narration.queue(keys)
    for key in keys:
        if not is_waiting(key):
            narrate_article.enqueue(key)


def is_waiting(key: int) -> bool:
    """Whether the article stands in the queue already, and nobody has begun with it."""
    waiting = QueuedTask.objects.filter(path=narrate_article.module_path, tries=0)
    return waiting.filter(arguments={"args": [key], "kwargs": {}}).exists()


@receiver(pre_save, sender=Pronunciation)
def remember_spelling(instance: Pronunciation, **kwargs: Any) -> None:
    stored = Pronunciation.objects.filter(pk=instance.pk).values_list("written", flat=True)
    instance.before = stored.first() or ""


@receiver(post_save, sender=Pronunciation)
@receiver(post_delete, sender=Pronunciation)
def say_again(instance: Pronunciation, **kwargs: Any) -> None:
    """In all articles in which the word is said. Only the sentences with it are made anew."""
    keys = articles_saying(instance.written)
    if instance.before not in ("", instance.written):
        keys = sorted({*keys, *articles_saying(instance.before)})
    narrate_later(keys)


@receiver(post_delete, sender=Recording)
@receiver(post_delete, sender=Stream)
@receiver(post_delete, sender=Upload)
def delete_file(instance: Recording | Stream | Upload, **kwargs: Any) -> None:
    if instance.file.name:
        transaction.on_commit(partial(instance.file.storage.delete, instance.file.name))

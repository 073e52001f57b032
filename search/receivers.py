"""Keeps the index up to date with what is published, and with the names in it."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from articles.models import Article, Author, Passage, Series
from articles.publishing.events import many_passages_changed, passages_changed
from search.indexing import index_article, index_tokens, is_named, name_page, name_terms
from search.jobs import AT_A_TIME, index_pages
from search.models import Document, IndexRow, Section
from search.vocabulary import Vocabulary


@receiver(passages_changed)
def follow_text(page: Page, passages: list[Passage], **kwargs: Any) -> None:
    name_page(page, is_named=is_named(page, passages))
    name_terms(page)
    if isinstance(page, Article):
        index_article(page, passages)
    elif isinstance(page, Author) and not page.live:  # Wagtail unpublishes an alias as a plain page
        index_later(written_by(page))


@receiver(many_passages_changed)
def hide_old_editions(keys: list[int], **kwargs: Any) -> None:
    """Nothing of an old edition is found or shown, since its text may be locked in the new one."""
    Document.objects.filter(page__in=keys).update(is_stale=True)
    Section.objects.filter(passage__page__in=keys).delete()
    index_later(Page.objects.filter(pk__in=keys))


@receiver(post_save, sender=Series)
def follow_series(instance: Series, **kwargs: Any) -> None:
    """An article is found by the title of its series as well."""
    if name_page(as_stored(instance)):
        index_later(Page.objects.child_of(instance))


@receiver(post_save, sender=Author)
def follow_author(instance: Author, **kwargs: Any) -> None:
    """And by the names of its authors, if readers may know of them."""
    if name_page(as_stored(instance)):
        index_later(written_by(instance))


@receiver(page_published, sender=Author)
@receiver(page_unpublished, sender=Author)
def follow_shown_author(instance: Author, **kwargs: Any) -> None:
    index_later(written_by(instance))


@receiver(pre_delete, sender=Author)
def follow_deleted_author(instance: Author, **kwargs: Any) -> None:
    index_later(written_by(instance))


def as_stored(page: Page) -> Page:
    """`page` as readers know it. Wagtail saves a page when it saves its draft, and then the title
    in `page` is that of the draft."""
    return Page.objects.get(pk=page.pk)


def written_by(author: Page) -> "QuerySet[Page]":
    return Page.objects.filter(article__by_line__author=author.pk)


def index_later(pages: "QuerySet[Page]") -> None:
    """In short tasks, so that nothing else in the lane waits long."""
    keys = list(pages.values_list("pk", flat=True))
    for start in range(0, len(keys), AT_A_TIME):
        transaction.on_commit(partial(index_pages.enqueue, keys[start : start + AT_A_TIME]))


@receiver(pre_delete, sender=Document)
def read_again(instance: Document, **kwargs: Any) -> None:
    """Somebody may have published since `instance` was read: a page's deletion reads its documents
    before its transaction begins. The index forgets a document by the tokens that it has now."""
    instance.now = Document.objects.filter(pk=instance.pk).first()  # type: ignore[attr-defined]


@receiver(post_delete, sender=Document)
def forget_document(instance: Document, **kwargs: Any) -> None:
    if now := instance.now:  # type: ignore[attr-defined]
        vocabulary = Vocabulary(bytes(now.vocabulary))
        IndexRow.remove(instance.pk, index_tokens(now.span, vocabulary))

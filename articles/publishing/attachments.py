"""Receivers for files to download and for cards of other sites."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page

from articles.jobs import fetch_embed
from articles.models import Embed, File
from articles.models.files import remove_bytes
from articles.publishing.again import render_again
from articles.publishing.embed_hosts import host_of
from delivery.content_version import shown_to_readers


@receiver(post_save, sender=Embed)
def ask_about_new_card(instance: Embed, created: bool, **kwargs: Any) -> None:
    host = host_of(instance.url)
    if created and host and host.endpoint:
        transaction.on_commit(partial(fetch_embed.enqueue, instance.pk))


@receiver(post_save, sender=File)
def show_changed_file(instance: File, created: bool, **kwargs: Any) -> None:
    """Its title, size and address stand in the text."""
    if not created:
        render_again(Page.objects.filter(passages__file_uses__file=instance).distinct())


@receiver(pre_delete, sender=File)
def remember_who_offers_file(instance: File, **kwargs: Any) -> None:
    shown = Page.objects.filter(passages__file_uses__file=instance)
    instance.shown_on = list(shown.values_list("pk", flat=True).distinct())  # type: ignore[attr-defined]


@receiver(post_delete, sender=File)
def leave_out_deleted_file(instance: File, **kwargs: Any) -> None:
    render_again(Page.objects.filter(pk__in=instance.shown_on))  # type: ignore[attr-defined]
    transaction.on_commit(partial(remove_bytes, instance.file))


shown_to_readers(File)

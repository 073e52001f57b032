"""Finds the links of published texts and stores them, at publishing."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django_tasks import task
from wagtail.models import Page

from articles.models import Passage
from articles.publishing.events import many_passages_changed, passages_changed
from desk.links.ours import check_ours
from desk.models import Link, LinkedAddress

#: The address of a block and of its paragraphs: «b-<uuid>» and «b-<uuid>-3».
BLOCK = re.compile(r"b-([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})")
#: The same text has the same links, so a passage without one is never parsed.
LEADS_AWAY = re.compile(r'href="(?:https?:)?/')


class Found(NamedTuple):
    block_id: str
    url: str
    text: str


def links_in(html: str) -> Iterator[Found]:
    """The links to pages, ours or others'. Not mail, telephone, or places on the same page."""
    if not LEADS_AWAY.search(html):
        return
    block = ""
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        if at := BLOCK.match(str(element.get("id", ""))):
            block = at[1]
        href = str(element.get("href", "")) if element.name == "a" else ""
        if urlsplit(href).scheme in ("http", "https", "") and not href.startswith("#") and href:
            yield Found(block, href, " ".join(_words(element).split())[:200])


def _words(link: Tag) -> str:
    return link.get_text(" ")


def address_of(url: str) -> LinkedAddress:
    """Ours without the host, others' as they are. A fragment is the same page."""
    parts = urlsplit(url)._replace(fragment="")
    host = (parts.hostname or "").lower()
    is_ours = not host or f"{parts.scheme}://{parts.netloc}" == settings.SITE_URL
    url = (parts.path + (f"?{parts.query}" if parts.query else "")) if is_ours else parts.geturl()
    return LinkedAddress.of(url or "/", "" if is_ours else host, is_ours)


def collect(page: Page, passages: Iterable[Passage]) -> None:
    """Make the stored links of `page` agree with its passages."""
    found = [link for passage in passages for link in links_in(passage.html)]
    addresses = {link.url: address_of(link.url) for link in found}
    rows = LinkedAddress.objects.stored(addresses.values()) if addresses else {}
    Link.objects.filter(page=page).delete()
    Link.objects.bulk_create(
        Link(
            page_id=page.pk,
            address=rows[addresses[link.url].url],
            block_id=link.block_id,
            text=link.text,
        )
        for link in found
    )
    if ours := [row.pk for row in rows.values() if row.is_ours]:
        transaction.on_commit(partial(check_these.enqueue, ours))


@receiver(passages_changed)
def follow_text(page: Page, passages: list[Passage], **kwargs: Any) -> None:
    collect(page, passages)


@receiver(many_passages_changed)
def follow_texts(keys: list[int], **kwargs: Any) -> None:
    Link.objects.filter(page__in=keys).delete()
    transaction.on_commit(partial(collect_pages.enqueue, list(keys)))


@task(backend="worker", queue_name="slow")
def check_these(keys: list[int]) -> None:
    check_ours(LinkedAddress.objects.filter(pk__in=keys))


@task(backend="worker", queue_name="slow")
def collect_pages(keys: list[int]) -> None:
    for page in Page.objects.filter(pk__in=keys):
        with transaction.atomic():
            collect(page, Passage.objects.filter(page=page))


def collect_missing() -> None:
    """The links of pages that were published before links were collected."""
    leading = Passage.objects.filter(html__regex=LEADS_AWAY.pattern)
    pages = leading.exclude(page__in=Link.objects.values("page")).values_list("page", flat=True)
    keys = sorted(set(pages))
    for start in range(0, len(keys), 100):
        collect_pages.enqueue(keys[start : start + 100])

"""Counts what leaves the door: each page that a reader opens, and what goes with it.

What is held in memory is a page's path, what its reader may read, and where they came from, each
with a number. What the page was is asked of the database when the counts are written, once for all
pages of ten seconds, and never by a request.
"""

import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from accounts.access import VISITOR, Access, Reader
from analytics.models import SITE, Count, Kind, NamedCount, What
from analytics.sources import Source, source_of
from articles.models import Article, Home
from delivery.page_cache import path_of
from delivery.programs import is_program
from delivery.tally import Tally
from sponsors.models import Sponsorship

#: The most different counts that a process holds.
MOST = 20_000
#: The longest path that is counted, in bytes.
LONGEST = 300
HOUR = 3_600  # seconds


class Seen(NamedTuple):
    """What is counted together. An hour is whole in every time zone that a portal is in."""

    hour: int
    #: As WSGI has it: it is decoded when the counts are written.
    raw_path: str
    reader: Reader
    source: Source


def note(environ: dict[str, Any]) -> None:
    """Count a reading page that was answered. See delivery/page_cache.py."""
    if is_program(environ):
        return
    raw_path = environ["PATH_INFO"]
    if len(raw_path) <= LONGEST:
        reader = environ.get(Reader.ENVIRON_KEY, VISITOR)
        tally.count(Seen(int(time.time()) // HOUR, raw_path, reader, source_of(environ)))


def decoded(raw_path: str) -> str:
    return path_of({"PATH_INFO": raw_path})


def day_of(hour: int) -> date:
    return timezone.localdate(datetime.fromtimestamp(hour * HOUR, tz=UTC))


def keep(counts: "Counter[Seen]") -> None:
    pages = pages_at({decoded(seen.raw_path) for seen in counts})
    rows: Counter[tuple[date, str, int]] = Counter()
    named: Counter[tuple[date, str, str]] = Counter()
    for seen, times in counts.items():
        page = pages.get(decoded(seen.raw_path))
        day = day_of(seen.hour)
        for what, about in told(seen, page):
            rows[day, what, about] += times
        if seen.source.host:
            named[day - timedelta(days=day.weekday()), Kind.HOST, seen.source.host] += times
    with transaction.atomic():  # else what is kept would be added again after a fault
        Count.objects.add((*key, times) for key, times in rows.items())
        NamedCount.objects.add((*key, times) for key, times in named.items())


def told(seen: Seen, page: Page | None) -> "list[tuple[str, int]]":
    """What one opening counts as, and about what. A term or a subject is no page of the tree, and
    counts for the site alone."""
    is_member = seen.reader.level >= Access.MEMBERS
    whats: list[str] = [What.MEMBERS if is_member else What.VISITORS]
    if seen.source.what:
        whats.append(seen.source.what)
    pages = [page.pk, SITE] if page else [SITE]
    found = []
    # Without metadata, the article has a fault that must not cost all counts of ten seconds.
    if isinstance(page, Article) and hasattr(page, "metadata"):
        if page.metadata.gate_for(seen.reader, page.path):
            whats.append(What.GATE)
        if line := Sponsorship.objects.for_page(page):
            found.append((What.SPONSOR.value, line.pk))
    return [*found, *((what, about) for what in whats for about in pages)]


def pages_at(paths: set[str]) -> dict[str, Page]:
    """The published page at each of `paths`. An article comes with its metadata."""
    home = Home.objects.first()
    if home is None:
        return {}
    above = home.url_path.rstrip("/")
    by_url_path = {above + path: path for path in paths}
    asked = Page.objects.live().filter(url_path__in=by_url_path)
    articles = Article.objects.filter(pk__in=asked.values("pk")).defer("body")
    found = {page.pk: page for page in asked.only("pk", "url_path", "path")}
    found |= {article.pk: article for article in articles.select_related("metadata")}
    return {by_url_path[page.url_path]: page for page in found.values()}


tally: "Tally[Seen]" = Tally(keep, MOST)

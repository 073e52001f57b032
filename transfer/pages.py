"""Writes a page: its revision, its stage, its order and its sponsor line."""

from bisect import bisect
from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from articles.models import Article, PlannedPart, Series
from articles.publishing.hidden import log_together
from delivery.models import ContentVersion
from sponsors.models import Sponsorship
from transfer.exporting import Content, Stage, sponsorship_of
from transfer.files import SponsorLine, TextFile
from transfer.front_matter import written_moment

#: The keys of what isn't part of an article's versions.
UNVERSIONED = {"access", "planned", "sponsor", "reviewed", "corrections"}


def write(page: Page, is_live: bool) -> None:
    """Saves a new revision of a page that exists, and publishes it if `is_live`.

    A draft is saved as it is: something that a published page needs may be missing.
    """
    revision = page.save_revision(log_action=True, clean=is_live)
    if is_live:
        revision.publish()


def planned(file: TextFile, now: Content) -> tuple[Stage, datetime | None]:
    """Returns the stage that a file asks for, and its moment. None is the moment of the import."""
    if file.is_draft:
        return Stage.DRAFT, None
    moment = file.published or now.article.first_published_at
    if now.moment and (moment is None or written_moment(moment) == written_moment(now.moment)):
        moment = now.moment  # to the microsecond
    is_future = file.published and file.published > timezone.now()
    return Stage.SCHEDULED if is_future else Stage.LIVE, moment


def set_dates(
    article: Article,
    stage: Stage,
    moment: datetime | None,
    corrections: Sequence[tuple[date, str]] = (),
) -> None:
    if stage is not Stage.DRAFT:
        # Publishing keeps this date, even if the worker publishes the article later.
        article.first_published_at = moment
    article.go_live_at = moment if stage is Stage.SCHEDULED else None
    if article.pk is None and stage is Stage.LIVE and moment:
        # An article from elsewhere was last changed on the day it was published, or on the day of
        # its latest correction.
        corrected = (day for day, _text in corrections)
        days = (timezone.make_aware(datetime.combine(day, time.min)) for day in corrected)
        article.last_published_at = max([moment, *days])


def change_article(article: Article, stage: Stage, moment: datetime | None) -> None:
    """Saves a new revision in its stage. Unpublishes a live article that is not to be live."""
    with disable_reference_index_auto_update():  # it would run at each of several saves
        if stage is not Stage.LIVE:
            stored = Article.objects.get(pk=article.pk)
            if stored.live:
                stored.unpublish()
            stored.revisions.update(approved_go_live_at=None)
            ContentVersion.raise_on_commit()  # a scheduled part may have been announced
            article.live, article.live_revision = False, None
        set_dates(article, stage, moment)
        write(article, stage is not Stage.DRAFT)
    page = Article.objects.get(pk=article.pk)
    for each in (page, *page.aliases.all().specific()):
        ReferenceIndex.create_or_update_for_object(each)


def change_unversioned(pk: int, file: TextFile, keys: Collection[str]) -> None:
    """Changes what isn't part of an article's versions, as far as `keys` name it."""
    article = Article.objects.get(pk=pk)
    if "access" in keys:
        article.change_access(file.access)
    if "corrections" in keys or "reviewed" in keys:
        article.correct(file.corrections, file.reviewed_on)
    if "sponsor" in keys:
        change_sponsor(article, file.sponsor)
    if "planned" in keys:
        plan = PlannedPart.objects.filter(article=article).first() or PlannedPart(article=article)
        plan.planned_on = file.planned_on
        plan.save()


def change_sponsor(article: Article, line: SponsorLine | None) -> None:
    if line is None:
        Sponsorship.objects.filter(page=article.pk).delete()
        return
    sponsorship = sponsorship_of(article) or Sponsorship(page=article)
    sponsorship.text, sponsorship.url = line.text, line.url
    sponsorship.starts_at, sponsorship.ends_at = line.starts_at, line.ends_at
    sponsorship.save()


def in_order(series: Series, first: Sequence[int]) -> tuple[list[int], list[int]]:
    """Returns the ids of the parts in their present order, and in the wanted one.

    The wanted order is `first`, and then the others.
    """
    stand = list(Page.objects.child_of(series).order_by("path").values_list("pk", flat=True))
    there, known = set(stand), set(first)
    wanted = [*(pk for pk in first if pk in there), *(pk for pk in stand if pk not in known)]
    return stand, wanted


def put_in_order(series: Series, first: Sequence[int], new: Collection[int]) -> None:
    """Gives each part the path of its place, within a transaction of the caller's.

    Parts have no pages below them, so their paths can change places. Wagtail moves one page at a
    time: to turn 400 around took it 98,567 statements. Of those that are not `new`, the log tells
    which have moved.
    """
    parts = Page.objects.child_of(series).order_by("path")
    paths = list(parts.values_list("path", flat=True))
    stand, wanted = in_order(series, first)
    parts.update(path=Concat(Value("-"), F("path")))  # each path is there once at any time
    moved = [Page(pk=pk, path=path) for pk, path in zip(wanted, paths, strict=True)]
    Page.objects.bulk_update(moved, ["path"])
    place = {pk: n for n, pk in enumerate(stand)}
    stay = _longest_rising([place[pk] for pk in wanted]) | {place[pk] for pk in new}
    fields = ("pk", "content_type", "title", "latest_revision")
    rows = [row for row in parts.values_list(*fields) if place[row[0]] not in stay]
    here = {"id": series.pk, "title": series.title}
    log_together(rows, "wagtail.reorder", {"source": here, "destination": here})
    ContentVersion.raise_on_commit()


def _longest_rising(numbers: list[int]) -> set[int]:
    """Returns the largest set of numbers that are already in rising order, in n log n time."""
    ends: list[int] = []  # for each length, the lowest last number of any run that long
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect(ends, number)
        before[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    run, last = set(), ends[-1] if ends else None
    while last is not None:
        run.add(last)
        last = before[last]
    return run

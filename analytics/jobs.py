"""What the figures leave to the worker: each night's sums, and the pages that nginx answers."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count as Number
from django.db.models import Max, Sum
from django.utils import timezone

from analytics import nginx
from analytics.models import LEAST, SITE, Count, Kind, NamedCount, Recent, What
from reading.models import Reading
from worker.jobs import job
from worker.services import service

service(nginx.listen)

#: Days of `Recent`.
RECENT = 28
#: Nights that are made up for after the worker has stood still.
MOST_NIGHTS = 31


@job(every=1800, lane="slow")
def sum_up() -> None:
    """Each day's reading to the end, summed once: no member who is deleted later changes it."""
    yesterday = timezone.localdate() - timedelta(days=1)
    done = Count.objects.filter(what=What.FINISHED, about=SITE).aggregate(last=Max("day"))["last"]
    day = max(done or yesterday - timedelta(days=1), yesterday - timedelta(days=MOST_NIGHTS))
    if day >= yesterday:
        return
    while day < yesterday:
        day += timedelta(days=1)
        with transaction.atomic():  # a night that is broken off is begun again
            count_finished(day)
            if day == yesterday:
                sum_recent(day)
    fold(yesterday)
    forget(yesterday)


def count_finished(day: date) -> None:
    start, end = (
        timezone.make_aware(datetime.combine(each, time.min))
        for each in (day, day + timedelta(days=1))
    )
    read = Reading.objects.filter(finished_at__gte=start, finished_at__lt=end).order_by()
    counts = dict(read.values_list("article").annotate(Number("pk")))
    rows = [(day, What.FINISHED, article, times) for article, times in counts.items()]
    # The site's row is there on a day without reading too: it says that the day is done.
    Count.objects.add([*rows, (day, What.FINISHED, SITE, sum(counts.values()))])


def sum_recent(until: date) -> None:
    """The four weeks that end with `until`."""
    days = Count.objects.filter(day__range=(first_day(until), until)).order_by()
    found = days.values_list("what", "about").annotate(Sum("count"))
    Recent.objects.all().delete()
    Recent.objects.bulk_create(
        (Recent(what=what, about=about, count=count) for what, about, count in found),
        batch_size=5_000,
    )


def first_day(until: date) -> date:
    return until - timedelta(days=RECENT - 1)


def fold(until: date) -> None:
    """Sum what happened on a page on a day that no report shows any more into its month, in a short
    transaction for each kind of count. The lists of members tell what a member did on a day, and
    what happened on a page on a day must not stand beside them for years."""
    days = Count.objects.filter(day__lt=first_day(until), about__gt=SITE).exclude(day__day=1)
    for day, what in set(days.order_by().values_list("day", "what").distinct()):
        with transaction.atomic():
            rows = days.filter(day=day, what=what)
            counts = list(rows.select_for_update().values_list("about", "count"))
            Count.objects.add((day.replace(day=1), what, about, n) for about, n in counts)
            rows.delete()


def forget(today: date) -> None:
    """Delete what is older than FIGURES_MONTHS, and the names of sites that few came from."""
    months = today.year * 12 + today.month - 1 - settings.FIGURES_MONTHS
    oldest = date(months // 12, months % 12 + 1, 1)
    Count.objects.filter(day__lt=oldest).delete()
    NamedCount.objects.filter(day__lt=oldest).delete()
    week = today - timedelta(days=today.weekday())
    NamedCount.objects.filter(kind=Kind.HOST, day__lt=week, count__lte=LEAST).delete()

"""What members' reading adds to the editors' desk: numbers, and never who."""

from collections.abc import Collection, Iterator

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.models.rights import edits_all
from desk.columns import Cell, column
from desk.figures import Day, Figure, counter
from reading.models import Reading


@column(_("Read to the end"), order=30)
def finished(keys: Collection[int]) -> dict[int, Cell]:
    """How many members have read each article to the end."""
    rows = Reading.objects.filter(article__in=keys, finished_at__isnull=False).order_by()
    counts = rows.values("article").annotate(n=Count("pk")).values_list("article", "n")
    return {pk: Cell(str(count)) for pk, count in counts}


@counter
def read_yesterday(request: HttpRequest, day: Day) -> Iterator[Figure]:
    if not edits_all(request.user):
        return
    rows = Reading.objects.filter(finished_at__gte=day.start, finished_at__lt=day.end)
    count = rows.count()
    text = ngettext("article read to the end", "articles read to the end", count)
    yield Figure(count, text, order=20)

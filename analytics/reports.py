"""What the editors see of the counts: a few queries for each page, however many rows there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import QuerySet, Sum
from django.utils import timezone

from analytics.models import LEAST, SOURCES, Count, Kind, NamedCount, Recent, What
from articles.models import Article

#: Days of a report, the last is yesterday: today isn't over.
DAYS = 28
#: Months of a report: a year, and the month of a year ago.
MONTHS = 13
OPENED = [What.VISITORS, What.MEMBERS]


def span(days: int = DAYS) -> list[date]:
    today = timezone.localdate()
    return [today - timedelta(days=back) for back in range(days, 0, -1)]


class Series(NamedTuple):
    """One kind of count, over the periods of a table."""

    label: str
    values: list[int]

    @property
    def total(self) -> int:
        return sum(self.values)


def by_day(about: int, whats: Sequence[What], days: Sequence[date]) -> list[Series]:
    rows = Count.objects.filter(about=about, what__in=whats, day__range=(days[0], days[-1]))
    found = {(what, day): count for what, day, count in rows.values_list("what", "day", "count")}
    return [Series(str(w.label), [found.get((w.value, day), 0) for day in days]) for w in whats]


def totals(about: int, days: Sequence[date]) -> dict[str, int]:
    """Each kind of count of `about`, summed."""
    rows = Count.objects.filter(about=about, day__range=(days[0], days[-1])).order_by()
    return defaultdict(int, dict(rows.values_list("what").annotate(Sum("count"))))


def by_month(about: int, whats: Sequence[What]) -> tuple[list[date], list[Series]]:
    """The last MONTHS, this one among them, and each kind of count in them."""
    today = timezone.localdate()
    number = today.year * 12 + today.month - 1
    firsts = [date(n // 12, n % 12 + 1, 1) for n in range(number - MONTHS + 1, number + 1)]
    rows = Count.objects.filter(about=about, what__in=whats, day__gte=firsts[0])
    found: defaultdict[tuple[str, date], int] = defaultdict(int)
    for what, day, count in rows.values_list("what", "day", "count"):
        found[what, day.replace(day=1)] += count
    return firsts, [
        Series(str(w.label), [found[w.value, first] for first in firsts]) for w in whats
    ]


def sources(of: dict[str, int]) -> list[tuple[str, int]]:
    """Where those who opened came from, most first, and those that no browser tells of."""
    opened = sum(of[what] for what in OPENED)
    told = [(str(what.label), of[what]) for what in SOURCES if of[what]]
    rest = opened - sum(count for _label, count in told)
    return sorted(told, key=lambda each: -each[1]) + ([("", rest)] if rest > 0 else [])


def hosts(days: Sequence[date]) -> list[tuple[str, int]]:
    """Other sites that readers came from, with more than LEAST in a week."""
    since = days[0] - timedelta(days=days[0].weekday())
    rows = NamedCount.objects.filter(kind=Kind.HOST, day__gte=since, count__gt=LEAST)
    summed = rows.order_by().values_list("name").annotate(total=Sum("count"))
    return list(summed.order_by("-total", "name")[:30])


def doors(days: Sequence[date]) -> list[tuple[str, int]]:
    rows = NamedCount.objects.filter(kind=Kind.DOOR, day__range=(days[0], days[-1])).order_by()
    summed = rows.values_list("name").annotate(total=Sum("count"))
    return list(summed.order_by("-total", "name"))


class ArticleRow(NamedTuple):
    """An article's counts of the last four weeks."""

    article: Article
    counts: dict[str, int]

    @property
    def opened(self) -> int:
        return self.counts[What.VISITORS] + self.counts[What.MEMBERS]

    @property
    def gate(self) -> int:
        return self.counts[What.GATE]

    @property
    def joined(self) -> int:
        return self.counts[What.JOINED]

    @property
    def finished(self) -> int:
        return self.counts[What.FINISHED]

    @property
    def heard(self) -> int:
        return self.counts[What.HEARD]

    @property
    def recruits(self) -> float | None:
        """How many of a hundred who met the gate joined, or None when few met it."""
        return 100 * self.joined / self.gate if self.gate >= LEAST else None

    @property
    def teaser(self) -> str:
        gates = self.article.metadata.gates
        return str(gates[0]["teaser"]) if gates else ""


def recent(keys: Collection[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {key: defaultdict(int) for key in keys}
    rows = Recent.objects.filter(about__in=keys).exclude(what=What.SPONSOR)
    for about, what, count in rows.values_list("about", "what", "count"):
        found[about][what] = count
    return found


def rows_of(articles: "Iterable[Article]") -> list[ArticleRow]:
    """The articles in their order, with their counts. They come with their metadata."""
    listed = list(articles)
    counts = recent([article.pk for article in listed])
    return [ArticleRow(article, counts[article.pk]) for article in listed]


def most(what: What, articles: "QuerySet[Article]", number: int = 20) -> list[ArticleRow]:
    """The published articles with the most of `what` in four weeks."""
    rows = Recent.objects.filter(what=what, about__in=articles.order_by().values("pk"))
    keys = list(rows.order_by("-count", "about").values_list("about", flat=True)[:number])
    found = articles.select_related("metadata").in_bulk(keys)
    return rows_of(found[key] for key in keys if key in found)

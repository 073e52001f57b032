"""The counts. No row is about a person, and none holds anything that a reader has sent.

Each is a number of times that something happened, on a page and a day or a month. Nothing else is
put together in one row: not where readers of a page came from, nor which of them met the gate.
"""

from collections.abc import Iterable
from datetime import date

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _


class What(models.TextChoices):
    """What is counted. docs/decisions/0137-figures-without-people.md says how."""

    VISITORS = "visitors", _("opened by visitors")
    MEMBERS = "members", _("opened by members")
    GATE = "gate", _("met the gate")
    JOINED = "joined", _("joined here")
    FINISHED = "finished", _("read to the end")
    HEARD = "heard", _("heard to the end")
    SPONSOR = "sponsor", _("sponsor line shown")
    FROM_OWN = "own", _("from our own pages")
    FROM_SEARCH = "search", _("from our own search")
    FROM_ENGINES = "engines", _("from search engines")
    FROM_FEEDS = "feeds", _("from feed readers")
    FROM_MAILS = "mails", _("from our mails")
    FROM_ELSEWHERE = "elsewhere", _("from other sites")


#: Where readers came from. What is left of the opened came from nowhere that a browser tells.
SOURCES = [
    *(What.FROM_OWN, What.FROM_SEARCH, What.FROM_ENGINES),
    *(What.FROM_FEEDS, What.FROM_MAILS, What.FROM_ELSEWHERE),
]
#: The number of the whole site, in `Count.about`.
SITE = 0
#: Times that readers must come from a site in a week before it is named.
LEAST = 10

#: Day, what, about which page, how many times.
Row = tuple[date, str, int, int]


class CountQuerySet(models.QuerySet["Count"]):
    def add(self, rows: Iterable[Row]) -> None:
        """Add to the counts in one statement, or in one for each BATCH."""
        found = sorted(rows)  # in one order in all processes, so that none waits for another's
        with transaction.atomic(), connection.cursor() as cursor:
            for start in range(0, len(found), BATCH):
                part = found[start : start + BATCH]
                values = ", ".join(["(%s, %s, %s, %s)"] * len(part))
                cursor.execute(
                    f"INSERT INTO {Count._meta.db_table} AS kept (day, what, about, count)"  # noqa: S608
                    f" VALUES {values} ON CONFLICT (about, what, day)"
                    " DO UPDATE SET count = kept.count + excluded.count",
                    [value for row in part for value in row],
                )


#: Rows of one statement: SQLite takes 32,766 values at most.
BATCH = 5_000


class Count(models.Model):
    """How many times something happened on one day. What happened on a page more than four weeks
    ago is of its month, in the row of the first (analytics/jobs.py).

    `about` is the primary key of the page, or of the sponsor's line, and SITE for the whole site.
    It is no foreign key: what was counted stays true when a page is deleted.
    """

    day = models.DateField()
    what = models.CharField(max_length=10, choices=What)
    about = models.PositiveBigIntegerField()
    count = models.PositiveIntegerField()

    objects = CountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about", "what", "day"], name="one_count_a_day")
        ]
        indexes = [models.Index(fields=["day"], name="counts_of_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.what} {self.about}: {self.count}"


class Recent(models.Model):
    """The counts of the last four weeks, summed each night: a list reads a row for each page."""

    what = models.CharField(max_length=10, choices=What)
    about = models.PositiveBigIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "what"], name="one_recent_count")]
        indexes = [models.Index(fields=["what", "-count"], name="most_recent")]

    def __str__(self) -> str:
        return f"{self.what} {self.about}: {self.count}"


class Kind(models.TextChoices):
    #: Readers that came from another site in one week: `day` is its Monday. After the week, the row
    #: is deleted unless they were more than LEAST.
    HOST = "host", _("site")
    #: Those who joined on one day by one way: a code, a passkey, a provider.
    DOOR = "door", _("way in")


class NamedCountQuerySet(models.QuerySet["NamedCount"]):
    def add(self, rows: Iterable[tuple[date, str, str, int]]) -> None:
        """Add to the counts: day, kind, name, how many times."""
        found = sorted(rows)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {NamedCount._meta.db_table} AS kept (day, kind, name, count)"  # noqa: S608
                " VALUES (%s, %s, %s, %s) ON CONFLICT (kind, name, day)"
                " DO UPDATE SET count = kept.count + excluded.count",
                found,
            )


class NamedCount(models.Model):
    """How many times something happened that a name tells best, on the whole site."""

    day = models.DateField()
    kind = models.CharField(max_length=4, choices=Kind)
    name = models.CharField(max_length=100)
    count = models.PositiveIntegerField()

    objects = NamedCountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "day"], name="one_named_count")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}: {self.count}"

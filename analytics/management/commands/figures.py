"""The owner's way to the figures: all of them, or those since a day."""

import csv
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.spreadsheets import inert
from analytics.models import SITE, Count, Kind, NamedCount, What

#: What is told of a page by the month.
BY_MONTH = [What.MEMBERS, What.JOINED, What.FINISHED, What.HEARD]


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("«%s» is no day. Write it as 2026-01-31.") % text) from error


class Command(BaseCommand):
    help = "Show the figures: the sums of the site, or with --csv every row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since",
            metavar="DAY",
            help="the first day, as 2026-01-31; pages are told from the first of its month",
        )
        parser.add_argument("--csv", action="store_true", help="every count, as CSV")

    def handle(self, *args: Any, since: str | None, **options: Any) -> None:
        first = day(since) if since else date.min
        if options["csv"]:
            writer = csv.writer(self.stdout, delimiter=";", lineterminator="\n")
            writer.writerow(["day", "what", "address", "count"])
            writer.writerows(rows(first))
            return
        sums = Count.objects.filter(about=SITE, day__gte=first).order_by().values_list("what")
        counts = dict(sums.annotate(Sum("count")))
        for what in What:
            if what in counts:
                self.stdout.write(f"{counts[what]:>10}  {what.label}")
        if not counts:
            self.stdout.write(_("Nothing is counted in that time."))


def rows(first: date) -> Iterator[tuple[object, ...]]:
    """Each count: the day, what, the address of the page or "" for the whole site, how many.

    What members did on a page is told by the month, in the row of the first: the lists of members
    tell what a member did on a day. So pages are told from the first of the month.
    """
    urls = dict(Page.objects.values_list("pk", "url_path"))
    of_site = Q(about=SITE, day__gte=first)
    counts = Count.objects.filter(of_site | Q(about__gt=SITE, day__gte=first.replace(day=1)))
    of_members = Q(what__in=BY_MONTH, about__gt=SITE)
    summed = (
        counts.filter(of_members)
        .annotate(month=TruncMonth("day"))
        .order_by("month", "about", "what")
        .values_list("month", "what", "about")
        .annotate(Sum("count"))
    )
    others = counts.exclude(of_members).order_by("day", "about", "what")
    days = others.values_list("day", "what", "about", "count")
    listed: Iterator[Any] = chain(days.iterator(5_000), summed.iterator(5_000))
    for on, what, about, count in listed:
        is_page = about != SITE and what != What.SPONSOR
        address = address_of(urls.get(about)) if is_page else str(about or "")
        yield on, what, inert(address), count
    named = NamedCount.objects.filter(day__gte=first).order_by("day", "kind", "name")
    for on, kind, name, count in named.values_list("day", "kind", "name", "count"):
        yield on, Kind(kind).value, inert(name), count


def address_of(url_path: str | None) -> str:
    """The public address of a page by its path in the tree. A deleted page has none."""
    return "/" + url_path.split("/", 2)[2] if url_path and url_path.count("/") > 1 else ""

"""The figures in the panel: of the site, an article, a series, an author and a sponsor's line."""

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin.auth import require_admin_access

from accounts.models import User
from accounts.models.users import SOURCES as DOORS
from analytics import reports
from analytics.admin.csv_files import csv_file
from analytics.charts import Chart, stacked
from analytics.models import SITE, What
from analytics.reports import OPENED, ArticleRow, Series
from articles.models import Article, Author
from articles.models import Series as ArticleSeries
from articles.models.rights import edits_all, own_pages
from sponsors.models import Sponsorship

#: What a report of one page shows by the day. The list of members has the day on which each last
#: read: no more may stand beside it, or it would tell who read the page.
BY_DAY = [What.VISITORS, What.GATE]
#: And by the month.
BY_MONTH = [*OPENED, What.GATE, What.FINISHED, What.HEARD]


def articles_of(user: User) -> "QuerySet[Article]":
    """The articles whose figures `user` may see: an editor's are all, an author's their own."""
    published = Article.objects.live().defer("body")
    return published if edits_all(user) else published.filter(pk__in=own_pages(user).values("pk"))


class Drawn:
    """A chart, and the table beside it."""

    def __init__(
        self, lines: Sequence[Series], names: Sequence[str], short: Sequence[str], each: int
    ) -> None:
        """`names` are those of the periods, and every `each`-th of `short` stands in the chart."""
        self.series = lines
        #: What is opened, by whom. The gate is a part of it, so it isn't drawn above it.
        self.shown = [line for line in lines[:2] if line.label != str(What.GATE.label)]
        self.chart: Chart = stacked([line.values for line in self.shown], short, each)
        self.rows = [(name, [line.values[i] for line in lines]) for i, name in enumerate(names)]


def daily(about: int, whats: Sequence[What]) -> Drawn:
    days = reports.span()
    lines = reports.by_day(about, whats, days)
    names = [date_format(day, "j. F") for day in days]
    return Drawn(lines, names, [f"{day.day}.{day.month}." for day in days], 7)


def monthly(about: int, whats: Sequence[What]) -> Drawn:
    firsts, lines = reports.by_month(about, whats)
    names = [date_format(first, "F Y") for first in firsts]
    return Drawn(lines, names, [date_format(first, "m.Y") for first in firsts], 3)


@require_admin_access
def figures(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    articles = articles_of(user)
    if request.GET.get("som") == "csv":
        return csv_of_articles(articles)
    context: dict[str, Any] = {"most": reports.most(What.VISITORS, articles)}
    if edits_all(user):
        days = reports.span()
        totals = reports.totals(SITE, days)
        context |= {
            "is_editor": True,
            "daily": daily(SITE, [*OPENED, What.GATE, What.JOINED, What.FINISHED]),
            "totals": totals,
            "opened": sum(totals[what] for what in OPENED),
            "sources": reports.sources(totals),
            "hosts": reports.hosts(days),
            "doors": [(DOORS.get(name, name), count) for name, count in reports.doors(days)],
            "recruiting": [row for row in reports.most(What.JOINED, articles, 10) if row.joined],
            "series": ArticleSeries.objects.live().order_by("title").only("title", "path")[:500],
            "lines": Sponsorship.objects.order_by("-pk").only("text")[:100],
        }
    return render(request, "wagtailadmin/analytics/figures.html", context)


@require_admin_access
def figures_of_article(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(
        articles_of(cast(User, request.user)).select_related("metadata"), pk=pk
    )
    drawn = daily(article.pk, BY_DAY)
    if request.GET.get("som") == "csv":
        return csv_of_days(article.slug, drawn)
    totals = reports.totals(article.pk, reports.span())
    row = ArticleRow(article, totals)
    context = {
        "article": article,
        "row": row,
        "daily": drawn,
        "monthly": monthly(article.pk, BY_MONTH),
        "sources": reports.sources(totals),
    }
    return render(request, "wagtailadmin/analytics/article.html", context)


class FunnelRow:
    """A part of a series, and how many went on from it."""

    def __init__(
        self, number: int, row: ArticleRow, following: ArticleRow | None, top: int
    ) -> None:
        self.number, self.row = number, row
        self.width = round(100 * row.opened / top, 1) if top else 0
        self.read_width = round(100 * row.finished / top, 1) if top else 0
        self.went_on = (
            round(100 * following.opened / row.opened) if following and row.opened else None
        )


@require_admin_access
def figures_of_series(request: HttpRequest, pk: int) -> HttpResponse:
    """For editors: the panel's guard keeps others out (portal/panel_guard.py)."""
    series = get_object_or_404(ArticleSeries.objects.live(), pk=pk)
    parts = Article.objects.parts_of(series).defer("body").select_related("metadata")
    rows = reports.rows_of(parts)
    if request.GET.get("som") == "csv":
        return csv_of_rows(series.slug, rows)
    top = max((row.opened for row in rows), default=0)
    following = [*rows[1:], None]
    context = {
        "series": series,
        "rows": [
            FunnelRow(i, row, after, top)
            for i, (row, after) in enumerate(zip(rows, following, strict=False), 1)
        ],
        "monthly": monthly(series.pk, OPENED),
    }
    return render(request, "wagtailadmin/analytics/series.html", context)


@require_admin_access
def figures_of_author(request: HttpRequest, pk: int) -> HttpResponse:
    author = get_object_or_404(Author, pk=pk)
    user = cast(User, request.user)
    if not edits_all(user) and author.user_id != user.pk:
        raise Http404
    articles = Article.objects.for_readers().filter(by_line__author=author).distinct()
    found = articles.defer("body").select_related("metadata").order_by("-first_published_at")
    rows = reports.rows_of(found)
    if request.GET.get("som") == "csv":
        return csv_of_rows(author.slug, rows)
    rows.sort(key=lambda row: -row.opened)
    return render(request, "wagtailadmin/analytics/author.html", {"author": author, "rows": rows})


@require_admin_access
def figures_of_sponsor(request: HttpRequest, pk: int) -> HttpResponse:
    """A report to hand over. For editors: the panel's guard keeps others out."""
    line = get_object_or_404(Sponsorship.objects.select_related("page"), pk=pk)
    drawn = monthly(line.pk, [What.SPONSOR])
    if request.GET.get("som") == "csv":
        return csv_of_days(f"annonse-{line.pk}", drawn)
    context = {"line": line, "monthly": drawn, "total": sum(each.total for each in drawn.series)}
    return render(request, "wagtailadmin/analytics/sponsor.html", context)


def csv_of_days(name: str, drawn: Drawn) -> HttpResponse:
    heads = [_("Period"), *(each.label for each in drawn.series)]
    return csv_file(name, heads, ([period, *values] for period, values in drawn.rows))


ROW_HEADS = [What.VISITORS, What.MEMBERS, What.GATE, What.JOINED, What.FINISHED, What.HEARD]


def csv_of_rows(name: str, rows: Sequence[ArticleRow]) -> HttpResponse:
    heads = [_("Article"), _("Address"), *(str(what.label) for what in ROW_HEADS)]
    lines = (
        [row.article.title, row.article.get_absolute_url(), *(row.counts[w] for w in ROW_HEADS)]
        for row in rows
    )
    return csv_file(name, heads, lines)


def csv_of_articles(articles: "QuerySet[Article]") -> HttpResponse:
    return csv_of_rows("artikler", reports.rows_of(articles.select_related("metadata")))

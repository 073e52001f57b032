"""What the desk shows of the figures, to whom, and in how many queries."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.charts import ABOVE, HEIGHT, stacked, step_of
from analytics.jobs import sum_recent
from analytics.models import LEAST, SITE, Count, Kind, NamedCount
from articles.models import Article, Author
from desk.figures import counters
from sponsors.models import Sponsorship
from tests import factories
from tests.analytics.conftest import NOON
from tests.conftest import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
TODAY = timezone.localdate(NOON)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def series():
    return factories.make_series(slug="serien", title="Serien om tall")


@pytest.fixture
def parts(series):
    return [
        factories.make_article(series=series, slug=f"del-{n}", title=f"Del {n} om tall")
        for n in range(1, 4)
    ]


def count(about: int, day=YESTERDAY, **whats: int) -> None:
    Count.objects.add((day, what, about, times) for what, times in whats.items())
    sum_recent(YESTERDAY)


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def table_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))


def test_the_start_of_the_figures_sums_four_weeks(as_editor, parts):
    count(SITE, visitors=1200, members=34, gate=900, joined=7)
    count(SITE, day=TODAY - timedelta(days=29), visitors=5_000)
    count(SITE, day=TODAY, visitors=9_000)
    count(parts[0].pk, visitors=1_100)
    text = page(as_editor, "/admin/tall/")
    assert "<dd>1\xa0234</dd>" in text
    assert "<dd>900</dd>" in text
    assert "Del 1 om tall" in text
    assert "5\xa0000" not in text
    assert "9\xa0000" not in text


def test_each_chart_has_a_table_with_the_same_numbers(as_editor, parts):
    count(parts[0].pk, visitors=17, members=3, gate=15)
    text = page(as_editor, f"/admin/tall/artikler/{parts[0].pk}/")
    assert text.count('<svg viewBox="0 0 778 ') == text.count('<details class="chart-table">') == 2
    day = f"{YESTERDAY.day}. "
    row = text.split(f'<th scope="row">{day}')[1].split("</tr>")[0]
    assert '<td class="figure">17</td><td class="figure">15</td>' in row
    month = text.split("</details>")[1]
    assert '<td class="figure">17</td><td class="figure">3</td><td class="figure">15</td>' in month


def test_a_gate_tells_how_many_of_a_hundred_joined(as_editor, parts):
    article = parts[0]
    count(article.pk, gate=200, joined=5)
    assert "Av 100 som møtte sperren, ble 2,5 medlem." in page(
        as_editor, f"/admin/tall/artikler/{article.pk}/"
    )


def test_a_series_is_a_funnel_by_part(as_editor, series, parts):
    for article, opened in zip(parts, (200, 100, 25), strict=True):
        count(article.pk, visitors=opened, finished=opened // 5)
    text = page(as_editor, f"/admin/tall/serier/{series.pk}/")
    assert text.index("Del 1 om tall") < text.index("Del 2 om tall") < text.index("Del 3 om tall")
    assert 'width="50.0"' in text
    assert '<td class="figure">50</td></tr>' in text  # of 100, fifty opened the second part
    assert '<td class="figure">25</td></tr>' in text


def test_where_readers_came_from_with_the_rest(as_editor, parts):
    article = parts[0]
    count(article.pk, visitors=100, engines=60, mails=15)
    text = page(as_editor, f"/admin/tall/artikler/{article.pk}/")
    for words, number in [
        ("Fra søkemotorer", 60),
        ("Fra e-postene våre", 15),
        ("Direkte, eller", 25),
    ]:
        after = text.split(words)[1].split("</tr>")[0]
        assert f">{number}</td>" in after


def test_only_a_site_that_many_came_from_is_named(as_editor):
    monday = TODAY - timedelta(days=TODAY.weekday())
    rows = [("få.example", LEAST), ("mange.example", LEAST + 1)]
    NamedCount.objects.add((monday, Kind.HOST, name, times) for name, times in rows)
    text = page(as_editor, "/admin/tall/")
    assert "mange.example" in text
    assert "få.example" not in text


def test_the_report_of_a_sponsors_line(as_editor, parts):
    line = Sponsorship.objects.create(text="Støttet av Banken", page=parts[0].page_ptr)
    count(line.pk, day=TODAY, sponsor=321)
    text = page(as_editor, f"/admin/tall/annonser/{line.pk}/")
    assert "Støttet av Banken" in text
    assert ">321<" in text


def test_csv_holds_the_same(as_editor, series, parts):
    count(parts[0].pk, visitors=12, members=3, gate=9)
    for address in ("/admin/tall/", f"/admin/tall/serier/{series.pk}/"):
        rows = table_of(page(as_editor, f"{address}?som=csv"))
        row = next(row for row in rows if row[0] == "Del 1 om tall")
        assert row[1:5] == ["/serien/del-1/", "12", "3", "9"]
    days = table_of(page(as_editor, f"/admin/tall/artikler/{parts[0].pk}/?som=csv"))
    assert days[-1][1:] == ["12", "9"]  # a member's day of reading would tell what they read


def test_a_formula_in_a_title_runs_in_no_spreadsheet(as_editor, series):
    factories.make_article(series=series, slug="formel", title="=HYPERLINK(1)")
    rows = table_of(page(as_editor, f"/admin/tall/serier/{series.pk}/?som=csv"))
    assert rows[1][0] == "'=HYPERLINK(1)"


def test_authors_see_the_figures_of_their_own_articles_only(writer, series, parts):
    own, other, *_rest = parts
    Article.objects.filter(pk=own.pk).update(owner=writer)
    for article in (own, other):
        count(article.pk, visitors=10)
    client = logged_in(writer)
    assert own.title in page(client, f"/admin/tall/artikler/{own.pk}/")
    assert client.get(f"/admin/tall/artikler/{other.pk}/").status_code == 404
    start = page(client, "/admin/tall/")
    assert own.title in start
    assert other.title not in start
    assert other.title not in page(client, "/admin/tall/?som=csv")


def test_an_author_with_a_log_in_sees_their_own_page_of_figures(writer, series):
    mine = factories.make_author(slug="min", name="Min Side")
    Author.objects.filter(pk=mine.pk).update(user=writer)
    other = factories.make_author()
    client = logged_in(writer)
    assert client.get(f"/admin/tall/forfattere/{mine.pk}/").status_code == 200
    assert client.get(f"/admin/tall/forfattere/{other.pk}/").status_code == 404


def test_the_lists_make_as_many_queries_for_many(as_editor, series, parts):
    addresses = ["/admin/tall/", f"/admin/tall/serier/{series.pk}/"]
    for article in parts:
        count(article.pk, visitors=5)
    for address in addresses:
        as_editor.get(address)  # what is asked once for all
    few = [number_of_queries(as_editor, address) for address in addresses]
    for n in range(4, 12):
        article = factories.make_article(series=series, slug=f"del-{n}", title=f"Del {n}")
        count(article.pk, visitors=n)
    assert [number_of_queries(as_editor, address) for address in addresses] == few


def number_of_queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_yesterday_stands_on_the_start_page(as_editor, parts):
    count(SITE, visitors=41, members=1, gate=20)
    count(SITE, day=TODAY - timedelta(days=28), visitors=1_000)
    text = page(as_editor, "/admin/")
    assert '<dd class="desk-figure">42</dd>' in text
    assert "1 042 på fire uker" in text.replace("\xa0", " ")
    assert '<rect x="0" y="0.0" width="3" height="20.0"/>' in text  # the highest of the days
    assert len(counters) >= 3


def test_nothing_yet_is_no_chart(as_editor, parts):
    text = page(as_editor, "/admin/")
    assert "0 på fire uker" in text.replace("\xa0", " ")
    assert '<svg viewBox="0 0 112 20"' not in text


def test_the_owner_gets_the_figures_by_a_command(parts, capsys):
    count(parts[0].pk, visitors=12)
    count(SITE, visitors=12)
    count(SITE, day=YESTERDAY - timedelta(days=10), visitors=100)
    call_command("figures", since=str(YESTERDAY))
    assert "        12  åpnet av besøkende" in capsys.readouterr().out
    call_command("figures", since=str(YESTERDAY), csv=True)
    assert table_of(capsys.readouterr().out) == [
        ["day", "what", "address", "count"],
        [str(YESTERDAY), "visitors", "", "12"],
        [str(YESTERDAY), "visitors", "/serien/del-1/", "12"],
    ]


def test_what_members_did_on_a_page_is_told_by_the_month(parts, capsys):
    first = date(2026, 10, 1)
    for day in (first, first.replace(day=14)):
        count(parts[0].pk, day=day, members=2, visitors=5)
        count(SITE, day=day, members=2)
    call_command("figures", csv=True)
    told = table_of(capsys.readouterr().out)[1:]
    assert sorted(told) == [
        ["2026-10-01", "members", "", "2"],
        ["2026-10-01", "members", "/serien/del-1/", "4"],
        ["2026-10-01", "visitors", "/serien/del-1/", "5"],
        ["2026-10-14", "members", "", "2"],
        ["2026-10-14", "visitors", "/serien/del-1/", "5"],
    ]


@pytest.mark.parametrize("wrong", ["i går", "2026-13-01", "31.1.2026"])
def test_a_day_that_is_none_gets_a_remedy(wrong):
    with pytest.raises(CommandError, match="2026-01-31"):
        call_command("figures", since=wrong)


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (3, 1), (5, 1), (6, 2), (11, 5), (26, 10), (999, 200), (1_001, 500)]
)
def test_a_chart_has_round_steps(most, step):
    assert step_of(most) == step


def test_the_columns_of_a_chart_stand_above_one_another():
    chart = stacked([[10, 0], [5, 20]], ["a", "b"])
    first, second, other = chart.bars
    assert second.y + second.height == pytest.approx(first.y, abs=0.1)
    assert first.y + first.height == pytest.approx(ABOVE + HEIGHT, abs=0.1)
    assert other.height == pytest.approx(180, abs=0.1)
    assert [level.text for level in chart.levels] == ["0", "5", "10", "15", "20"]


def test_no_name_in_the_file_is_a_formula(parts, capsys):
    NamedCount.objects.add([(YESTERDAY, Kind.DOOR, "=1+1", 3)])
    call_command("figures", csv=True)
    assert [str(YESTERDAY), "door", "'=1+1", "3"] in table_of(capsys.readouterr().out)


def test_the_figures_of_the_whole_site_are_not_for_writers(writer, as_editor, parts):
    count(SITE, visitors=41)
    assert "sider åpnet" in page(as_editor, "/admin/")
    assert "sider åpnet" not in page(logged_in(writer), "/admin/")


def test_a_file_since_a_day_tells_of_pages_from_the_first_of_its_month(parts, capsys):
    for day, members in ((date(2026, 9, 1), 7), (date(2026, 9, 20), 2), (date(2026, 9, 21), 1)):
        Count.objects.add([(day, "members", about, members) for about in (parts[0].pk, SITE)])
    call_command("figures", since="2026-09-21", csv=True)
    assert table_of(capsys.readouterr().out)[1:] == [
        ["2026-09-21", "members", "", "1"],
        ["2026-09-01", "members", "/serien/del-1/", "10"],
    ]

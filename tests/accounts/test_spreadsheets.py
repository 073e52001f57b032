"""No exported cell runs in a spreadsheet, and every cell is the same when it is imported again."""

import csv
import io
from itertools import product

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log

from accounts.models import User
from accounts.spreadsheets import inert, plain
from tests.accounts.test_member_files import OUT, taken, verdicts
from tests.conftest import logged_in
from tests.factories import make_article

FORMULA = tuple("=+-@＝＋－＠")
BLANK = ' \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029\u00a0"\u200b\ufeff'
SIGNS = "a1'" + ";,|" + BLANK + "".join(FORMULA)
HOSTILE = [
    *("=1+1", "+47", "-x", "@sum", "＝1+1", "\t=1", "\n=1", "x,=1+1,", "x;=1", "x\t=1", "x\n=1"),
    *(' "=1', 'x",=1', "x,'=1", "x, \u200b＝1", "x,\u00a0=1", "''", "'", "'=x", "x\r=1", '",@x,"'),
]
texts = st.text(st.sampled_from(SIGNS), max_size=12) | st.text(max_size=12)


def cells_of(text: str) -> set[str]:
    """Returns the cells of a file, in all the ways that a program may split it."""
    found: set[str] = set()
    quoting = (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)
    for delimiter, quotes, skips in product(";,\t|", quoting, (True, False)):
        for lines in (io.StringIO(text, newline=""), text.splitlines()):
            rows = csv.reader(lines, delimiter=delimiter, quoting=quotes, skipinitialspace=skips)
            found.update(cell for row in rows for cell in row)
    return found


def would_run(cells: set[str]) -> list[str]:
    return [cell for cell in cells if cell.strip(BLANK).startswith(FORMULA)]


@given(texts)
@example("'=x")
def test_what_was_made_inert_comes_back_as_it_was(text):
    assert plain(inert(text)) == text


@given(st.lists(st.lists(texts, min_size=1, max_size=3), min_size=1, max_size=3))
@example([["x,=1+1,"]])
def test_no_cell_runs_however_a_program_parts_them(rows):
    for delimiter in ";,":
        file = io.StringIO()
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([map(inert, row) for row in rows])
        assert not would_run(cells_of(file.getvalue()))


@pytest.mark.parametrize("text", ["Åse Bø", "'t Hooft", "Bø-Lie, Åse (d.y.)", "a+b@example.no"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert plain(text) == text
    if not text.startswith("'"):
        assert inert(text) == text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_members_name_runs_nowhere_and_comes_in_unchanged(manager, member, name):
    User.objects.filter(pk=member.pk).update(name=name, source=name)
    data = b"".join(logged_in(manager).get(OUT).streaming_content)
    assert not would_run(cells_of(data.decode("utf-8-sig")))
    assert verdicts(taken(data, manager)) == ["same"]


EXPORTS = ["/admin/redirects/", "/admin/reports/site-history/", "/admin/reports/aging-pages/"]


@pytest.fixture
def hostile(editor, series) -> User:
    """A user whose name, titles and addresses are formulas."""
    editor.is_superuser, editor.name = True, "x,=1+1"
    editor.save()
    article = make_article(series, title="=1+1")
    log(article, "wagtail.edit", user=editor)
    Redirect.objects.create(old_path="/x,=1+1", redirect_link="https://example.no/,@x\x01")
    return editor


@pytest.mark.parametrize("path", EXPORTS)
def test_no_cell_of_the_panels_csv_files_runs(path, hostile):
    answer = logged_in(hostile).get(path, {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "'=1" in text
    assert not would_run(cells_of(text))


@pytest.mark.parametrize("path", EXPORTS)
def test_no_cell_of_the_panels_workbooks_is_a_formula(path, hostile):
    answer = logged_in(hostile).get(path, {"export": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [cell for row in book.active.rows for cell in row]
    assert any("=1" in str(cell.value) for cell in cells)
    assert "f" not in {cell.data_type for cell in cells}

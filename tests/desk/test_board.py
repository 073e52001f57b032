"""The series board: one order saved at once, access of many with undo, rules and plans."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.actions.move_page import MovePageAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry

from accounts.access import Access
from articles.models import Article, Home, PlannedPart, Series, SeriesRules
from articles.ordering import OrderChangedError, arrange
from delivery.models import ContentVersion
from desk.admin.board import parts_of
from desk.admin.forms import PlanForm
from desk.rows import rows_of
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(series) -> list[Article]:
    return [factories.make_article(series, title=f"Del {n}", slug=f"del-{n}") for n in range(1, 5)]


def keys(series: Series) -> list[int]:
    return [page.pk for page in Series.objects.get(pk=series.pk).get_children().order_by("path")]


def save(client, series: Series, order: list[int], read: list[int], **more):
    sent = {"order": order, "read": ",".join(map(str, read)), **more}
    return client.post(f"/admin/serier/{series.pk}/", sent, follow=True)


def test_the_order_is_saved_at_once(series, parts, as_editor, visitor, at_once):
    read = keys(series)
    wanted = [read[3], read[0], read[2], read[1]]
    before = ContentVersion.stored()
    with at_once():
        answer = save(as_editor, series, wanted, read)
    assert keys(series) == wanted
    assert "Rekkefølgen er lagret" in answer.text
    assert ContentVersion.stored() == before + 1
    page = visitor.get("/serien/").text
    assert page.index("Del 4") < page.index("Del 1") < page.index("Del 3") < page.index("Del 2")
    assert Page.find_problems() == ([], [], [], [], [])
    assert PageLogEntry.objects.filter(page=series, action="articles.arrange").count() == 1


def test_another_editors_change_is_told_and_mine_stays_on_screen(series, parts, as_editor):
    read = keys(series)
    arrange(series, read, [read[1], read[0], *read[2:]])
    mine = list(reversed(read))
    answer = save(as_editor, series, mine, read)
    assert "Noen andre har endret serien" in answer.text
    shown = re.findall(r'<tr data-pk="(\d+)"', answer.text)
    assert [int(pk) for pk in shown] == mine
    assert keys(series) == [read[1], read[0], *read[2:]]
    assert f'name="read" value="{",".join(map(str, keys(series)))}"' in answer.text


def test_only_children_are_put_in_order(series, parts):
    read = keys(series)
    with pytest.raises(OrderChangedError):
        arrange(series, read, [*read[:3], Home.objects.get().pk])
    with pytest.raises(OrderChangedError):
        arrange(series, read, [*read, Home.objects.get().pk])


def test_sixty_parts_take_a_handful_of_statements(series, at_once):
    for n in range(60):
        factories.draft_article(series, title=f"Del {n}", slug=f"del-{n}", body=[])
    read = keys(series)
    with CaptureQueriesContext(connection) as found:
        arrange(series, read, [*read[1:], read[0]])
    assert keys(series) == [*read[1:], read[0]]
    assert len([q for q in found if q["sql"].startswith("UPDATE")]) <= 62
    assert Page.find_problems() == ([], [], [], [], [])


def test_series_change_places_with_all_their_parts(series, parts, as_editor):
    other = factories.make_series("annen", "Annen")
    inside = factories.make_article(other, title="Inni", slug="inni")
    read = [series.pk, other.pk]
    sent = {"order": [other.pk, series.pk], "read": f"{series.pk},{other.pk}"}
    as_editor.post("/admin/serier/rekkefolge/", sent)
    assert list(Series.objects.order_by("path").values_list("pk", flat=True)) == read[::-1]
    assert Article.objects.get(pk=inside.pk).get_parent().pk == other.pk
    assert Page.find_problems() == ([], [], [], [], [])


def test_access_of_many_is_changed_and_taken_back(series, parts, as_editor):
    parts[0].change_access(Access.PUBLIC)
    sent = {"id": [part.pk for part in parts[:3]], "do": "open"}
    answer = as_editor.post(f"/admin/serier/{series.pk}/deler/", sent, follow=True)
    assert "board-undo" in answer.text
    levels = dict(Article.objects.values_list("pk", "access"))
    assert [levels[part.pk] for part in parts] == [0, 0, 0, 10]
    logged = PageLogEntry.objects.filter(action="articles.change_access")
    assert set(logged.values_list("page", flat=True)) == {part.pk for part in parts[:3]}
    as_editor.post(f"/admin/serier/{series.pk}/angre/")
    levels = dict(Article.objects.values_list("pk", "access"))
    assert [levels[part.pk] for part in parts] == [0, 10, 10, 10]
    assert "board-undo" not in as_editor.get(f"/admin/serier/{series.pk}/").text


def test_undo_leaves_alone_what_has_changed_since(series, parts, as_editor):
    as_editor.post(f"/admin/serier/{series.pk}/deler/", {"id": [parts[0].pk], "do": "open"})
    Article.objects.get(pk=parts[0].pk).change_access(Access.MEMBERS)
    count = PageLogEntry.objects.count()
    as_editor.post(f"/admin/serier/{series.pk}/angre/")
    assert PageLogEntry.objects.count() == count


def test_a_writer_changes_nothing_on_the_board(series, parts, writer):
    client, read = logged_in(writer), keys(series)
    assert "board-order" not in client.get(f"/admin/serier/{series.pk}/").text
    save(client, series, read[::-1], read)
    for path in ("deler", "angre", "planlegg", "flytt"):
        client.post(f"/admin/serier/{series.pk}/{path}/", {"id": read, "do": "open", "title": "x"})
    assert keys(series) == read
    assert set(Article.objects.values_list("access", flat=True)) == {10}


def test_the_rule_opens_what_the_board_told_of_and_nothing_else(series, parts, as_editor):
    read = keys(series)
    answer = save(as_editor, series, read, read, opens_first="on")  # as if the board had not told
    assert "Noen andre" in answer.text
    assert set(Article.objects.values_list("access", flat=True)) == {10}
    save(as_editor, series, read, read, opens_first="on", opens=read[0])
    assert list(Article.objects.filter(access=0).values_list("pk", flat=True)) == [read[0]]


def test_the_former_first_part_is_locked_only_if_asked(series, parts, as_editor):
    read = keys(series)
    save(as_editor, series, read, read, opens_first="on", opens=read[0])
    second = [read[1], read[0], *read[2:]]
    save(as_editor, series, second, read, opens_first="on", opens=read[1])
    assert set(Article.objects.filter(access=0).values_list("pk", flat=True)) == set(read[:2])
    save(as_editor, series, read, second, opens_first="on", locks=read[1])
    assert list(Article.objects.filter(access=0).values_list("pk", flat=True)) == [read[0]]


def test_the_rule_holds_for_a_part_that_is_published_later(series, at_once):
    SeriesRules.objects.create(series=series, opens_first=True)
    with at_once():
        first = factories.make_article(series, title="Først", slug="forst")
    with at_once():
        second = factories.make_article(series, title="Så", slug="saa")
    levels = dict(Article.objects.values_list("pk", "access"))
    assert (levels[first.pk], levels[second.pk]) == (Access.PUBLIC, Access.MEMBERS)


def test_the_rule_opens_no_other_part_while_the_first_is_away(series, at_once):
    first = factories.make_article(series, title="Først", slug="forst")
    second = factories.make_article(series, title="Så", slug="saa")
    third = factories.make_article(series, title="Sist", slug="sist")
    SeriesRules.objects.create(series=series, opens_first=True)
    first.unpublish()
    with at_once():
        third.save_revision().publish()
    assert Article.objects.get(pk=second.pk).access == Access.MEMBERS


def plan(client, series: Series, title: str, day: str = ""):
    path = f"/admin/serier/{series.pk}/planlegg/"
    return client.post(path, {"title": title, "planned_on": day}, follow=True)


def test_a_planned_part_is_told_only_where_the_series_tells(series, as_editor, visitor):
    day = timezone.localdate() + timedelta(days=20)
    answer = plan(as_editor, series, "Den som kommer", day.isoformat())
    assert "Den som kommer" in answer.text
    assert "Den som kommer" not in visitor.get("/serien/").text
    Series.objects.filter(pk=series.pk).update(announces=True)
    assert "Den som kommer" in visitor.get("/serien/").text
    assert visitor.get("/serien/den-som-kommer/").status_code == 404
    part = PlannedPart.objects.get().article
    as_editor.post(f"/admin/deler/{part.pk}/plan/", {"title": "Nytt navn", "planned_on": ""})
    assert Article.objects.get(pk=part.pk).title == "Nytt navn"
    assert "Nytt navn" not in visitor.get("/serien/").text  # without a day


def test_a_new_plan_leaves_the_rest_of_the_page_alone(series, as_editor, monkeypatch):
    plan(as_editor, series, "Den som kommer")
    part = PlannedPart.objects.get().article
    stored = PlanForm.save

    def save_late(form):  # meanwhile, another editor has written its lead
        Article.objects.filter(pk=part.pk).update(lead="Skrevet imens.")
        return stored(form)

    monkeypatch.setattr(PlanForm, "save", save_late)
    as_editor.post(f"/admin/deler/{part.pk}/plan/", {"title": "Nytt navn", "planned_on": ""})
    part.refresh_from_db()
    assert (part.title, part.lead) == ("Nytt navn", "Skrevet imens.")


def test_planned_parts_whose_titles_give_no_address_get_one_each(series, as_editor):
    for title in ("🎉", "Введение", "Del"):
        assert plan(as_editor, series, title).status_code == 200
    slugs = Article.objects.order_by("path").values_list("slug", flat=True)
    assert list(slugs) == ["artikkel", "artikkel-2", "del"]


def test_a_planned_part_needs_a_title(series, as_editor):
    answer = plan(as_editor, series, "")
    assert answer.status_code == 200
    assert not PlannedPart.objects.exists()


def test_parts_move_to_another_series_and_leave_redirects(series, parts, as_editor):
    other = factories.make_series("annen", "Annen")
    sent = {"id": [parts[1].pk, parts[2].pk], "to": other.pk}
    as_editor.post(f"/admin/serier/{series.pk}/flytt/", sent)
    assert keys(other) == [parts[1].pk, parts[2].pk]
    assert Redirect.objects.filter(old_path="/serien/del-2").exists()
    sent = {"id": ["1" * 5000], "to": other.pk}
    assert as_editor.post(f"/admin/serier/{series.pk}/flytt/", sent).status_code in (200, 302)


def test_the_part_that_was_meant_moves_although_the_order_has_changed(series, parts, editor):
    other = factories.make_series("andre", "Andre")
    part = Article.objects.get(pk=parts[0].pk)
    moving = MovePageAction(part, other, pos="last-child", user=editor)
    read = keys(series)
    arrange(series, read, read[::-1])
    moving.execute()
    assert keys(other) == [part.pk]
    assert keys(series) == read[:0:-1]
    for page in Article.objects.all():
        assert page.url_path == f"{page.get_parent().url_path}{page.slug}/"


def test_taken_addresses_are_told_before_anything_moves(series, parts, as_editor):
    other = factories.make_series("annen", "Annen")
    factories.make_article(other, title="Der", slug="del-2")
    sent = {"id": [parts[1].pk, parts[2].pk], "to": other.pk}
    answer = as_editor.post(f"/admin/serier/{series.pk}/flytt/", sent)
    assert "del-2" in answer.text
    assert keys(series) == [part.pk for part in parts]


def test_the_explorer_of_a_series_leads_to_its_board(series, as_editor):
    assert as_editor.get(f"/admin/pages/{series.pk}/")["Location"] == f"/admin/serier/{series.pk}/"
    assert as_editor.get(f"/admin/pages/{series.pk}/?ordering=title").status_code == 200


def test_the_board_tells_the_state_of_each_part(series, as_editor, editor):
    live = factories.make_article(series, title="Ute", slug="ute")
    live.title = "Ute, ny"
    live.save_revision(user=editor)
    late = factories.draft_article(
        series, title="Sen", slug="sen", authors=[factories.make_author()]
    )
    late.go_live_at = timezone.now() + timedelta(days=2)
    late.save_revision(user=editor).publish(user=editor)
    factories.draft_article(series, title="Kladd", slug="kladd").save_revision(user=editor)
    plan(as_editor, series, "Plan")
    rows = rows_of(parts_of(series, editor), editor)
    assert [row.state for row in rows] == ["changed", "scheduled", "draft", "planned"]
    assert rows[0].share_open == 50

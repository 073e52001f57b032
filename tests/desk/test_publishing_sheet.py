"""The sheet before publishing, and that there is no way round what it stops."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import GroupApprovalTask, PageLogEntry, WorkflowTask
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from accounts.access import Access
from articles.admin.moments import moment_of, told
from articles.admin.publishing import PublishFaultError
from articles.models import Article, ArticleAuthor, Correction, PublishedMetadata
from desk.today import drafts_of
from tests import factories
from tests.conftest import logged_in
from tests.desk.test_findings import fit_article, good_body

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 11, 29, 12, 0))  # a Sunday


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("13:00", "2026-11-29 13:00"),
        ("08:00", "2026-11-30 08:00"),
        ("8", "2026-11-30 08:00"),
        ("kl. 08.00", "2026-11-30 08:00"),
        ("0830", "2026-11-30 08:30"),
        ("i morgen 08:00", "2026-11-30 08:00"),
        ("i morgen", "2026-11-30 08:00"),
        ("I dag kl 14", "2026-11-29 14:00"),
        ("fredag 9", "2026-12-04 09:00"),
        ("søndag 9", "2026-12-06 09:00"),
        ("1. desember kl. 9.30", "2026-12-01 09:30"),
        ("1.12. 08:00", "2026-12-01 08:00"),
        ("01.12.2026 08:00", "2026-12-01 08:00"),
        ("3. januar", "2027-01-03 08:00"),
        ("2026-12-24 17", "2026-12-24 17:00"),
    ],
)
def test_a_time_is_taken_as_an_editor_writes_it(written, expected):
    assert f"{timezone.localtime(moment_of(written, NOW)):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "written", ["", "25:00", "i går", "1.12.2020 08:00", "x", "32.1. 8", "i dag 8"]
)
def test_what_is_no_time_to_come_is_refused(written):
    with pytest.raises(ValueError):  # noqa: PT011
        moment_of(written, NOW)


def test_a_moment_is_told_in_norwegian():
    soon = timezone.make_aware(datetime(timezone.localdate().year, 12, 1, 8))
    assert told(soon).endswith("1. desember kl. 08.00")


def form_of(article: Article, body=None, authors=True, **fields):
    """Returns the fields of the article's form, with one text and a gate."""
    blocks = [("text", rich_text("<p>Åpent.</p>")), ("gate", {"teaser": "", "level": ""}),
              ("text", rich_text("<p>Låst.</p>"))]  # fmt: skip
    author = factories.make_author(slug=f"a{timezone.now().timestamp()}".replace(".", ""))
    return nested_form_data(
        {
            "title": article.title,
            "slug": article.slug,
            "lead": article.lead,
            "body": streamfield(blocks if body is None else body),
            "by_line": inline_formset([{"author": author.pk, "role": "text"}] if authors else []),
            "comments": inline_formset([]),
            "sponsorships": inline_formset([]),
            **fields,
        }
    )


def opened(client, article, purpose="publish", **posted):
    answer = client.post(f"/admin/publisering/{article.pk}/?for={purpose}", posted)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_sheet_tells_of_the_form_as_it_stands(series, as_editor):
    article = factories.draft_article(series)
    article.save_revision()
    page = opened(as_editor, article, **form_of(article, authors=False))
    assert "Artikkelen har ingen forfatter." in page
    assert "Artikkelen har ikke noe bilde." in page
    assert " disabled" in page
    page = opened(as_editor, article, **form_of(article))
    assert "sheet-fault" not in page
    assert "Publiser nå" in page
    assert page.count("<iframe") == 3
    assert not Article.objects.get(pk=article.pk).live


def test_the_sheet_tells_what_the_form_would_refuse(series, as_editor):
    factories.make_article(series, slug="opptatt")
    article = factories.draft_article(series, slug="ny")
    article.save_revision()
    page = opened(as_editor, article, **{**form_of(article), "slug": "opptatt"})
    assert "sheet-fault" in page
    assert "opptatt" in page


def test_the_sheet_tells_of_all_else_beside_what_the_form_would_refuse(series, as_editor):
    factories.make_article(series, slug="opptatt")
    article = factories.draft_article(series, slug="ny")
    article.save_revision()
    wrong = {"slug": "opptatt", "lead": "x" * 501}
    posted = {**form_of(article, [("text", rich_text("<p>Se.[^9]</p>"))], authors=False), **wrong}
    page = opened(as_editor, article, **posted)
    for line in ("opptatt", "501", "har ingen forfatter", "[^9]", "ikke noe bilde"):
        assert line in page
    assert page.count("[^9]") == 1


def test_a_new_page_has_a_sheet_too(series, as_editor):
    article = Article(title="Ny", slug="ny", lead="x")
    url = f"/admin/publisering/ny/articles/article/{series.pk}/"
    page = as_editor.post(url, form_of(article, authors=False)).content.decode()
    assert "Artikkelen har ingen forfatter." in page


def edit(client, article, **posted):
    return client.post(f"/admin/pages/{article.pk}/edit/", posted)


def test_what_is_chosen_in_the_sheet_is_done_together(series, as_editor, editor):
    article = factories.draft_article(series)
    article.save_revision()
    chosen = {"publish-at": "now", "publish-access": str(Access.PUBLIC.value)}
    edit(as_editor, article, **form_of(article), **chosen, **{"action-publish": "1"})
    stored = Article.objects.get(pk=article.pk)
    assert (stored.live, stored.access) == (True, Access.PUBLIC)
    assert PageLogEntry.objects.get(action="articles.change_access").user == editor


def test_a_plan_opens_nothing_of_what_is_published_now(series, as_editor):
    article = fit_article(series)
    article.save_revision().publish()
    article = Article.objects.get(pk=article.pk)
    assert (article.live, article.access) == (True, Access.MEMBERS)
    chosen = {"publish-at": "later", "publish-when": "i morgen 08:00"}
    chosen |= {"publish-access": str(Access.PUBLIC.value), "action-publish": "1"}
    answer = edit(as_editor, article, **form_of(article), **chosen)
    stored = Article.objects.get(pk=article.pk)
    assert stored.scheduled_revision
    assert stored.access == Access.MEMBERS
    assert "Tilgangen er ikke endret" in as_editor.get(answer.url, follow=True).content.decode()


def test_it_is_planned_in_one_step_and_told(series, as_editor):
    article = factories.draft_article(series)
    article.save_revision()
    chosen = {"publish-at": "later", "publish-when": "i morgen 08:00", "action-publish": "1"}
    edit(as_editor, article, **form_of(article), **chosen)
    stored = Article.objects.get(pk=article.pk)
    tomorrow = timezone.localdate() + timedelta(days=1)
    moment = timezone.localtime(stored.scheduled_revision.approved_go_live_at)
    assert (stored.live, moment.date(), moment.hour) == (False, tomorrow, 8)
    page = as_editor.get(f"/admin/pages/{series.pk}/", follow=True).content.decode()
    assert f"er planlagt til {told(moment)}" in page
    assert "Avlys" in page


def test_a_time_that_is_past_publishes_nothing(series, as_editor):
    article = factories.draft_article(series)
    article.save_revision()
    chosen = {"publish-at": "later", "publish-when": "i går", "action-publish": "1"}
    answer = edit(as_editor, article, **form_of(article), **chosen)
    assert "«i går» er ikke et tidspunkt framover" in answer.content.decode()
    assert not Article.objects.get(pk=article.pk).scheduled_revision


def test_a_time_that_is_past_is_told_of_after_an_automatic_save_too(series, as_editor):
    article = factories.make_article(series, authors=[factories.make_author()])
    chosen = {"publish-at": "later", "publish-when": "i går", "action-publish": "1"}
    own = {"overwrite_revision_id": str(article.live_revision_id)}
    answer = edit(as_editor, article, **form_of(article), **chosen, **own)
    assert "«i går» er ikke et tidspunkt framover" in answer.content.decode()


# --- No way round ------------------------------------------------------------------------------

NO_ALT = "Bildet har ingen alternativ tekst"


def unfit(series, **fields):
    picture = factories.block("picture", {"picture": factories.make_picture().pk, "alt": ""})
    article = fit_article(series, [*good_body(), picture], **fields)
    article.save_revision(clean=False)
    return article


@pytest.mark.parametrize("when", [{}, {"publish-at": "later", "publish-when": "i morgen 8"}])
def test_the_form_publishes_and_plans_nothing_unfit(series, as_editor, when):
    article = factories.draft_article(series)
    article.save_revision()
    posted = {**form_of(article, authors=False), **when, "action-publish": "1"}
    assert "har ingen forfatter" in edit(as_editor, article, **posted).content.decode()
    stored = Article.objects.get(pk=article.pk)
    assert (stored.live, stored.scheduled_revision) == (False, None)


def test_a_new_page_s_form_publishes_nothing_unfit(series, as_editor):
    posted = form_of(Article(title="Ny", slug="ny", lead="x"), authors=False)
    url = f"/admin/pages/add/articles/article/{series.pk}/"
    answer = as_editor.post(url, {**posted, "action-publish": "1"})
    assert "har ingen forfatter" in answer.content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize("by_descendants", [False, True])
def test_a_list_publishes_nothing_unfit(series, as_editor, by_descendants):
    article = unfit(series)
    page = series if by_descendants else article
    url = f"/admin/bulk/wagtailcore/page/publish/?next=/admin/&id={page.pk}"
    answer = as_editor.post(
        url, {"include_descendants": "on"} if by_descendants else {}, follow=True
    )
    assert NO_ALT in answer.content.decode()
    assert not Article.objects.live().exists()


def test_a_list_tells_of_what_is_only_planned(series, as_editor):
    author = factories.make_author()
    planned, draft = (
        factories.draft_article(series, slug=slug, authors=[author]) for slug in ["en", "to"]
    )
    draft.save_revision()
    planned.go_live_at = timezone.now() + timedelta(days=2)
    planned.save_revision()
    moment = f"lanlagt til {told(planned.go_live_at)}."
    url = "/admin/bulk/wagtailcore/page/publish/?next=/admin/"
    alone, both = f"{url}&id={planned.pk}", f"{url}&id={planned.pk}&id={draft.pk}"
    assert as_editor.get(both).content.decode().count(f"P{moment}") == 1
    answer = as_editor.post(alone, follow=True).content.decode()
    assert f"p{moment}" in answer
    assert "side er publisert" not in answer
    answer = as_editor.post(both, follow=True).content.decode()
    assert f"p{moment}" in answer
    assert "1 side er publisert" in answer
    assert list(Article.objects.live()) == [draft]


def test_approval_publishes_nothing_unfit(series, as_editor, writer):
    article = unfit(series, owner=writer)
    article.get_workflow().start(article, writer)
    task = article.current_workflow_task_state.pk
    answer = as_editor.post(
        f"/admin/pages/workflow/action/{article.pk}/approve/{task}/", follow=True
    )
    assert NO_ALT in answer.content.decode()
    assert not Article.objects.live().exists()


def test_an_old_version_that_is_unfit_is_not_published(series, as_editor):
    article = factories.draft_article(series)
    old = article.save_revision()
    article.by_line = [ArticleAuthor(author=factories.make_author())]
    article.save_revision().publish()
    article.refresh_from_db()
    newest = article.live_revision
    posted = form_of(article, authors=False, **{"action-publish": "1"})
    url = f"/admin/pages/{article.pk}/revisions/{old.pk}/revert/"
    answer = as_editor.post(url, posted)
    assert "har ingen forfatter" in answer.content.decode()
    assert Article.objects.get(pk=article.pk).live_revision == newest


def test_no_view_that_is_yet_to_come_publishes_what_is_unfit(series, editor):
    with pytest.raises(PublishFaultError):
        unfit(series).get_latest_revision().publish(user=editor)


def test_the_worker_publishes_what_was_checked_when_it_was_planned(series):
    unfit(series).get_latest_revision().publish()
    assert Article.objects.live().exists()


def test_a_writer_sends_for_approval_by_the_same_sheet(series, writer):
    article = factories.draft_article(series, owner=writer)
    article.save_revision(user=writer)
    client = logged_in(writer)
    page = client.get(f"/admin/pages/{article.pk}/edit/").content.decode()
    assert "Send til godkjenning …" in page
    assert "Har ingen" not in page
    assert "har ingen forfatter" in opened(
        client, article, "submit", **form_of(article, authors=False)
    )
    edit(client, article, **form_of(article, authors=False), **{"action-submit": "1"})
    assert Article.objects.get(pk=article.pk).current_workflow_state is None


# --- Approval ----------------------------------------------------------------------------------


def sent_in(series, writer):
    article = fit_article(series, owner=writer)
    article.save_revision(user=writer)
    article.get_workflow().start(article, writer)
    return article


def test_approval_says_that_it_publishes_and_does(series, as_editor, writer):
    article = sent_in(series, writer)
    page = as_editor.get(f"/admin/pages/{article.pk}/edit/").content.decode()
    assert "Godkjenn og publiser …" in page
    assert "Godkjenn og publiser nå" in opened(as_editor, article, "approve", **form_of(article))
    posted = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    edit(as_editor, article, **form_of(article), **posted, **{"publish-at": "now"})
    assert Article.objects.get(pk=article.pk).live


def with_two_steps(article) -> None:
    second = GroupApprovalTask.objects.create(name="Til slutt")
    second.groups.add(Group.objects.get(name="Editors"))
    WorkflowTask.objects.create(workflow=article.get_workflow(), task=second, sort_order=9)


def approve_as_open(client, article, form):
    posted = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    return edit(client, article, **form, **posted, **{"publish-access": str(Access.PUBLIC.value)})


def published_and_sent_in(series, writer):
    article = fit_article(series, owner=writer)
    article.save_revision().publish()
    article = Article.objects.get(pk=article.pk)
    article.save_revision(user=writer)
    article.get_workflow().start(article, writer)
    return article


def test_approval_opens_what_it_publishes(series, as_editor, writer, visitor):
    article = published_and_sent_in(series, writer)
    approve_as_open(as_editor, article, form_of(article, title="Ny tittel"))
    stored = Article.objects.get(pk=article.pk)
    assert (stored.title, stored.access) == ("Ny tittel", Access.PUBLIC)
    assert "Låst." in visitor.get(article.get_absolute_url()).content.decode()


def test_the_first_of_two_approvals_opens_nothing_that_is_published(
    series, as_editor, writer, visitor
):
    article = published_and_sent_in(series, writer)
    with_two_steps(article)
    answer = approve_as_open(as_editor, article, form_of(article))
    stored = Article.objects.get(pk=article.pk)
    assert (stored.current_workflow_task.name, stored.access) == ("Til slutt", Access.MEMBERS)
    assert "Tilgangen er ikke endret" in as_editor.get(answer.url, follow=True).content.decode()
    # What is changed in the last step goes through the first again.
    approve_as_open(as_editor, article, form_of(article))
    stored = Article.objects.get(pk=article.pk)
    assert stored.current_workflow_task.name != "Til slutt"
    assert stored.access == Access.MEMBERS
    assert [passage.access for passage in stored.passages.all()] == [0, Access.MEMBERS]


def test_the_reviewer_s_comment_stands_on_the_writer_s_page_until_it_is_sent_again(
    series, editor, writer
):
    article = sent_in(series, writer)
    state = article.current_workflow_task_state
    mail.outbox.clear()
    state.task.specific.on_action(state, editor, "reject", comment="Kutt ned på innledningen.")
    client = logged_in(writer)
    url = f"/admin/pages/{article.pk}/edit/"
    for _visit in range(2):
        page = client.get(url).content.decode()
        assert "ber om endringer" in page
        assert "Kutt ned på innledningen." in page
    Article.objects.get(pk=article.pk).current_workflow_state.resume(writer)
    assert "ber om endringer, " not in client.get(url).content.decode()


# --- Corrections -------------------------------------------------------------------------------


def test_corrections_are_shown_at_once_and_no_version_erases_them(series, as_editor, visitor):
    article = factories.make_article(series, authors=[factories.make_author()])
    old = article.latest_revision
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "reviewed_on": "03.11.2026",
            "form-0-made_on": "01.10.2026", "form-0-text": "Rentesatsen var gal.",
            "read": read_by(as_editor, article)}  # fmt: skip
    assert as_editor.post(f"/admin/artikler/{article.pk}/rettelser/", rows).status_code == 302
    assert "Rentesatsen var gal." in visitor.get(article.get_absolute_url()).content.decode()
    old.publish()
    stored = Article.objects.get(pk=article.pk)
    assert stored.reviewed_on == date(2026, 11, 3)
    assert [row.text for row in stored.corrections.all()] == ["Rentesatsen var gal."]
    assert len(PublishedMetadata.objects.get(article=article).corrections) == 1
    assert PageLogEntry.objects.filter(action="articles.correct").count() == 1
    assert not article.copy(update_attrs={"slug": "kopi"}).corrections.exists()


def test_an_alias_that_becomes_an_article_keeps_the_corrections(series, as_editor, visitor):
    article = factories.make_article(series, authors=[factories.make_author()])
    alias = article.create_alias(parent=factories.make_series("andre", "Andre"))
    article.correct([(date(2026, 10, 1), "Rentesatsen var gal.")], date(2026, 11, 3))
    as_editor.get(f"/admin/pages/{alias.pk}/convert_alias/")
    as_editor.post(f"/admin/pages/{alias.pk}/convert_alias/")
    call_command("republish")
    stored = Article.objects.get(pk=alias.pk)
    assert stored.alias_of_id is None
    assert [row.text for row in stored.corrections.all()] == ["Rentesatsen var gal."]
    assert "Rentesatsen var gal." in visitor.get(stored.get_absolute_url()).content.decode()
    assert article.corrections.count() == 1


def test_corrections_in_a_draft_from_before_are_offered(series, as_editor):
    article = factories.make_article(series)
    revision = article.save_revision()
    revision.content["corrections"] = [{"made_on": "2026-10-01", "text": "Fra kladden."}]
    revision.save()
    page = as_editor.get(f"/admin/artikler/{article.pk}/rettelser/").content.decode()
    assert "Fra kladden." in page
    assert not Correction.objects.exists()


def read_by(client, article) -> str:
    page = client.get(f"/admin/artikler/{article.pk}/rettelser/").content.decode()
    return re.search(r'name="read" value="(\w+)"', page)[1]


def test_a_late_save_doesn_t_erase_another_s_correction(series, as_editor):
    article = factories.make_article(series)
    url, read = f"/admin/artikler/{article.pk}/rettelser/", read_by(as_editor, article)
    article.correct([(date(2026, 10, 1), "Den andres.")], date(2026, 11, 3))
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "reviewed_on": "", "read": read,
            "form-0-made_on": "02.10.2026", "form-0-text": "Min egen."}  # fmt: skip
    answer = as_editor.post(url, rows)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Noen andre har lagret i mellomtiden" in page
    assert "Den andres." in page
    assert "Min egen." in page
    assert [row.text for row in article.corrections.all()] == ["Den andres."]
    fields = dict(re.findall(r'name="(form-\d+-made_on)" value="([^"]+)"', page))
    texts = re.findall(r'name="(form-\d+-text)"[^>]*>\s*([^<]*?)</textarea>', page)
    both = fields | dict(texts) | {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "2"}
    newer = re.search(r'name="read" value="(\w+)"', page)[1]
    answer = as_editor.post(url, both | {"reviewed_on": "03.11.2026", "read": newer})
    assert answer.status_code == 302
    assert [row.text for row in article.corrections.all()] == ["Den andres.", "Min egen."]


def test_the_same_save_twice_erases_nothing(series, as_editor):
    article = factories.make_article(series)
    url, read = f"/admin/artikler/{article.pk}/rettelser/", read_by(as_editor, article)
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "reviewed_on": "", "read": read,
            "form-0-made_on": "02.10.2026", "form-0-text": "Rettet."}  # fmt: skip
    assert as_editor.post(url, rows).status_code == 302
    page = as_editor.post(url, rows).content.decode()
    assert "Noen andre har lagret i mellomtiden" in page
    assert page.count("Rettet.") == 1
    newer = re.search(r'name="read" value="(\w+)"', page)[1]
    assert as_editor.post(url, rows | {"read": newer}).status_code == 302
    assert [row.text for row in article.corrections.all()] == ["Rettet."]


def test_a_row_that_is_left_empty_is_no_correction(series, as_editor):
    article = factories.make_article(series)
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "reviewed_on": "03.11.2026",
            "read": read_by(as_editor, article), "form-0-text": "",
            "form-0-made_on": date_format(timezone.localdate(), "d.m.Y")}  # fmt: skip
    url = f"/admin/artikler/{article.pk}/rettelser/"
    assert as_editor.post(url, rows).status_code == 302
    assert not Correction.objects.exists()
    assert Article.objects.get(pk=article.pk).reviewed_on == date(2026, 11, 3)


def test_what_was_offered_and_deleted_isn_t_offered_again(series, as_editor):
    article = factories.make_article(series)
    revision = article.save_revision()
    revision.content["corrections"] = [{"made_on": None, "text": "Fra kladden."}]
    revision.save()
    read = read_by(as_editor, article)
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "reviewed_on": "", "read": read,
            "form-0-made_on": "02.10.2026", "form-0-text": "Fra kladden.",
            "form-0-DELETE": "on"}  # fmt: skip
    url = f"/admin/artikler/{article.pk}/rettelser/"
    assert as_editor.post(url, rows).status_code == 302
    assert not Correction.objects.exists()
    assert "Fra kladden." not in as_editor.get(url).content.decode()


@pytest.mark.parametrize("who", ["writer", "manager", "member"])
def test_corrections_are_not_for_everyone_to_write(who, article, request):
    client = logged_in(request.getfixturevalue(who))
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "reviewed_on": "",
            "form-0-made_on": "01.10.2026", "form-0-text": "x"}  # fmt: skip
    client.post(f"/admin/artikler/{article.pk}/rettelser/", rows)
    assert not Correction.objects.exists()


# --- Versions ----------------------------------------------------------------------------------


def test_what_is_published_after_automatic_saves_differs_from_the_version_before(series, as_editor):
    article = factories.make_article(series, authors=[factories.make_author()])
    before = article.latest_revision
    json = {"HTTP_ACCEPT": "application/json"}
    form = {**form_of(article), "title": "Ny tittel"}
    saved = as_editor.post(f"/admin/pages/{article.pk}/edit/", form, **json).json()
    posted = {**form, "overwrite_revision_id": saved["revision_id"], "action-publish": "1"}
    edit(as_editor, article, **posted)
    revisions = list(Article.objects.get(pk=article.pk).revisions.order_by("pk"))
    assert [revision.pk for revision in revisions] == [before.pk, saved["revision_id"]]
    url = f"/admin/pages/{article.pk}/revisions/compare/{before.pk}...{revisions[1].pk}/"
    assert "Ny tittel" in as_editor.get(url).content.decode()


def test_an_automatic_save_after_publishing_leaves_the_published_version_alone(series, as_editor):
    article = factories.make_article(series, authors=[factories.make_author()])
    json = {"HTTP_ACCEPT": "application/json"}
    form = form_of(article)
    saved = as_editor.post(f"/admin/pages/{article.pk}/edit/", form, **json).json()
    same = {**form, "overwrite_revision_id": saved["revision_id"]}
    edit(as_editor, article, **same, **{"action-publish": "1"})
    as_editor.post(f"/admin/pages/{article.pk}/edit/", {**same, "title": "Etterpå"}, **json)
    live = Article.objects.get(pk=article.pk).live_revision
    assert live.content["title"] == article.title


def test_another_s_draft_is_never_written_over(series, as_editor, writer):
    article = factories.draft_article(series, owner=writer)
    theirs = article.save_revision(user=writer)
    own = {"overwrite_revision_id": str(theirs.pk), "action-publish": "1"}
    answer = edit(as_editor, article, **form_of(article, title="Mitt"), **own)
    assert answer.status_code == 302
    assert Article.objects.get(pk=article.pk).title == "Mitt"
    theirs.refresh_from_db()
    assert theirs.content["title"] == article.title


def test_a_plan_that_is_called_off_is_a_draft_again(series, as_editor, editor):
    article = factories.draft_article(series, owner=editor)
    article.save_revision()
    chosen = {"publish-at": "later", "publish-when": "i morgen 8", "action-publish": "1"}
    edit(as_editor, article, **form_of(article), **chosen)
    planned = Article.objects.get(pk=article.pk).scheduled_revision
    assert article not in drafts_of(editor)
    keys = [article.pk, planned.pk]
    as_editor.post(reverse("wagtailadmin_pages:revisions_unschedule", args=keys))
    stored = Article.objects.get(pk=article.pk)
    assert (stored.go_live_at, stored.scheduled_revision) == (None, None)
    assert [page.pk for page in drafts_of(editor)] == [article.pk]
    as_editor.post(f"/admin/bulk/wagtailcore/page/publish/?id={article.pk}")
    assert Article.objects.get(pk=article.pk).live

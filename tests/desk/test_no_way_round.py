"""The less trodden ways to publish also ask the list before publishing."""

import pytest
from wagtail.models import WorkflowState
from wagtail.test.utils.form_data import rich_text

from articles.models import Article, ArticleAuthor
from tests import factories
from tests.conftest import logged_in
from tests.desk.test_findings import fit_article
from tests.desk.test_publishing_sheet import edit, form_of, sent_in

pytestmark = pytest.mark.django_db
NO_AUTHOR = "har ingen forfatter"
#: No form refuses it, only the list does.
UNFIT = [("text", rich_text('<p><a href="/finnes/ikke/">en lenke</a></p>'))]
DEAD_LINK = "går til /finnes/ikke/, som ikke finnes her"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def shown_before_the_check(series) -> Article:
    """It is out already, without an author."""
    return factories.make_article(series)


@pytest.mark.parametrize("asked", ["publish_copies", "alias"])
@pytest.mark.parametrize("whole_series", [False, True])
def test_a_copy_of_what_is_unfit_is_not_published(
    shown_before_the_check, series, as_editor, asked, whole_series
):
    page = series if whole_series else shown_before_the_check
    url = f"/admin/pages/{page.pk}/copy/"
    posted = {"new_title": "Kopi", "new_slug": "kopi", "new_parent_page": page.get_parent().pk}
    posted |= {"copy_subpages": "on"} if whole_series else {}
    answer = as_editor.post(url, {**posted, asked: "on"}, follow=True)
    assert NO_AUTHOR in answer.content.decode()
    assert Article.objects.get() == shown_before_the_check


def test_a_copy_that_stays_a_draft_is_made(shown_before_the_check, series, as_editor):
    url = f"/admin/pages/{shown_before_the_check.pk}/copy/"
    posted = {"new_title": "Kopi", "new_slug": "kopi", "new_parent_page": series.pk}
    as_editor.post(url, posted)
    assert not Article.objects.get(slug="kopi").live


def test_a_copy_of_what_is_fit_is_published(series, as_editor):
    article = fit_article(series)
    article.save_revision().publish()
    url = f"/admin/pages/{article.pk}/copy/"
    posted = {"new_title": "Kopi", "new_slug": "kopi", "new_parent_page": series.pk}
    as_editor.post(url, {**posted, "publish_copies": "on"})
    assert Article.objects.get(slug="kopi").live


@pytest.mark.parametrize("is_new", [False, True])
def test_an_automatic_save_that_asks_for_publishing_publishes_nothing_unfit(
    series, as_editor, is_new
):
    article = factories.draft_article(series)
    article.save_revision()
    way = f"add/articles/article/{series.pk}" if is_new else f"{article.pk}/edit"
    posted = form_of(article, authors=False, **{"action-publish": "1"})
    posted |= {"slug": "ny"} if is_new else {}
    as_editor.post(f"/admin/pages/{way}/", posted, **JSON)
    assert not Article.objects.live().exists()


def asked_of_reviewer(action: str) -> dict[str, str]:
    return {"action-workflow-action": "true", "workflow-action-name": action}


def test_approval_in_the_form_publishes_nothing_unfit(series, as_editor, writer):
    article = sent_in(series, writer)
    posted = form_of(article, UNFIT, **asked_of_reviewer("approve"))
    answer = edit(as_editor, article, **posted)
    assert DEAD_LINK in answer.content.decode()
    assert not Article.objects.live().exists()


def test_changes_may_be_asked_for_of_what_is_unfit(series, as_editor, writer):
    article = sent_in(series, writer)
    posted = form_of(article, authors=False, lead="", **asked_of_reviewer("reject"))
    edit(as_editor, article, **posted, **{"publish-comment": "Ingressen mangler."})
    state = WorkflowState.objects.get()
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert state.current_task_state.comment == "Ingressen mangler."


def test_what_is_sent_again_is_checked_as_the_first_time(series, editor, writer):
    article = sent_in(series, writer)
    state = article.current_workflow_task_state
    state.task.specific.on_action(state, editor, "reject")
    for again in ("action-submit", "action-restart-workflow"):
        answer = edit(logged_in(writer), article, **form_of(article, UNFIT, **{again: "1"}))
        assert DEAD_LINK in answer.content.decode()
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES


def test_an_old_version_can_t_be_planned_either(series, as_editor):
    article = factories.draft_article(series)
    old = article.save_revision()
    article.by_line = [ArticleAuthor(author=factories.make_author())]
    article.save_revision()
    posted = form_of(article, authors=False, **{"action-publish": "1"})
    posted |= {"publish-at": "later", "publish-when": "i morgen 8"}
    as_editor.post(f"/admin/pages/{article.pk}/revisions/{old.pk}/revert/", posted)
    assert Article.objects.get(pk=article.pk).scheduled_revision is None

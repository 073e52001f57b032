"""A workflow of two steps, by Wagtail's own means: who approves, who sees it, when it is out."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupApprovalTask, TaskState, Workflow, WorkflowTask

from articles.models import Article
from mail.models import Message
from tests import factories
from tests.conftest import logged_in, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_steps() -> Workflow:
    workflow = Workflow.objects.get()
    reviewers = Group.objects.create(name="Fagredaktører")
    reviewers.permissions.set(Group.objects.get(name="Editors").permissions.all())
    for given in Group.objects.get(name="Editors").page_permissions.all():
        reviewers.page_permissions.create(page=given.page, permission=given.permission)
    task = GroupApprovalTask.objects.create(name="Faglig gjennomsyn")
    task.groups.set([reviewers])
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=-1)
    return workflow


def test_it_is_out_when_the_last_step_is_approved(two_steps, writer, editor, series, outbox):
    reviewer = person("fag@example.no", group="Fagredaktører")
    other = person("annen@example.no", group="Writers")
    article = factories.draft_article(series, owner=writer, authors=[factories.make_author()])
    article.save_revision(user=writer)
    state = two_steps.start(article, writer)
    assert state.current_task_state.task.name == "Faglig gjennomsyn"
    state.current_task_state.approve(user=reviewer)
    article.refresh_from_db()
    assert not article.live
    state.refresh_from_db()
    assert state.current_task_state.task.name == "Godkjenning i redaksjonen"
    steps = f"/admin/pages/{article.pk}/workflow_history/detail/{state.pk}/"
    assert "Faglig gjennomsyn" in logged_in(writer).get(steps).content.decode()
    state.current_task_state.approve(user=editor)
    assert Article.objects.get(pk=article.pk).live
    assert TaskState.objects.filter(status="approved").count() == 2
    assert not Message.objects.filter(recipient=other.email).exists()
    assert logged_in(other).get(steps).status_code in (302, 403)

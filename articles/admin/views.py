"""Our own views in the editors' panel."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.templatetags.wagtailadmin_tags import user_display_name
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import ChecksSidePanel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.views.pages.workflow import WorkflowAction
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Page, WorkflowState
from wagtail.permission_policies.base import BasePermissionPolicy

from accounts.access import Access, AnyUser
from accounts.models import User
from articles.admin.drafts import SavesItself
from articles.admin.moments import told as told_at
from articles.admin.publishing import (
    PublishesWhatIsFit,
    faults_of_draft,
    may_change_access,
)
from articles.models import Article, Definition


class WithoutChecks:
    """Leaves out Wagtail's checks of a page. They need the script of Wagtail's user bar, which our
    pages never load, so they would always report that nothing is wrong."""

    def get_side_panels(self) -> MediaContainer:
        panels = super().get_side_panels()  # type: ignore[misc]
        return MediaContainer(panel for panel in panels if not isinstance(panel, ChecksSidePanel))


class PageCreateView(SavesItself, PublishesWhatIsFit, WithoutChecks, CreateView):
    """Wagtail's view, but it creates one page at a time below a parent. Two at once would take the
    same path in the tree, or the same address."""

    def dispatch(
        self, request: HttpRequest, app_name: str, model_name: str, parent_page_id: int
    ) -> HttpResponse:
        if request.method != "POST":
            return super().dispatch(request, app_name, model_name, parent_page_id)
        with transaction.atomic():
            Page.objects.select_for_update().filter(pk=parent_page_id).first()
            return super().dispatch(request, app_name, model_name, parent_page_id)


class PageEditView(SavesItself, PublishesWhatIsFit, WithoutChecks, EditView):
    """Wagtail's view, but only one save of a page runs at a time.

    Wagtail saves every field of a page that was never published. An automatic save that reads the
    page just before it is published would turn it back into a draft just after.
    """

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().dispatch(request, page_id, **kwargs)
        with transaction.atomic():
            Page.objects.select_for_update().filter(pk=page_id).first()
            return super().dispatch(request, page_id, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What a reviewer has asked for stands above the form until it is sent again."""
        state = self.workflow_state
        if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            asked = state.current_task_state
            who = user_display_name(asked.finished_by) if asked.finished_by else ""
            told = {"who": who, "when": told_at(asked.finished_at), "comment": asked.comment}
            text = _("%(who)s asks for changes, %(when)s: «%(comment)s»")
            if not asked.comment:
                text = _("%(who)s asks for changes, %(when)s.")
            messages.warning(request, text % told)
        return super().get(request, *args, **kwargs)


class PageRevertView(PublishesWhatIsFit, WithoutChecks, RevisionsRevertView):
    """Wagtail's view, one save at a time and with our checks: it can publish an old revision."""

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            Page.objects.select_for_update().filter(pk=page_id).first()
            return super().dispatch(request, page_id, **kwargs)


class ApprovalView(WorkflowAction):
    """Wagtail's view, which the lists of what waits approve by. What can't be published isn't
    approved, because approval publishes it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = self.task_state.revision.as_object()
        if self.action_name == "approve" and (found := faults_of_draft(draft)):
            why = " ".join(dict.fromkeys(finding.message for finding in found))
            text = _("«%(title)s» can't be published as it stands. %(why)s")
            messages.error(request, text % {"title": draft.title, "why": why})
            return redirect("wagtailadmin_pages:edit", self.object.pk)
        return super().post(request, *args, **kwargs)


class AccessForm(forms.Form):
    access = forms.TypedChoiceField(
        label=gettext_lazy("Who may read the whole article?"),
        choices=Access.choices,
        coerce=lambda value: Access(int(value)),
        widget=forms.RadioSelect,
    )


def change_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an article to everyone, or lock it, at once. The change is logged in its history."""
    article, user = get_object_or_404(Article, pk=pk), cast(User, request.user)
    if not may_change_access(user, article):
        raise PermissionDenied
    form = AccessForm(request.POST or None, initial={"access": article.access})
    if request.method == "POST" and form.is_valid():
        article.change_access(form.cleaned_data["access"], user)
        message = _("«%(title)s» is now: %(access)s.")
        access = Access(article.access).label
        messages.success(request, message % {"title": article.title, "access": access})
        return redirect("wagtailadmin_pages:edit", article.pk)
    return render(
        request,
        "wagtailadmin/articles/access.html",
        {
            "article": article,
            "form": form,
            "header_title": _("Access to «%s»") % article.get_admin_display_title(),
            "edit_url": reverse("wagtailadmin_pages:edit", args=[article.pk]),
        },
    )


class GlossaryPolicy(BasePermissionPolicy):
    """Everyone in the panel may look terms up. Terms are edited in the articles only."""

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return action == "view" and user.has_perm("wagtailadmin.access_admin")

    def user_has_any_permission(self, user: AnyUser, actions: list[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


def article_edit_url(definition: Definition) -> str:
    return reverse("wagtailadmin_pages:edit", args=[definition.passage.page_id])


class GlossaryIndexView(IndexView):
    page_title = gettext_lazy("Glossary")
    verbose_name_plural = gettext_lazy("terms")

    def get_base_queryset(self) -> "QuerySet[Definition]":
        return Definition.objects.live().select_related("passage__page")


class GlossaryViewSet(ModelViewSet):
    """The published terms, each with a link to the article that defines it."""

    model = Definition
    name = "glossary"
    url_prefix = "ordbok"
    icon = "openquote"
    menu_label = gettext_lazy("Glossary")
    menu_name = "glossary"
    menu_order = 250
    add_to_admin_menu = True
    add_to_reference_index = False
    permission_policy = GlossaryPolicy(Definition)
    index_view_class = GlossaryIndexView
    copy_view_enabled = False
    form_fields = ["term"]
    search_fields = ["term"]
    search_backend_name = None
    ordering = "slug"
    list_display = [
        TitleColumn("term", label=gettext_lazy("Term"), get_url=article_edit_url, sort_key="term"),
        Column(
            "address", label=gettext_lazy("Address"), accessor="get_absolute_url", classname="wide"
        ),
        Column("article", label=gettext_lazy("Article"), accessor="passage.page.title"),
        Column("access", label=gettext_lazy("Access"), accessor="passage.get_access_display"),
    ]

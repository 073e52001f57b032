"""One button that publishes, in place of Wagtail's menu of ways to do it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.action_menu import (
    ActionMenuItem,
    PublishMenuItem,
    SubmitForModerationMenuItem,
    WorkflowMenuItem,
)

from desk.publishing_sheet import APPROVE, PUBLISH, SUBMIT


class SheetMenuItem(ActionMenuItem):
    """Opens the sheet. static/js/panel-publishing-sheet.js does what the attributes say."""

    template_name = "wagtailadmin/desk/sheet_button.html"

    def __init__(self, purpose: str, label: str, icon_name: str) -> None:
        super().__init__(order=-1)
        self.purpose, self.label, self.icon_name = purpose, label, icon_name

    def get_url(self, parent_context: dict[str, Any]) -> str:
        if parent_context["view"] == "create":
            named = parent_context["request"].resolver_match.kwargs
            parts = [named["app_name"], named["model_name"], named["parent_page_id"]]
            url = reverse("publishing_sheet_of_new", args=parts)
        else:
            url = reverse("publishing_sheet", args=[parent_context["page"].pk])
        return f"{url}?for={self.purpose}"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        saved = reverse("publishing_sheet", args=[0])  # of a new page that saves itself meanwhile
        return {**context, "saved_url": f"{saved}?for={self.purpose}"}


def one_button(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """A hook. The first item becomes the button, and the rest stand in its menu."""
    publishing = [item for item in items if isinstance(item, PublishMenuItem)]
    submitting = [item for item in items if isinstance(item, SubmitForModerationMenuItem)]
    approving = [
        item for item in items if isinstance(item, WorkflowMenuItem) and item.name == "approve"
    ]
    state = context["page"].current_workflow_state if approving else None
    is_last = bool(state and state.is_at_final_task)  # its approval publishes
    replaced = [*publishing, *submitting, *(approving if is_last else ())]
    items[:] = [item for item in items if item not in replaced]
    if is_last:
        items.insert(0, SheetMenuItem(APPROVE, _("Approve and publish …"), "success"))
    elif publishing:
        items.insert(0, SheetMenuItem(PUBLISH, _("Publish …"), "upload"))
    elif submitting:
        items.insert(0, SheetMenuItem(SUBMIT, _("Send for approval …"), "resubmit"))

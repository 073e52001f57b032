"""Labels for several members at once: an action of the list."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

from accounts.admin.member_forms import ManyLabelsForm
from accounts.admin.members import matching
from accounts.models import Label, User

#: Wagtail's own actions on users: they hand out groups and delete accounts.
LEFT_OUT = ("assign_role", "delete", "set_active_state")


class LabelMembers(BulkAction):
    models = [User]
    display_name = _("Labels")
    aria_label = _("Label the selected members")
    action_type = "label"
    template_name = "wagtailadmin/accounts/label_members.html"
    form_class = ManyLabelsForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("accounts.manage_members"):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    @classmethod
    def get_queryset(cls, model: type[User], object_ids: Any) -> Any:
        return User.objects.members().filter(pk__in=object_ids)

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        return matching(self.request).values("pk")

    def get_execution_context(self) -> dict[str, Any]:
        return {"form": self.cleaned_form}

    @classmethod
    def execute_action(cls, objects: list[User], **kwargs: Any) -> tuple[int, int]:
        chosen = kwargs["form"].cleaned_data
        named = Label.objects.named(chosen["new_labels"]).values()
        of_member = User.labels.through
        of_member.objects.filter(user__in=objects, label__in=chosen["take_off"]).delete()
        of_member.objects.bulk_create(
            (
                of_member(user_id=member.pk, label_id=label)
                for member in objects
                for label in (*map(int, chosen["put_on"]), *(label.pk for label in named))
            ),
            ignore_conflicts=True,
        )
        Label.objects.forget_unused()
        return len(objects), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "The labels of %(count)d member are changed",
            "The labels of %(count)d members are changed",
            num_parent_objects,
        ) % {"count": num_parent_objects}


def only_ours() -> None:
    """Take Wagtail's own actions on users out of the list."""
    bulk_action_registry.get_bulk_actions_for_model("accounts", "user")
    for action in LEFT_OUT:
        bulk_action_registry.actions["accounts"]["user"].pop(action, None)

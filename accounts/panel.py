"""Members in the editors' panel: found, named, suspended, restored. Nothing else.

It stands where Wagtail's user views would: those show the staff too, and hand out groups and
passwords to whoever may edit a user.
"""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy

from accounts.models import State, User, UserQuerySet


class MemberPolicy(BasePermissionPolicy):
    """Member managers may see and change members; nobody adds or deletes one here."""

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        return action in ("view", "change") and user.has_perm("accounts.manage_members")

    def user_has_permission_for_instance(
        self, user: User | AnonymousUser, action: str, instance: User
    ) -> bool:
        return self.user_has_permission(user, action)

    def users_with_any_permission(self, actions: list[str]) -> UserQuerySet:
        return User.objects.filter(is_superuser=True)


class MemberForm(forms.ModelForm[User]):
    is_suspended = forms.BooleanField(
        label=_("Suspended"),
        required=False,
        help_text=_("A suspended member can log in, but reads as a visitor."),
    )

    class Meta:
        model = User
        fields = ["name"]

    def __init__(self, *args: Any, for_user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_suspended"] = self.instance.state == State.SUSPENDED

    def save(self, commit: bool = True) -> User:
        user = super().save(commit)
        if self.cleaned_data["is_suspended"]:
            user.suspend()
        else:
            user.restore()
        return user


class MemberIndexView(generic.IndexView):
    page_title = _("Members")
    search_backend_name = None

    def get_base_queryset(self) -> UserQuerySet:
        return User.objects.members()


class MemberEditView(generic.EditView):
    def get_queryset(self) -> UserQuerySet:
        return User.objects.members()


class MemberViewSet(ModelViewSet):
    model = User
    icon = "user"
    menu_label = _("Members")
    menu_order = 600
    add_to_settings_menu = False
    add_to_admin_menu = True
    permission_policy = MemberPolicy(User)
    index_view_class = MemberIndexView
    edit_view_class = MemberEditView
    copy_view_enabled = False
    add_to_reference_index = False
    list_display = [
        "email",
        Column("name", label=_("Name"), sort_key="name"),
        Column("get_state_display", label=_("State"), sort_key="state"),
        DateColumn("joined_at", label=_("Joined"), sort_key="joined_at"),
        DateColumn("last_login", label=_("Last login"), sort_key="last_login"),
    ]
    list_filter = ["state"]
    search_fields = ["email", "name"]
    search_backend_name = None
    ordering = "-joined_at"

    def get_form_class(self, for_update: bool = False) -> type[MemberForm]:
        return MemberForm

"""Members in the editors' panel: search, filters, each member's page, and export as CSV.

These views replace Wagtail's user views. Wagtail's show the staff too, and let anyone who may
edit a user hand out groups and passwords.
"""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.models import ModelLogEntry
from wagtail.permission_policies.base import BasePermissionPolicy

from accounts.admin.member_forms import MemberForm, NoteForm
from accounts.member_files import written
from accounts.models import Consent, Label, State, User, UserQuerySet
from accounts.own_data import mails_to
from mail.models import AddressState

View = Callable[..., HttpResponseBase]


class MemberPolicy(BasePermissionPolicy):
    """Member managers may see and change members. Nobody adds or deletes a member here."""

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        return action in ("view", "change") and user.has_perm("accounts.manage_members")

    def user_has_permission_for_instance(
        self, user: User | AnonymousUser, action: str, instance: User
    ) -> bool:
        return self.user_has_permission(user, action)

    def users_with_any_permission(self, actions: list[str]) -> UserQuerySet:
        return User.objects.filter(is_superuser=True)


class MemberFilters(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=State.choices, widget=forms.CheckboxSelectMultiple
    )
    labels = django_filters.ModelMultipleChoiceFilter(
        label=_("Labels"), queryset=Label.objects.all(), widget=forms.CheckboxSelectMultiple
    )
    joined_at = django_filters.DateFromToRangeFilter(
        label=_("Joined"), widget=DateRangePickerWidget
    )
    last_read_at = django_filters.DateFromToRangeFilter(
        label=_("Last read"), widget=DateRangePickerWidget
    )
    source = django_filters.AllValuesFilter(
        label=_("Came by"), widget=forms.RadioSelect, empty_label=_("All")
    )

    class Meta:
        model = User
        fields = ["state", "labels", "joined_at", "last_read_at", "source"]


class MemberIndexView(generic.IndexView):
    page_title = _("Members")
    search_backend_name = None

    def get_base_queryset(self) -> UserQuerySet:
        members: UserQuerySet = User.objects.members().prefetch_related("labels")
        return members

    @cached_property
    def columns(self) -> list[Column]:
        box = BulkActionsCheckboxColumn("bulk_actions", obj_type="user")
        return [box, *super().columns]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        return [
            *super().header_more_buttons,
            Button(
                _("Take these out as CSV"),
                url=reverse("members_out") + query,
                icon_name="download",
                priority=10,
            ),
            Button(
                _("Bring members in from CSV"),
                url=reverse("members_in"),
                icon_name="upload",
                priority=20,
            ),
        ]


class MembersAlone:
    """Keeps the staff out: a URL with the number of a staff member finds nobody."""

    def get_base_object_queryset(self) -> UserQuerySet:
        return User.objects.members()


class MemberHistoryView(MembersAlone, history.HistoryView): ...


class MemberUsageView(MembersAlone, usage.UsageView): ...


class MemberEditView(generic.EditView):
    """A member's page: the form, the log, the mails and the consents."""

    template_name = "wagtailadmin/accounts/member.html"

    def get_queryset(self) -> UserQuerySet:
        return User.objects.members()

    def get_side_panels(self) -> MediaContainer:
        """No panels: Wagtail's tell the state of something published, not of a person."""
        return MediaContainer()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        member = self.object
        of_member = ContentType.objects.get_for_model(User)
        log = ModelLogEntry.objects.filter(content_type=of_member, object_id=str(member.pk))
        return super().get_context_data(
            **kwargs,
            member=member,
            notes=member.notes.select_related("written_by"),
            note_form=NoteForm(),
            happened=log.select_related("user").order_by("-timestamp")[:50],
            address_state=AddressState.of(member.email),
            mails=mails_to(member).order_by("-created_at")[:50],
            consents=Consent.objects.filter(user=member).order_by("-given_at"),
        )


class MemberViewSet(ModelViewSet):
    model = User
    icon = "user"
    menu_label = _("Members")
    menu_name = "members"
    menu_order = 600
    add_to_settings_menu = False
    add_to_admin_menu = True
    permission_policy = MemberPolicy(User)
    index_view_class = MemberIndexView
    index_template_name = "wagtailadmin/accounts/members.html"
    edit_view_class = MemberEditView
    history_view_class = MemberHistoryView
    usage_view_class = MemberUsageView
    copy_view_enabled = False
    add_to_reference_index = False
    list_display = [
        "email",
        Column("name", label=_("Name"), sort_key="name"),
        Column("get_state_display", label=_("State"), sort_key="state"),
        Column("labels_in_words", label=_("Labels")),
        DateColumn("joined_at", label=_("Joined"), sort_key="joined_at"),
        DateColumn("last_read_at", label=_("Last read"), sort_key="last_read_at"),
        Column("came_by", label=_("Came by"), sort_key="source"),
    ]
    filterset_class = MemberFilters
    search_fields = ["email", "name"]
    search_backend_name = None
    ordering = "-joined_at"

    def get_form_class(self, for_update: bool = False) -> type[MemberForm]:
        return MemberForm


def for_member_managers(view: View) -> View:
    return permission_required("accounts.manage_members", raise_exception=True)(view)


def matching(request: HttpRequest) -> UserQuerySet:
    """All members that the list's filters and its search match."""
    filters = MemberFilters(request.GET, queryset=User.objects.members(), request=request)
    # An invalid filter would match every member.
    found = filters.qs if filters.is_valid() else User.objects.none()
    if query := request.GET.get("q", "").strip():
        found = found.filter(Q(email__icontains=query) | Q(name__icontains=query))
    members: UserQuerySet = found.distinct()
    return members


@for_member_managers
def members_out(request: HttpRequest) -> HttpResponseBase:
    """Export all members that the list shows, as a file that can be imported again."""
    name = f"medlemmer-{timezone.localdate()}.csv"
    return StreamingHttpResponse(
        written(matching(request)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

"""A user's own settings in the panel, the files it exports, and its log entries about members."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.account import AvatarSettingsPanel, NameEmailSettingsPanel
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.log_actions import LogActionRegistry, LogFormatter

from accounts.admin import given_up_mails, labels, member_imports, member_notes, members, staff
from accounts.forms import NameForm
from accounts.spreadsheets import inert, storable

# Only the name; the rest is under /konto/. Wagtail's form asks for a first and a last name, which
# our user doesn't have. Its profile picture skips the check that all other pictures pass. Wagtail
# has no setting for either.
NameEmailSettingsPanel.form_class = NameForm
AvatarSettingsPanel.is_active = lambda self: False

value_for_cell = SpreadsheetExportMixin.preprocess_field_value


def cell(view: SpreadsheetExportMixin, field: str, value: Any, format: str) -> Any:
    """Make a cell inert. Wagtail keeps formulas out of the workbooks it writes, but not of CSV."""
    value = value_for_cell(view, field, value, format)
    if format == view.FORMAT_CSV:
        return "" if value is None else inert(str(value))
    return storable(value) if isinstance(value, str) else value


SpreadsheetExportMixin.preprocess_field_value = cell


@hooks.register("register_admin_urls")
def member_urls() -> list[URLPattern]:
    return [
        path("medlemmer/fil.csv", members.members_out, name="members_out"),
        path("medlemmer/inn/", member_imports.members_in, name="members_in"),
        path("medlemmer/inn/<int:pk>/", member_imports.member_import, name="member_import"),
        path("medlemmer/<int:pk>/notat/", member_notes.add_note, name="add_note"),
        path("medlemmer/notat/<int:pk>/slett/", member_notes.delete_note, name="delete_note"),
        path("redaksjonen/", staff.staff, name="staff"),
        path("redaksjonen/<int:pk>/", staff.staff_member, name="staff_member"),
        path(
            "redaksjonen/invitasjon/<int:pk>/",
            staff.withdraw_invitation,
            name="staff_invitation",
        ),
        path("medlemmer/e-post/", given_up_mails.given_up_mails, name="given_up_mails"),
    ]


@hooks.register("register_reports_menu_item")
def given_up_mails_item() -> MenuItem:
    return given_up_mails.GivenUpMailsItem(
        _("Undelivered mail"),
        reverse("given_up_mails"),
        name="given-up-mails",
        icon_name="mail",
        order=1000,
    )


@hooks.register("register_settings_menu_item")
def staff_item() -> MenuItem:
    return staff.StaffItem(_("Staff"), reverse("staff"), name="staff", icon_name="group", order=100)


@hooks.register("register_log_actions")
def log_members(actions: LogActionRegistry) -> None:
    for verb, said in (
        ("confirm", _("The address was confirmed")),
        ("restore", _("The suspension was taken back")),
        ("leave", _("Asked for the account to be deleted")),
        ("stay", _("Chose to stay after all")),
        ("import", _("Came in by a file")),
        ("invite", _("Invited somebody to the staff")),
        ("join_staff", _("Accepted an invitation to the staff")),
        ("change_roles", _("The roles were changed")),
        ("close_account", _("The account was closed")),
        ("open_account", _("The account was opened again")),
    ):
        actions.register_action(f"accounts.{verb}", said, said)

    @actions.register_action("accounts.suspend")
    class Suspend(LogFormatter):
        label = _("The member was suspended")

        def format_message(self, log_entry: Any) -> str:
            if reason := (log_entry.data or {}).get("reason"):
                return gettext("The member was suspended: %s") % reason
            return str(self.label)


hooks.register("register_bulk_action", labels.LabelMembers)


@hooks.register("register_admin_viewset")
def leave_out_actions_on_users() -> list[Any]:
    """Runs once, when the panel's addresses are made and every room's hooks are known."""
    labels.only_ours()
    return []

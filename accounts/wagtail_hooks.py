"""A user's own settings in the panel, the files it exports, and its log entries about members."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.account import AvatarSettingsPanel, NameEmailSettingsPanel
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.log_actions import LogActionRegistry

from accounts.admin import given_up_mails, members
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
        path("medlemmer/inn/", members.members_in, name="members_in"),
        path("medlemmer/inn/<int:pk>/", members.member_import, name="member_import"),
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


@hooks.register("register_log_actions")
def log_members(actions: LogActionRegistry) -> None:
    for verb, said in (
        ("confirm", _("The address was confirmed")),
        ("suspend", _("The member was suspended")),
        ("restore", _("The suspension was taken back")),
        ("leave", _("Asked for the account to be deleted")),
        ("stay", _("Chose to stay after all")),
        ("import", _("Came in by a file")),
    ):
        actions.register_action(f"accounts.{verb}", said, said)

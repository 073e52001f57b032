"""Which of the panel's URLs are open to whom: only those that are named here.

Editors may open all of them, and Wagtail checks what they may do there. For everybody else, a URL
that a later Wagtail adds is closed until it is named here. `tests/panel/test_rights.py` tries each
of them.
"""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from wagtail.admin.auth import permission_denied, user_has_any_page_permission

from accounts.models import User
from articles.models.rights import edits_all, own_pages, pages_known_to

#: The panel's frame, and a user's own settings.
EVERYBODY = {
    "accounts.views.sign_in.panel_login",
    "guide",
    "guide_picture",
    "wagtail.admin.views.home.default",  # every unknown URL
    "wagtailadmin_account",
    "wagtailadmin_dismissibles",
    "wagtailadmin_home",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_logout",
    "wagtailadmin_sprite",
    "panel_file",  # checks the right to each picture
}
MEMBER_MANAGERS = {
    "add_note",
    "delete_note",
    "given_up_mails",
    "member_import",
    "members_in",
    "members_out",
    "wagtailusers_users:edit",
    "wagtailusers_users:history",
    "wagtailusers_users:history_results",
    "wagtailusers_users:index",
    "wagtailusers_users:index_results",
}
STAFF_MANAGERS = {"staff", "staff_invitation", "staff_member"}
WRITERS = {
    "add_page",
    "author_suggestions",
    "draft_links",
    "dead_links",
    "article_list",
    "article_list_results",
    "edit_page",
    "explore_page",
    "figures",
    "figures_of_article",
    "figures_of_author",
    "glossary:index",
    "glossary:index_results",
    "publishing_moment",
    "publishing_sheet",
    "publishing_sheet_of_new",
    "revert_page",
    "search_pages",
    "search_pages_results",
    "see_as",
    "see_as_frame",
    "series_add",
    "series_board",  # shows a writer no more than the lists do, and saves nothing of theirs
    "series_list",
    "series_list_results",
    "wagtailadmin_api:pages:detail",
    "wagtailadmin_api:pages:listing",
    "wagtailadmin_block_preview",
    "wagtailadmin_choose_page",
    "wagtailadmin_choose_page_anchor_link",
    "wagtailadmin_choose_page_child",
    "wagtailadmin_choose_page_email_link",
    "wagtailadmin_choose_page_external_link",
    "wagtailadmin_choose_page_phone_link",
    "wagtailadmin_choose_page_search",
    "wagtailadmin_editing_sessions:ping",
    "wagtailadmin_editing_sessions:release",
    "wagtailadmin_explore",
    "wagtailadmin_explore_results",
    "wagtailadmin_explore_root",
    "wagtailadmin_pages:add_subpage",
    "wagtailadmin_pages:confirm_workflow_cancellation",
    "wagtailadmin_pages:delete",
    "wagtailadmin_pages:history",
    "wagtailadmin_pages:history_results",
    "wagtailadmin_pages:move",
    "wagtailadmin_pages:move_confirm",
    "wagtailadmin_pages:preview_on_add",
    "wagtailadmin_pages:preview_on_edit",
    "wagtailadmin_pages:revisions_compare",
    "wagtailadmin_pages:revisions_index",
    "wagtailadmin_pages:revisions_revert",
    "wagtailadmin_pages:revisions_view",
    "wagtailadmin_pages:search",
    "wagtailadmin_pages:search_results",
    "wagtailadmin_pages:usage",
    "wagtailadmin_pages:view_draft",
    "wagtailadmin_pages:workflow_history",
    "wagtailadmin_pages:workflow_history_detail",
    "wagtailimages:add",
    "wagtailimages:add_multiple",
    "wagtailimages:create_multiple_from_uploaded_image",
    "wagtailimages:delete",
    "wagtailimages:delete_multiple",
    "wagtailimages:delete_upload_multiple",
    "wagtailimages:edit",
    "wagtailimages:edit_multiple",
    "wagtailimages:image_usage",
    "wagtailimages:index",
    "wagtailimages:index_results",
    "wagtailimages:preview",
    "wagtailimages_chooser:choose",
    "wagtailimages_chooser:choose_results",
    "wagtailimages_chooser:chosen",
    "wagtailimages_chooser:create",
    "wagtailsnippetchoosers_articles_file:choose",
    "wagtailsnippetchoosers_articles_file:choose_results",
    "wagtailsnippetchoosers_articles_file:chosen",
    "wagtailsnippetchoosers_articles_file:create",
}
#: The parts of a URL that name a page. In OWN it must be the user's own page, in KNOWN only one
#: that they may know of.
OWN = {"page_id", "page_to_move_id"}
KNOWN = {"parent_page_id", "destination_id"}

Handler = Callable[[HttpRequest], HttpResponse]


class panel_guard:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match, user = request.resolver_match, request.user
        if match is None or not match.route.startswith("admin/"):
            return None
        # Wagtail itself turns away a user who may not enter the panel.
        if not user.is_authenticated or not user.is_staff or may_open(request, match):
            return None
        denied: HttpResponse = permission_denied(request)
        return denied


def may_open(request: HttpRequest, match: ResolverMatch) -> bool:
    user, name = cast(User, request.user), match.view_name
    if edits_all(user) or name in EVERYBODY:
        return True
    if name in MEMBER_MANAGERS or is_about_members(match):
        return user.has_perm("accounts.manage_members")
    if name in STAFF_MANAGERS:
        return user.has_perm("accounts.manage_staff")
    if name not in WRITERS or not user_has_any_page_permission(user):
        return False
    # Without a page in its URL, the chooser starts at the page that all pages of a type lie below.
    if name == "wagtailadmin_choose_page" and "article" in request.GET.get("page_type", "").lower():
        return False
    return names_right_pages(user, match)


def is_about_members(match: ResolverMatch) -> bool:
    """Whether it is the one action on several members (accounts/admin/labels.py)."""
    action = {"app_label": "accounts", "model_name": "user", "action": "label"}
    return match.view_name == "wagtail_bulk_action" and match.kwargs == action


def names_right_pages(user: User, match: ResolverMatch) -> bool:
    """Whether the URL names only pages that a writer may open there.

    If a page isn't theirs, a writer may only list what lies below it.
    """
    named = match.kwargs
    if match.view_name == "wagtailadmin_pages:revisions_compare":
        named = {"page_id": match.args[0]}
    own = {int(named[part]) for part in OWN & named.keys()}
    known = {int(named[part]) for part in KNOWN & named.keys()}
    # Most addresses name none, and the menu asks of each of its own.
    if own and own_pages(user).filter(pk__in=own).count() < len(own):
        return False
    return not known or pages_known_to(user).filter(pk__in=known).count() == len(known)

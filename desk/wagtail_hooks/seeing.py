"""«See as» and links to drafts in the panel."""

from collections.abc import Iterator

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from accounts.models import User
from articles.publishing.previews import previews
from desk.views import draft_links, see_as


@hooks.register("register_admin_urls")
def desk_urls() -> list[URLPattern]:
    return [
        path("se-som/<int:page_id>/", see_as.see_as, name="see_as"),
        path("se-som/<int:page_id>/ramme/", see_as.see_as_frame, name="see_as_frame"),
        path("del-kladd/<int:page_id>/", draft_links.draft_links, name="draft_links"),
    ]


@hooks.register("register_page_header_buttons")
def see_in_header(
    page: Page, user: User, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    if not page.pk or page.specific_class not in previews:
        return
    rights = page.permissions_for_user(user)
    if rights.can_edit() or rights.can_publish():
        yield Button(
            _("See as …"), reverse("see_as", args=[page.pk]), icon_name="view", priority=21
        )
        yield Button(
            _("Share the draft"),
            reverse("draft_links", args=[page.pk]),
            icon_name="link",
            priority=22,
        )


@hooks.register("register_log_actions")
def log_desk(actions: LogActionRegistry) -> None:
    for verb, said in (
        ("look_up", gettext_lazy("Looked up by the editors, to see a page as this member")),
        ("make_draft_link", gettext_lazy("Made a link to the draft")),
        ("withdraw_draft_link", gettext_lazy("Withdrew a link to the draft")),
    ):
        actions.register_action(f"desk.{verb}", said, said)

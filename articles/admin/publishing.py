"""No way round the checks: what publishes a page in the panel asks `faults` first."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.forms.utils import ErrorList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.actions.publish_page_revision import PublishPageRevisionAction as Publishing
from wagtail.admin import messages as panel_messages
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.blocks import StreamBlockValidationError
from wagtail.models import Page, Revision

from accounts.access import Access
from accounts.models import User
from articles.admin.moments import moment_of, told
from articles.models import Article
from articles.publishing.errors import messages as texts
from articles.publishing.findings import Finding, Severity, faults

#: The fields of the sheet, which it sends with the page's form.
AT, WHEN, ACCESS, COMMENT = "publish-at", "publish-when", "publish-access", "publish-comment"
LATER = "later"


def may_change_access(user: User, article: Article) -> bool:
    """A permission of its own: a user who may write must not be able to open a locked article."""
    can_publish: bool = article.permissions_for_user(user).can_publish()
    is_alias = article.alias_of_id is not None  # it has the access of the article it shows
    return can_publish and not is_alias and user.has_perm("articles.change_article_access")


def faults_of_draft(draft: Page) -> list[Finding]:
    """What stops a stored draft: what its form would refuse, and what the checks find."""
    return [*invalid(draft), *faults(draft)]


def invalid(draft: Page) -> Iterator[Finding]:
    wrong: list[Any] = []
    try:
        draft.full_clean()
    except ValidationError as error:
        wrong.append(error)
    for relation in get_all_child_relations(draft):
        if relation.related_model._meta.app_label == "wagtailcore":  # an editor's comments
            continue
        for row in getattr(draft, relation.get_accessor_name()).all():
            try:
                row.full_clean(exclude=[relation.field.name])
            except ValidationError as error:
                wrong.append(error)
    if draft.expire_at and draft.expire_at < timezone.now():
        wrong.append(_("The page is to be unpublished at a time that is past."))
    for each in wrong:
        yield Finding(Severity.FAULT, " ".join(texts(each)))


class PublishFaultError(PublishPagePermissionError):
    """Raised for a page with faults, whoever may publish it and by whatever view."""


permit = Publishing.check


def refuse_faults(self: Any, skip_permission_checks: bool = False) -> None:
    """Replaces Wagtail's `check`. A publishing without a user is the worker's, of what was checked
    when it was planned, or a command's."""
    permit(self, skip_permission_checks)
    if self.user and (found := faults_of_draft(self.object)):
        raise PublishFaultError(" ".join(finding.message for finding in found))


def publish_only_what_is_fit(
    request: HttpRequest, action_type: str, pages: list[Page], action: BulkAction
) -> HttpResponse | None:
    """A hook before a bulk action. Wagtail publishes the pages ticked in a list as they are,
    without the checks of the editing form."""
    if action_type != "publish":
        return None
    asked = list(pages)
    if action.cleaned_form.cleaned_data.get("include_descendants"):
        asked += [below for page in pages for below in page.get_descendants().not_live()]
    drafts = (page.get_latest_revision_as_object() for page in asked)
    return None if are_fit(request, drafts) else redirect(action.next_url)


def copy_only_what_is_fit(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A hook before a page is copied. A copy can be published at once, as an alias always is, and
    Wagtail asks nothing of it. What is out already may be from before a check."""
    posted = request.POST
    if not (posted.get("publish_copies") or posted.get("alias")):
        return None
    asked = page.get_descendants(inclusive=True) if posted.get("copy_subpages") else [page]
    shown = (each.specific for each in asked if each.live)
    return None if are_fit(request, shown) else redirect(request.get_full_path())


def are_fit(request: HttpRequest, pages: Iterable[Page]) -> bool:
    """Whether all of them can be published as they stand. Tells of those that can't."""
    is_fit = True
    for page in pages:
        if found := faults_of_draft(page):
            is_fit = False
            text = _("«%(title)s» can't be published as it stands, and so nothing was. %(why)s")
            why = " ".join(dict.fromkeys(finding.message for finding in found))
            url = reverse("wagtailadmin_pages:edit", args=[page.pk])
            button = panel_messages.button(url, _("Edit the page"))
            told = {"title": page.get_admin_display_title(), "why": why}
            panel_messages.error(request, text % told, buttons=[button])
    return is_fit


class PublishesWhatIsFit:
    """For the views that save a page's form. They publish at the time, and with the access, that
    the sheet asks for."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.asked_access = request.POST.get(ACCESS)
        self.refused_moment = ""
        try:
            take_moment(request)
        except ValueError:
            self.refused_moment = request.POST.get(WHEN) or "…"
        self.keep_published_revision()
        if request.POST.get("action-workflow-action") and (
            request.POST.get("workflow-action-name") != "approve"
        ):
            # Who asks for changes may do so because something is missing in the form.
            self.form_class = partial(as_draft, self.form_class)  # type: ignore[has-type]
        return cast(HttpResponse, super().post(request, *args, **kwargs))  # type: ignore[misc]

    def keep_published_revision(self) -> None:
        """Automatic saves write over their session's revision. Once that is published, or planned,
        it stays as it is, so that it can be compared with what comes later."""
        record = getattr(self, "real_page_record", None)
        own = self.request.POST.get("overwrite_revision_id")  # type: ignore[attr-defined]
        if record is not None and own:
            is_kept = Q(pk=record.live_revision_id) | Q(approved_go_live_at__isnull=False)
            if record.revisions.filter(is_kept, pk=own).exists():
                del self.request.POST["overwrite_revision_id"]  # type: ignore[attr-defined]

    def own_autosave(self) -> Revision | None:
        """The revision that this session's automatic saves have written, if it is the latest."""
        request = self.request  # type: ignore[attr-defined]
        record = getattr(self, "real_page_record", None)
        own = request.POST.get("overwrite_revision_id", "")
        if record is None or own != str(record.latest_revision_id):
            return None
        return cast("Revision | None", record.revisions.filter(pk=own, user=request.user).first())

    def form_valid(self, form: Any) -> HttpResponse:
        form.instance.session_revision = self.own_autosave()
        if self.asks_for_publishing():
            if self.refused_moment:
                text = _("«%s» is no time to come. Write «08:00», «tomorrow 8» or «1.12. 08:00».")
                form.add_error(None, text % self.refused_moment)
                return cast(HttpResponse, self.form_invalid(form))  # type: ignore[attr-defined]
            page = form.save(commit=False)
            if isinstance(page, Article) and (access := self.new_access(page)) is not None:
                page.access = access
            if found := faults(page):
                show(form, page, found)
                return cast(HttpResponse, self.form_invalid(form))  # type: ignore[attr-defined]
        return cast(HttpResponse, super().form_valid(form))  # type: ignore[misc]

    def perform_workflow_action(self) -> HttpResponse:
        """Approval publishes, and says so."""
        request, page = self.request, self.page  # type: ignore[attr-defined,has-type]
        is_approval = self.workflow_action == "approve"  # type: ignore[attr-defined]
        page.may_be_incomplete = not is_approval
        task = page.current_workflow_task
        # Only the outcome tells which approval is the last. No reader gets the new text with the
        # old access, because both are committed together.
        with transaction.atomic():
            response = super().perform_workflow_action()  # type: ignore[misc]
            if is_approval:
                # What the reviewer changed in the same form is a new version, which Wagtail asks
                # them to approve once more.
                again = Page.objects.get(pk=page.pk).current_workflow_task_state
                if again is not None and again.task_id == task.pk:
                    again.task.specific.on_action(again, request.user, "approve")
                state = Page.objects.get(pk=page.pk).current_workflow_state
                self.change_access_of(page, request.user, is_going_out=state is None)
        if is_approval:
            tell(request, page)
        return cast(HttpResponse, response)

    def asks_for_publishing(self) -> bool:
        name = self.action_name  # type: ignore[attr-defined]
        if name == "perform_workflow_action":
            return bool(self.workflow_action == "approve")  # type: ignore[attr-defined]
        return name in ("publish", "submit", "restart_workflow")

    def new_access(self, article: Article) -> Access | None:
        """The access that is asked for, if it is another than now and the user may change it."""
        user = cast(User, self.request.user)  # type: ignore[attr-defined]
        asked = (self.asked_access or "")[:18]
        if not asked.isdecimal() or int(asked) not in Access.values:
            return None
        may = user.has_perm("articles.change_article_access")
        if article.pk:
            may = may_change_access(user, Article.objects.get(pk=article.pk))
        stored = Article.objects.filter(pk=article.pk).values_list("access", flat=True).first()
        is_new = (Access.MEMBERS if stored is None else stored) != int(asked)
        return Access(int(asked)) if may and is_new else None

    def change_access_of(self, page: Page, user: User, is_going_out: bool = True) -> None:
        stored = Page.objects.get(pk=page.pk).specific
        if not isinstance(stored, Article) or (access := self.new_access(stored)) is None:
            return
        is_planned = page.go_live_at and page.go_live_at > timezone.now()
        if stored.live and (is_planned or not is_going_out):
            # The access is of no version: it would hold at once for what readers have now.
            text = _("The access isn't changed: it would hold for the published version at once.")
            panel_messages.warning(self.request, text)  # type: ignore[attr-defined]
            return
        stored.change_access(access, user)

    def run_hook(self, name: str, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Also changes the access before the page goes out, and says what became of it."""
        response = super().run_hook(name, *args, **kwargs)  # type: ignore[misc]
        if response is not None:
            return cast(HttpResponse, response)
        request, page = args[0], args[1]
        if name == "before_publish_page":
            self.change_access_of(page, request.user)
        if name != "after_publish_page":
            return None
        tell(request, page)
        is_new = not hasattr(self, "real_page_record")
        after = "after_create_page" if is_new else "after_edit_page"
        found = super().run_hook(after, request, page)  # type: ignore[misc]
        return cast(HttpResponse, found or self.redirect_away())  # type: ignore[attr-defined]


def as_draft(form_class: Any, *args: Any, **kwargs: Any) -> Any:
    form = form_class(*args, is_automatic=True, **kwargs)
    form.defer_required_fields()
    return form


def take_moment(request: HttpRequest) -> None:
    """Puts the sheet's time and comment where Wagtail's form has its own. Raises ValueError for a
    time that can't be read, and then too what was posted can be changed."""
    request.POST = posted = request.POST.copy()  # type: ignore[assignment]
    if COMMENT in posted:
        posted["workflow-action-extra-data"] = json.dumps({"comment": posted[COMMENT]})
    if AT in posted:
        is_later = posted[AT] == LATER
        posted["go_live_at"] = posted_moment(moment_of(posted.get(WHEN, ""))) if is_later else ""


def posted_moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%d.%m.%Y %H:%M")


def show(form: Any, page: Page, found: Iterable[Finding]) -> None:
    """Adds each finding to the form, at its block or field."""
    at_blocks: dict[int, Any] = {}
    blocks = [str(bound.id) for bound in getattr(page, "body", ())]
    for finding in found:
        error = ValidationError(finding.message)
        if finding.block_id in blocks:
            at_blocks.setdefault(blocks.index(finding.block_id), error)
        elif finding.field in form.fields:
            form.add_error(finding.field, error)
        else:
            form.add_error(None, error)
    if at_blocks:
        form._errors["body"] = ErrorList([StreamBlockValidationError(block_errors=at_blocks)])


def tell(request: HttpRequest, page: Page) -> None:
    """What became of a page that was published or planned."""
    stored = Page.objects.get(pk=page.pk).specific
    if not stored.live and not stored.scheduled_revision:
        return  # approved by one of several
    edit = panel_messages.button(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Edit the page")
    )
    waiting = stored.scheduled_revision
    if waiting is None or waiting.approved_go_live_at is None:
        see = panel_messages.button(stored.get_absolute_url(), _("See the page"), new_window=False)
        panel_messages.success(request, _("«%s» is published.") % page.title, buttons=[see, edit])
        return
    text = _("«%(title)s» is planned for %(moment)s.")
    cancel = format_html(
        '{} <span class="buttons"><button type="button" class="button button-small'
        ' button-secondary" data-controller="w-action" data-action="w-action#post"'
        ' data-w-action-url-value="{}">{}</button></span>',
        text % {"title": page.title, "moment": told(waiting.approved_go_live_at)},
        reverse("wagtailadmin_pages:revisions_unschedule", args=[page.pk, waiting.pk]),
        _("Cancel the plan"),
    )
    panel_messages.success(request, cancel, buttons=[edit])


def take_over() -> None:
    Publishing.check = refuse_faults

"""Several pages are published at once, and what is found in each stands by its name first."""

from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.models import Page

from articles.admin.moments import told
from articles.admin.publishing import faults_of_draft
from articles.publishing.findings import Severity, findings


class BulkPublishing(PublishBulkAction):  # type: ignore[misc]
    """Wagtail's own. What stops it is refused by `publish_only_what_is_fit`."""

    template_name = "wagtailadmin/desk/bulk_publish.html"

    def object_context(self, obj: Page) -> dict[str, Any]:
        draft = obj.get_latest_revision_as_object()
        found = [each.message for each in findings(draft) if each.severity is Severity.ADVICE]
        faults = [each.message for each in faults_of_draft(draft)]
        is_planned = draft.go_live_at and draft.go_live_at > timezone.now()
        return {
            **super().object_context(obj),
            "goes_out": told(draft.go_live_at) if is_planned else "",
            "faults": list(dict.fromkeys(faults)),
            "advice": list(dict.fromkeys(found)),
        }

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        """Wagtail counts pages with a day to come as published. They are told one by one."""
        planned = Page.objects.filter(
            pk__in=[page.pk for page in self.actionable_objects],
            latest_revision__approved_go_live_at__gt=timezone.now(),
        ).annotate(goes_out=F("latest_revision__approved_go_live_at"))
        for page in planned:
            text = _("«%(title)s» is planned for %(moment)s.")
            messages.warning(
                self.request,
                text % {"title": page.get_admin_display_title(), "moment": told(page.goes_out)},
            )
        published = num_parent_objects - len(planned)
        if not published and not num_child_objects:
            return None
        return str(super().get_success_message(published, num_child_objects))

"""Several pages are published at once, and what is found in each stands by its name first."""

from typing import Any

from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.models import Page

from articles.admin.publishing import faults_of_draft
from articles.publishing.findings import Severity, findings


class BulkPublishing(PublishBulkAction):  # type: ignore[misc]
    """Wagtail's own. What stops it is refused by `publish_only_what_is_fit`."""

    template_name = "wagtailadmin/desk/bulk_publish.html"

    def object_context(self, obj: Page) -> dict[str, Any]:
        draft = obj.get_latest_revision_as_object()
        found = [each.message for each in findings(draft) if each.severity is Severity.ADVICE]
        faults = [each.message for each in faults_of_draft(draft)]
        return {
            **super().object_context(obj),
            "faults": list(dict.fromkeys(faults)),
            "advice": list(dict.fromkeys(found)),
        }

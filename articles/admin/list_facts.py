"""Spares Wagtail's page choosers and its report of locked pages some queries a row.

Wagtail's explorer fetches these facts for all rows at once. Its choosers and reports forget to.
"""

from collections.abc import Iterable
from typing import Any

from wagtail.admin.views import chooser
from wagtail.admin.views.chooser import PageChooserTable
from wagtail.admin.views.reports.locked_pages import LockedPagesView
from wagtail.models import Page
from wagtail.models.pages import PageQuerySet

locked_pages = LockedPagesView.get_queryset


def with_states(pages: PageQuerySet) -> PageQuerySet:
    """What the state of a page is told from: its schedule and its workflow."""
    known: PageQuerySet = pages.annotate_approved_schedule().prefetch_workflow_states()
    return known


class ChooserTable(PageChooserTable):
    def __init__(self, columns: Any, data: Iterable[Page], **kwargs: Any) -> None:
        below = [page for page in data if page.depth > 1]
        Page.objects.annotate_parent_page(below)
        for page in below:
            page._cached_parent_obj = page._parent_page
        super().__init__(columns, data, **kwargs)


def locked_with_states(view: LockedPagesView) -> PageQuerySet:
    found = locked_pages(view).annotate_site_root_state().defer_streamfields().specific()
    return with_states(found)


def take_over() -> None:
    """Run this before Wagtail's views are asked for."""
    chooser.PageChooserTable = ChooserTable
    LockedPagesView.get_queryset = locked_with_states

"""The panel's search for pages, which also looks in the text of published articles.

Wagtail's own search finds titles. Its index knows no Norwegian inflection on SQLite, and readers'
search has an index of its own. A writer, who may not see everybody's text, finds titles only.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, Value, When
from wagtail.admin.views.pages.search import SearchView
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.search.utils import parse_query_string

from accounts.access import MEMBER
from articles.models import Article
from articles.models.rights import edits_all
from search.finding import pages_about

#: The most articles found by their text, and the most titles that they are put after.
ARTICLES, TITLES = 50, 200


class PageSearchView(SearchView):  # type: ignore[misc]
    def get_queryset(self) -> Any:
        """The pages that Wagtail finds, and after them the articles found by their text."""
        pages = super().get_queryset()
        filters, _query = parse_query_string(self.search_query or "")
        kind = self.selected_content_type
        is_about_articles = kind is None or kind.model_class() is Article
        if filters or not self.search_query or not is_about_articles:
            return pages
        if not edits_all(self.request.user):
            return pages
        in_text = pages_about(self.search_query, MEMBER)[:ARTICLES]
        if not in_text:
            return pages
        titled = [page.pk for page in pages[:TITLES]]
        return self.in_order([*titled, *(key for key in in_text if key not in set(titled))])

    def in_order(self, keys: list[int]) -> Any:
        """The pages of `keys` that the user may see, in that order or in the order asked for."""
        seen = page_permission_policy.explorable_instances(self.request.user)
        found = Page.objects.filter(pk__in=seen.values("pk")).filter(pk__in=keys)
        self.all_pages = found  # which the heading counts
        counted = found.order_by().values("content_type").annotate(n=Count("pk"))
        self.content_types = [
            (ContentType.objects.get_for_id(row["content_type"]), row["n"]) for row in counted
        ]
        places = [When(pk=key, then=Value(place)) for place, key in enumerate(keys)]
        pages = self.annotate_queryset(found)
        return pages.order_by(self.ordering) if self.ordering else pages.order_by(Case(*places))

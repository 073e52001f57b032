"""The search on other pages: the field in the masthead and where else a page has room for one, and
the link by which browsers find its description."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from delivery.fragments import Shared, fragment


class Field(NamedTuple):
    """The context of a field that needs no values."""


@fragment("search", "search/_masthead.html", is_for_all=True)
def masthead(request: HttpRequest, shared: Shared) -> Field | None:
    """Not on the page of the search, which has a larger one."""
    match = request.resolver_match
    is_search = match is not None and match.view_name == "search:results"
    return None if is_search else Field()


@fragment("search.field", "search/_on_page.html", is_for_all=True)
def on_page(request: HttpRequest, shared: Shared) -> Field:
    return Field()


@fragment("head", "search/_opensearch_link.html", is_for_all=True)
def opensearch_link(request: HttpRequest, shared: Shared) -> dict[str, Any]:
    return {"title": settings.SITE_NAME}

"""Addresses that move when a page gets another: the feeds of a series, say.

Wagtail redirects the page's own address alone. Feed readers and podcast apps would get nothing
more.
"""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from wagtail.contrib.redirects.middleware import get_redirect

from articles.models import hidden_at

#: By the name of a route, the address of the page that it belongs to, with the route's arguments.
#: Rooms above add their own.
belongs_to: dict[str, str] = {
    "articles:series_feed": "/{slug}",
    "articles:series_json_feed": "/{slug}",
    "articles:citation": "/{series}/{slug}",
    "articles:author_feed": "/forfattere/{slug}",
    "articles:author_json_feed": "/forfattere/{slug}",
    "articles:author_series": "/forfattere/{slug}",
}


def new_address(request: HttpRequest) -> str:
    """Where a route that wasn't found is now. "" if its page has no new address that readers may
    know of."""
    match = request.resolver_match
    form = belongs_to.get(match.view_name) if match else None
    if not match or not form:
        return ""
    found = get_redirect(request, form.format(**match.kwargs))
    # What an editor has redirected by hand may lead to anything.
    path = urlsplit(found.link or "").path if found and found.redirect_page_id else ""
    names = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", form) + "/", path)
    if not names or hidden_at(path):
        return ""
    return reverse(match.view_name, kwargs=match.kwargs | names.groupdict())

"""An article among the hits of a search, for the panel's «See as»."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from desk.ways import Sight, told, way
from search.asked import Asked
from search.views import hits_of, page_of


@way("sok", _("A search here"), models=(Article,), order=80)
def search(sight: Sight) -> HttpResponse:
    """The page of a search for the article's title. It is not counted among readers' searches."""
    if sight.is_draft:
        return told("desk/no_search.html", {})
    request = sight.request_for(reverse("search:results"), urlencode({"q": sight.page.title}))
    asked, reader = Asked.of(request), sight.reader
    name, context, _found = hits_of(asked, reader)
    return page_of(request, reader, name, context)

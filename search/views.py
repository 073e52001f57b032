"""The page of the search, the suggestions as one types, and how browsers are told of the search."""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.access import VISITOR, Access, Reader
from articles.models import Series, Subject
from articles.views.front import entries
from delivery.decorators import public_file
from delivery.shared_pages import Context, SharedPage
from search import limits, statistics
from search.asked import Asked
from search.finding import Found, find
from search.refining import groups_of
from search.suggesting import Suggestion, suggestions

#: How many series an empty search shows.
SERIES = 6
#: Seconds that a browser may keep suggestions.
SUGGESTIONS_AGE = 60


@login_not_required
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The page of a search. It is not a reading page: the page cache knows no typed words.

    It is rendered for this request alone, and only a visitor's own browser may keep it.
    """
    if not limits.may_search(request):
        return too_many(request)
    asked, reader = Asked.of(request), Reader.of(request)
    response = page_of(request, reader, *made(asked, reader))
    # A grant opens text for a time, also to a visitor's session: no browser may keep it.
    response["Cache-Control"] = "private, no-cache" if reader == VISITOR else "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Cookie"])
    return response


def page_of(request: HttpRequest, reader: Reader, name: str, context: Context) -> HttpResponse:
    own = {
        "audience": reader,
        "is_open_only": reader.level < Access.MEMBERS,
        "may_join": not request.user.is_authenticated,
    }
    return SharedPage.of(name, {**context, **own}, request).for_reader(request)


def made(asked: Asked, reader: Reader) -> tuple[str, Context]:
    """The template and its context. The search is counted."""
    if not asked.q:
        return "search/beginning.html", {**beginnings(), "asked": asked}
    name, context, found = hits_of(asked, reader)
    statistics.count(asked, found, reader)
    return name, context


def hits_of(asked: Asked, reader: Reader) -> tuple[str, Context, Found]:
    found = find(
        asked.q,
        reader,
        filters=asked.filters,
        order=asked.order,
        page=asked.page,
        mend=not asked.is_literal,
    )
    return "search/results.html", results_page(asked._replace(q=found.asked), found), found


def results_page(asked: Asked, found: Found) -> Context:
    is_empty = not found.hits and not asked.is_filtered
    return {
        "asked": asked,
        "found": found,
        "groups": groups_of(found.facets, asked) if not is_empty else [],
        "by_relevance": asked.by(is_date=False),
        "by_date": asked.by(is_date=True),
        "page": Neighbours(asked, found),
        # Nothing that a new article would change: a search must not tell of locked ones.
        "subjects": Subject.objects.for_readers() if is_empty else [],
    }


class Neighbours:
    """The links to the pages before and after, as articles/_pagination.html shows them."""

    def __init__(self, asked: Asked, found: Found) -> None:
        self.number = found.page if found.pages > 1 else None
        self.before = asked.at_page(found.page - 1) if found.page > 1 else ""
        self.after = asked.at_page(found.page + 1) if found.page < found.pages else ""


def beginnings() -> Context:
    """Where somebody who has no word yet may begin."""
    keys = [entry.pk for entry in entries()[:SERIES]]
    series = Series.objects.with_parts().in_bulk(keys)
    return {
        "subjects": Subject.objects.for_readers(),
        "series_list": [series[key] for key in keys if key in series],
    }


def too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "search/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = "10"
    return response


@login_not_required
@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Suggestions for what has been typed so far. They are public facts, the same for everyone."""
    if not limits.may_suggest(request):
        return JsonResponse({"suggestions": []}, status=HTTPStatus.TOO_MANY_REQUESTS)
    found = suggestions(Asked.of(request).q)
    answer = JsonResponse({"suggestions": [shown(each) for each in found]})
    answer["Cache-Control"] = f"public, max-age={SUGGESTIONS_AGE}"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def shown(suggestion: Suggestion) -> dict[str, str]:
    kinds = {
        "article": _("Article"),
        "term": _("Term"),
        "author": _("Author"),
        "series": pgettext("one of them", "Series"),
        "subject": pgettext("of an article", "Subject"),
        "page": _("Page"),
    }
    return {
        "title": suggestion.title,
        "url": suggestion.url,
        "kind": kinds[suggestion.kind],
        "hint": suggestion.hint,
    }


def description(request: HttpRequest) -> HttpResponse:
    """The OpenSearch description, by which browsers offer this search among theirs."""
    context = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
    kind = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "search/opensearch.xml", context, content_type=kind)


opensearch = public_file(description)

"""What stands around every request."""

import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import uri_to_iri
from wagtail.contrib.redirects.middleware import RedirectMiddleware
from wagtail.contrib.redirects.models import Redirect

from accounts.sign_in.second_factor import needs_second_factor, user_of
from articles.models import hidden_at
from delivery.prepared_sql import Prepared
from portal.views import is_away, service_unavailable

Handler = Callable[[HttpRequest], HttpResponse]


class unavailable:
    """A database that does not answer is a 503 in the portal's dress, not a bare 500.

    Also puts the panel's own Content-Security-Policy on the panel.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = settings.PANEL_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return service_unavailable(request) if is_away(exception) else None


class content_security_policy(CSPMiddleware):
    """django-csp's, but what most answers get is built once: it took a tenth of the time of a
    member's page."""

    usual = ""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        has_own = HEADER in response.headers or any(
            name.startswith("_csp_") for name in (*vars(response), *vars(request))
        )
        if self.usual and not has_own and not settings.DEBUG:
            response.headers.setdefault(HEADER, self.usual)
            return response
        answer: HttpResponse = super().process_response(request, response)
        if not has_own and not settings.DEBUG:
            self.usual = answer.headers.get(HEADER, "")
        return answer


#: What browsers, programs that read feeds, and the panel send.
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
#: A type of text that says no charset.
BARE_TEXT = re.compile(r"(text/|application/(json|xml|javascript)$|[^;]*\+(xml|json)$)[^;]*$", re.I)


def plain_http(get_response: Handler) -> Handler:
    """Only requests that an honest client sends reach a view, and text says that it is UTF-8.

    A HEAD does what a GET does, an OPTIONS nothing, and TRACE and the like meet no view: allauth
    spares only GET from its limits, and another site's page, which can make a browser send a HEAD,
    would use up the tries of everybody behind the same address.

    No browser sends a form in any other encoding, and Python knows some very odd ones. A NUL in a
    query is no text that PostgreSQL can look up.

    Django names a charset only where a view doesn't name the type itself, as its sitemaps and JSON
    do. Without one a browser guesses: ASVS 4.1.1.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(METHODS)})
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if request.method == "HEAD":
            request.method = "GET"  # the server sends no body
        charset = (request.content_params or {}).get("charset", "utf-8")
        is_utf_8 = charset.strip("\"'").lower() in ("utf-8", "utf8")
        if not is_utf_8 or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        response = get_response(request)
        kind = response.headers.get("Content-Type", "")
        if BARE_TEXT.match(kind):
            response.headers["Content-Type"] = f"{kind}; charset=utf-8"
        return response

    return middleware


def private_to_members(get_response: Handler) -> Handler:
    """No answer to somebody who is logged in may be kept by anyone.

    One place for every view, the panel's and error pages among them; a view may only make its
    own answers to visitors cacheable. Of files that are the same for everyone, the page cache gives
    members the visitors'.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.session_key and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
            request.session.slide()  # type: ignore[attr-defined]
        return response

    return middleware


def second_factor_for_staff(get_response: Handler) -> Handler:
    """A session that has shown no second factor is a member's, whoever it belongs to."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            # Themselves, and no longer Django's stand-in, which makes each look at them dearer.
            request.user = user_of(request)
            if request.path.startswith("/admin/") and needs_second_factor(request):
                return redirect_to_login(request.get_full_path(), reverse("accounts:second_factor"))
        return get_response(request)

    return middleware


BEGINNING_AT: Prepared[Redirect] = Prepared(lambda path: Redirect.objects.filter(old_path=path))


def has_redirect(request: HttpRequest) -> bool:
    """Whether Wagtail would find one. To find none, it asks for its site and up to four times for a
    redirect: of the time that a page that isn't there took, a quarter to two thirds."""
    whole = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    paths = {whole, urlsplit(whole).path}
    paths |= {uri_to_iri(path) for path in paths}
    return any(BEGINNING_AT.first(path) for path in paths if "\0" not in path)


class redirects(RedirectMiddleware):
    """Wagtail's, but silent about a page that readers may not see: its new address is its title.

    And no browser may keep it for good: the page can move back.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code != HTTPStatus.NOT_FOUND or not has_redirect(request):
            return response
        answer: HttpResponse = super().process_response(request, response)
        if answer is not response and hidden_at(urlsplit(answer["Location"]).path):
            return response
        if answer is not response:
            answer["Cache-Control"] = "no-cache"
        return answer

"""The middleware around every request."""

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import uri_to_iri
from wagtail.contrib.redirects.middleware import RedirectMiddleware
from wagtail.contrib.redirects.models import Redirect

from accounts.models import User
from accounts.sign_in.second_factor import needs_second_factor, user_of
from articles.models import hidden_at
from articles.renamed import new_address
from delivery.prepared_sql import Prepared
from portal import crawlers
from portal.outages import is_away
from portal.views import service_unavailable

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


class unavailable:
    """Answers with the portal's 503 page, not a bare 500, when the database doesn't answer.

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
        if not is_away(exception):
            return None
        response = service_unavailable(request)
        logger.error(
            "Service Unavailable: %s",
            request.path,
            exc_info=exception,
            extra={"status_code": response.status_code},
        )
        response._has_been_logged = True  # type: ignore[attr-defined]  # Django knows no reason
        return response


class content_security_policy(CSPMiddleware):
    """django-csp's middleware, but the header that most answers get is built once.

    To build it took a tenth of the time of a member's page.
    """

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


#: The methods that browsers, feed readers and the panel send.
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
#: The addresses whose views leave a NUL out themselves.
CLEANED = ("/sok/", "/sok/forslag/")
#: A type of text without a charset.
BARE_TEXT = re.compile(r"(text/|application/(json|xml|javascript)$|[^;]*\+(xml|json)$)[^;]*$", re.I)


def plain_http(get_response: Handler) -> Handler:
    """Only requests that an honest client sends reach a view, and text says that it is UTF-8.

    A HEAD does what a GET does, an OPTIONS does nothing, and TRACE and the like reach no view.
    allauth exempts only GET from its limits. Another site's page can make a browser send a HEAD,
    and would so use up the tries of everybody behind the same address.

    No browser sends a form in any other encoding, and Python knows some very odd ones. PostgreSQL
    can't look up a text with a NUL, so a query must not hold one. The search takes whatever is
    typed, and leaves it out.

    Django names a charset only where a view doesn't name the type itself, as Django's sitemaps and
    JSON do. Without a charset a browser guesses: ASVS 4.1.1.

    Each answer also says whether text and data mining is reserved.
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
        has_nul = "%00" in request.META.get("QUERY_STRING", "")
        if not is_utf_8 or (has_nul and request.path not in CLEANED):
            return render(request, "400.html", status=400)
        response = get_response(request)
        response.headers["tdm-reservation"] = crawlers.tdm_reservation()
        kind = response.headers.get("Content-Type", "")
        if BARE_TEXT.match(kind):
            response.headers["Content-Type"] = f"{kind}; charset=utf-8"
        return response

    return middleware


def private_to_members(get_response: Handler) -> Handler:
    """Forbid every cache to keep an answer to a logged-in user.

    This is one place for every view, the panel's and the error pages too. A view can only make its
    answers to visitors cacheable. Members get files that are the same for everyone from the page
    cache, as visitors do.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            return response  # it shows nobody anything, and the session can't be asked for again
        if request.session.session_key and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
            request.session.slide()  # type: ignore[attr-defined]
        return response

    return middleware


def second_factor_for_staff(get_response: Handler) -> Handler:
    """Treat a session without a second factor as a member's, whoever it belongs to."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            # The user itself, not Django's lazy object, which makes each use of it slower.
            request.user = user_of(request)
            if request.path.startswith("/admin/") and needs_second_factor(request):
                return redirect_to_login(request.get_full_path(), reverse("accounts:second_factor"))
        return get_response(request)

    return middleware


#: Bytes of a form. The largest of a reader's is a passkey's.
MOST_SENT = 100_000
#: Where an ESP tells of its mails.
EVENTS = re.compile(r"/e-post/hendelser/[^/]+/")


def small_forms(get_response: Handler) -> Handler:
    """Refuse large forms, but for those of the staff in the panel, and an ESP's events.

    Django's check of where a form comes from reads all of it before a view can ask who sent it, and
    parts with odd headers take seconds for each megabyte.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > len("1000000000") or int(length) > MOST_SENT:
            is_panel = request.path.startswith("/admin/") and cast(User, request.user).is_staff
            if not is_panel and not EVENTS.fullmatch(request.path):
                return render(request, "400.html", {"number": 413}, status=413)
        return get_response(request)

    return middleware


BEGINNING_AT: Prepared[Redirect] = Prepared(lambda path: Redirect.objects.filter(old_path=path))


def has_redirect(request: HttpRequest) -> bool:
    """Whether Wagtail would find a redirect.

    To find none, Wagtail asks for its site, and up to four times for a redirect. That took a
    quarter to two thirds of the time of a page that doesn't exist.
    """
    whole = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    paths = {whole, urlsplit(whole).path}
    paths |= {uri_to_iri(path) for path in paths}
    return any(BEGINNING_AT.first(path) for path in paths if "\0" not in path)


class redirects(RedirectMiddleware):
    """Wagtail's middleware, but silent about a page that readers may not see.

    The new address of such a page would tell its title. No browser may keep a redirect for good,
    as the page can move back.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code != HTTPStatus.NOT_FOUND:
            return response
        answer = response
        if url := new_address(request):
            answer = HttpResponsePermanentRedirect(url)
        elif has_redirect(request):
            answer = super().process_response(request, response)
            if answer is not response and hidden_at(urlsplit(answer["Location"]).path):
                return response
        if answer is not response:
            answer["Cache-Control"] = "no-cache"
        return answer

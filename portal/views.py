"""The health check and the error pages."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.security_log import record
from portal.outages import is_away
from worker.health import conditions


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the portal works, as far as it shows within seconds: 200 if it does, else 503."""
    told = {"web": "ok"}
    for each in conditions.values():
        if each.in_health and told.get("database", "ok") != "ok":
            told[each.name] = "unknown"
        elif each.in_health:
            told[each.name] = max(each.findings(), key=lambda found: found.level).word
    is_well = all(word == "ok" for word in told.values())
    return JsonResponse(told, status=200 if is_well else 503)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    record("forbidden", refused=True, path=request.path)
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form's token doesn't fit: a log-out since, another tab, or a refused cookie."""
    record("forbidden", refused=True, path=request.path, why="csrf")
    return render(request, "403_csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def service_unavailable(request: HttpRequest) -> HttpResponse:
    response = render(request, "503.html", status=503)
    response["Retry-After"] = "30"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    # The database can fail before any view runs, when a middleware loads the session and the user.
    if is_away(sys.exc_info()[1]):
        return service_unavailable(request)
    return render(request, "500.html", status=500)

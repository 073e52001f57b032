"""Files that browsers, crawlers and password managers look for at addresses of their own."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.models import Home
from delivery.decorators import public_file
from portal import crawlers

#: How long security.txt says that it holds. RFC 9116 recommends less than a year.
HOLDS = timedelta(days=180)


@login_not_required
@cache_control(public=True, max_age=24 * 60 * 60)
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for an icon when they show a picture or a file, not a page."""
    return redirect(static("img/favicon.png"))


@public_file
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("\n".join(crawlers.robots()) + "\n", content_type="text/plain")


@public_file
def licence(request: HttpRequest) -> HttpResponse:
    return HttpResponse(crawlers.licence(), content_type="application/rsl+xml")


@public_file
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest: name, icons and colours for a phone's home screen."""
    home = Home.objects.live().first()
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    facts = {
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "description": home.tagline if home else "",
        "lang": settings.LANGUAGE_CODE,
        "display": "minimal-ui",
        "background_color": "#f6f1e7",
        "theme_color": "#f6f1e7",
        "icons": icons,
    }
    how = {"ensure_ascii": False}
    return JsonResponse(facts, json_dumps_params=how, content_type="application/manifest+json")


@public_file
def security(request: HttpRequest) -> HttpResponse:
    """security.txt (RFC 9116): where to report a hole. It isn't there without CONTACT_EMAIL."""
    if not settings.CONTACT_EMAIL:
        raise Http404
    until = datetime.combine(datetime.now(UTC) + HOLDS, datetime.min.time(), UTC)
    lines = [
        f"Contact: mailto:{settings.CONTACT_EMAIL}",
        f"Expires: {until.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: nb, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@login_not_required
@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Where password managers send a member to (W3C, a well-known URL for changing passwords)."""
    return redirect("account_change_password")

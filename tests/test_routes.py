"""Closed by default: the exact list of what is open."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

OPEN = {
    # for everyone
    "",
    "<slug:slug>/",
    "<slug:series>/<slug:slug>/",
    "<slug:series>/<slug:slug>/sitering.<slug:format>",
    "forfattere/",
    "forfattere/<slug:slug>/",
    "forfattere/<slug:slug>/serier/",
    "ordbok/",
    "ordbok/<slug:slug>/",
    "feed/",
    "feed/serie/<slug:slug>/",
    "feed/forfatter/<slug:slug>/",
    "bilde/<int:pk>/<slug:file_hash>/<int:width>.<slug:format>",
    "sitemap.xml",
    "sitemap-<section>.xml",
    "robots.txt",
    "healthz",
    "favicon.ico",
    # the ways in
    "konto/logg-inn/",
    "konto/bli-medlem/",
    "konto/bekreft/",
    "konto/logg-inn/kode/",
    "konto/logg-inn/passord/",
    "konto/logg-inn/passnokkel/",
    "konto/logg-inn/to-trinn/",
    "konto/bli-medlem/passnokkel/",
    "konto/bli-medlem/passnokkel/ny/",
    "konto/vilkar/",
    "konto/inn/adresse/",
    "konto/inn/avbrutt/",
    "konto/inn/google/",
    "konto/inn/google/tilbake/",
    "konto/inn/microsoft/",
    "konto/inn/microsoft/tilbake/",
    "konto/inn/<slug:provider_id>/",
    "konto/inn/<slug:provider_id>/tilbake/",
    "konto/logg-ut/",
    "konto/sperret/",
    "konto/passord/glemt/",
    "konto/passord/glemt/kode/",
    "konto/passord/glemt/nytt/",
    "konto/passord/glemt/ferdig/",
    "admin/login/",
    "admin/password_reset/",
}

#: Wagtail's own API for its panel is no Django view, and so past the middleware that closes
#: everything; Wagtail closes it itself, as the test below sees.
PANEL_API = "admin/api/main/"


def open_routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from open_routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and not getattr(
            pattern.callback, "login_required", True
        ):
            yield route


def test_just_these_routes_are_open():
    found = set(open_routes(get_resolver().url_patterns))
    assert {route for route in found if not route.startswith(PANEL_API)} == OPEN


@pytest.mark.parametrize("kind", ["pages", "images", "documents"])
@pytest.mark.parametrize("rest", ["", "1/", "find/?id=1"])
def test_the_panel_s_api_is_closed_to_all_but_the_staff(kind, rest, visitor, as_member):
    path = f"/{PANEL_API}{kind}/{rest}"
    assert visitor.get(path).url.startswith("/admin/login/")
    assert as_member.get(path).url.startswith("/admin/login/")

"""Routes are closed by default. This is the exact list of open ones."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.conftest import logged_in
from tests.leaks.sweep import examples, panel_addresses
from tests.leaks.world import build

TEXTS = {
    *("text/html", "text/plain", "text/csv", "application/json", "application/xml"),
    *(
        "application/rss+xml",
        "application/feed+json",
        "application/rsl+xml",
        "application/manifest+json",
        "application/opensearchdescription+xml",
    ),
    *("application/x-bibtex", "application/x-research-info-systems"),
}

OPEN = {
    # for everyone
    "",
    "serier/",
    "serier/alfabetisk/",
    "<slug:slug>/",
    "<slug:series>/<slug:slug>/",
    "<slug:series>/<slug:slug>/sitering.<slug:format>",
    "forfattere/",
    "forfattere/<slug:slug>/",
    "forfattere/<slug:slug>/serier/",
    "tema/",
    "tema/<slug:slug>/",
    "ordbok/",
    "ordbok/fra/<slug:slug>/",
    "ordbok/<slug:slug>/",
    "sok/",
    "sok/forslag/",
    "sok/opensearch.xml",
    "brev/",
    "brev/<slug:slug>/",
    # through the gate, or by a member's own token
    "lyd/<slug:key>.mp3",
    "lyd/<slug:key>.json",
    "lyd/<slug:key>.vtt",
    "lyd/<slug:key>/kapitler.json",
    "lyd/<int:pk>/uttale/",
    "lyd/serie/<slug:slug>/",
    "lyd/serie/<slug:slug>/omslag.png",
    "lyd/mine/<str:token>/serie/<slug:slug>/",
    "lyd/mine/<str:token>/<int:pk>.mp3",
    "lyd/mine/<str:token>/<int:pk>.vtt",
    "lyd/mine/<str:token>/<int:pk>/kapitler.json",
    # a draft, by a link that an editor has made
    "utkast/<str:token>/",
    "utkast/<str:token>/bilde/<int:pk>/<slug:file_hash>/<int:width>.<slug:format>",
    # following by address alone, and the way out of mail, by a member's own token
    "konto/folg/<str:key>/",
    "brev/av/<slug:token>/<str:keys>/",
    "feed/",
    "feed/serie/<slug:slug>/",
    "feed/forfatter/<slug:slug>/",
    "feed.json",
    "feed/serie/<slug:slug>.json",
    "feed/forfatter/<slug:slug>.json",
    "feed/tema/<slug:slug>/",
    "bilde/<int:pk>/<slug:file_hash>/<int:width>.<slug:format>",
    "fil/<int:pk>/<slug:file_hash>/<slug:name>.pdf",
    "bilde/kort/<int:pk>/<slug:file_hash>.png",
    "sitemap.xml",
    "sitemap-<section>.xml",
    "robots.txt",
    "healthz",
    "favicon.ico",
    "license.xml",
    "manifest.webmanifest",
    ".well-known/security.txt",
    ".well-known/change-password",
    # sign-in and sign-up
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

#: Wagtail's API for its panel consists of no Django views, so the middleware that closes routes
#: doesn't see it. Wagtail closes it itself, as the test below checks.
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


def test_every_text_says_its_charset(settings, editor):
    """ASVS 4.1.1. Without a charset in a text type, browsers guess."""
    settings.EMAIL_BACKEND = "mail.outbox.OutboxBackend"
    editor.is_superuser = True
    editor.save()
    world, bare, types = build(), set(), set()
    addresses = {path for paths in examples(world).values() for path in paths}
    panel = {path for path in panel_addresses(world) if not path.endswith("/logout/")}
    exports = {"/admin/redirects/?export=csv", "/admin/reports/site-history/?export=csv"}
    for client, paths in (
        (Client(raise_request_exception=False), addresses | panel),
        (logged_in(editor), {path for path in addresses if "logg-ut" not in path} | exports),
    ):
        for path in paths:
            answer = client.get(path)
            kind = answer.headers.get("Content-Type", "")
            types.add(kind)
            has_body = answer.streaming or answer.content
            if has_body and not re.fullmatch(
                r"image/\w+|application/pdf|[^;]+; charset=utf-8", kind
            ):
                bare.add((path, kind))
    assert not bare
    assert {f"{kind}; charset=utf-8" for kind in TEXTS} <= types

"""Checks for mistakes that must not be overlooked when the portal is set up."""

import ipaddress
import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.db import DatabaseError, connection

from portal.crawlers import Use


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_public() -> bool:
    """Whether SITE_URL is an https URL that others than this machine can reach."""
    return bool(settings.IS_HTTPS and not is_loopback(settings.SITE.hostname or "localhost"))


@register(Tags.security)
def site_url_is_safe(**kwargs: Any) -> list[CheckMessage]:
    if settings.SITE.scheme in ("http", "https") and settings.SITE.hostname:
        if settings.IS_HTTPS or is_loopback(settings.SITE.hostname):
            return []
        message = "SITE_URL is http on a public address: passwords would travel unencrypted."
    else:
        message = "SITE_URL is not an http or https URL."
    return [Error(message, hint="Set SITE_URL=https://…", id="portal.E001")]


@register(Tags.security)
def nothing_of_the_demo_is_public(**kwargs: Any) -> list[CheckMessage]:
    if not (settings.DEMO and is_public()):
        return []
    message = "DEMO is on at a public address: everybody knows the demo's passwords."
    return [Error(message, hint="Leave DEMO out, and remove the demo's users.", id="portal.E002")]


@register(Tags.security)
def codes_are_mailed(**kwargs: Any) -> list[CheckMessage]:
    if not is_public() or "console" not in settings.OUTBOX_DELIVERY_BACKEND:
        return []
    message = "EMAIL_URL is not set: no code reaches a reader, and all codes stand in the log."
    return [Error(message, hint="Set EMAIL_URL=smtp+tls://…", id="portal.E003")]


@register(Tags.security, deploy=True)
def proxies_are_counted(**kwargs: Any) -> list[CheckMessage]:
    # gunicorn speaks no TLS here, so a site on https always stands behind a proxy.
    if not is_public() or settings.TRUSTED_PROXIES:
        return []
    message = "TRUSTED_PROXIES is 0: the limits count all visitors as one, the proxy."
    hint = "Set TRUSTED_PROXIES=1 behind nginx, and 2 behind a CDN and nginx."
    return [Error(message, hint=hint, id="portal.E004")]


@register(Tags.security, deploy=True)
def the_database_can_be_reached(**kwargs: Any) -> list[CheckMessage]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        message = f"The database can't be reached: {str(error).strip()}"
        return [Error(message, hint="See DATABASE_URL, and start the server.", id="portal.E005")]
    return []


@register()
def crawlers_are_told_what_they_know(**kwargs: Any) -> list[CheckMessage]:
    known = {use.value for use in Use}
    if not (unknown := sorted(settings.CRAWLERS_MAY - known)):
        return []
    message = f"CRAWLERS_MAY names unknown uses: {', '.join(unknown)}."
    hint = "Set it to some of search,answers,training, or to none of them."
    return [Error(message, hint=hint, id="portal.E006")]


#: SQLite versions where the WAL-reset bug is mended. Each covers the later patches of its line too.
#: https://sqlite.org/wal.html#walresetbug
MENDED = ((3, 44, 6), (3, 50, 7))
MENDED_FROM = (3, 51, 3)


@register(Tags.database)
def sqlite_is_mended(**kwargs: Any) -> list[CheckMessage]:
    if connection.vendor != "sqlite":
        return []
    version = sqlite3.sqlite_version_info
    if version >= MENDED_FROM or any(
        version[:2] == mended[:2] and version >= mended for mended in MENDED
    ):
        return []
    return [
        Info(
            f"SQLite {sqlite3.sqlite_version} can, very rarely, damage a database in WAL mode.",
            hint="Use PostgreSQL (DATABASE_URL) for a site that matters.",
            id="portal.I001",
        )
    ]

"""Checks for mistakes that must not be overlooked when the portal is set up."""

import ipaddress
import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.db import connection


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@register(Tags.security)
def site_url_is_safe(**kwargs: Any) -> list[CheckMessage]:
    if settings.SITE.scheme in ("http", "https") and settings.SITE.hostname:
        if settings.IS_HTTPS or is_loopback(settings.SITE.hostname):
            return []
        message = "SITE_URL is http on a public address: passwords would travel unencrypted."
    else:
        message = "SITE_URL is not an http or https URL."
    return [Error(message, hint="Set SITE_URL=https://…", id="portal.E001")]


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

"""Whether the portal's database, disk, settings and front are in order."""

import shutil
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.checks import ERROR, WARNING, run_checks
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.backups.manifest import LAST_BACKUP
from portal.checks import is_public
from portal.media_files import WrongDatabaseError, missing, ownerless
from worker.health import Finding, condition, fault, warning, well

GIGABYTE = 10**9
#: What is to be free at least, as a part of the disk and in bytes: less than the first pair is a
#: warning, less than the second a fault. Both SQLite and PostgreSQL copy a whole table to clean up.
SCARCE, FULL = (0.10, 2 * GIGABYTE), (0.03, GIGABYTE // 4)
#: Days before its end when a certificate should have been renewed. ACME clients renew at thirty.
RENEWED = 14
#: Days after which a nightly backup has been missed.
STALE = 2
#: The most missing files that are named.
NAMED = 5
DEBIAN_DEFAULT = Path("/etc/nginx/sites-enabled/default")


@condition("database", in_health=True)
def the_database_answers() -> Iterator[Finding]:
    began = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        yield fault(
            _("The database doesn't answer: %(error)s") % {"error": str(error).strip()},
            _("Start its server, and see DATABASE_URL."),
            "away",
        )
        return
    told = {"vendor": connection.display_name, "ms": round(1000 * (time.monotonic() - began))}
    yield well(_("The database (%(vendor)s) answers in %(ms)d ms.") % told)


@cache
def newest_migrations() -> frozenset[tuple[str, str]]:
    """(app, name) of each app's newest migration in this code."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


@condition("migrations", in_health=True)
def all_migrations_are_applied() -> Iterator[Finding]:
    applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    if missing := sorted(newest_migrations() - applied):
        names = ", ".join(".".join(migration) for migration in missing)
        yield fault(
            _("The database lacks these migrations: %(names)s.") % {"names": names},
            _("Run manage.py backup, and then manage.py migrate."),
            "unapplied",
        )
    else:
        yield well(_("The database fits this version."))


@condition("disk", in_health=True)
def the_disk_has_room() -> Iterator[Finding]:
    for folder in sorted({settings.PORTAL_DATA, settings.MEDIA_ROOT}):
        if not folder.exists():
            continue
        disk = shutil.disk_usage(folder)
        told = {"folder": folder, "free": f"{disk.free / GIGABYTE:.1f}"}
        remedy = _("Make room, or move to a larger disk. Old backups and logs are often the most.")
        if is_below(disk.free, disk.total, FULL):
            text = _("The disk of %(folder)s is full: %(free)s GB are free.")
            yield fault(text % told, remedy, "full")
        elif is_below(disk.free, disk.total, SCARCE):
            text = _("The disk of %(folder)s is filling up: %(free)s GB are free.")
            yield warning(text % told, remedy)
        else:
            yield well(_("The disk of %(folder)s has %(free)s GB free.") % told)


def is_below(free: int, total: int, limit: tuple[float, int]) -> bool:
    """Whether less than `limit` is free. On a large disk, ten times the bytes are enough."""
    part, least = limit
    return free < max(least, min(part * total, 10 * least))


@condition("settings")
def the_settings_are_safe() -> Iterator[Finding]:
    """The same as `manage.py check --deploy`."""
    # Away from the public, half of those for a deployment don't apply.
    found = run_checks(include_deployment_checks=is_public(), databases=["default"])
    serious = [message for message in found if message.level >= WARNING]
    for message in serious:
        text = f"{message.msg} ({message.id})"
        say = fault if message.level >= ERROR else warning
        yield say(text, message.hint or "")
    if not serious:
        yield well(_("The settings are safe."))


@condition("certificate")
def the_certificate_is_good() -> Iterator[Finding]:
    if not is_public():
        return
    host, port = settings.SITE_HOST, settings.SITE.port or 443
    remedy = _("See that nginx runs, that port 443 is open, and that the certificate is renewed.")
    try:
        with (
            socket.create_connection((host, port), timeout=10) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            certificate = secure.getpeercert() or {}
    except OSError as error:
        text = _("%(host)s can't be reached by https: %(error)s")
        yield fault(text % {"host": host, "error": error}, remedy)
        return
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    days = (ends - datetime.now(UTC)).days
    text = _("The certificate of %(host)s lasts %(days)d more days.")
    finding = text % {"host": host, "days": days}
    yield warning(finding, remedy) if days < RENEWED else well(finding)


@condition("backup")
def a_backup_was_made_lately() -> Iterator[Finding]:
    mark = settings.PORTAL_DATA / LAST_BACKUP
    if not is_public():
        return
    remedy = _("Run manage.py backup every night: docs/deploy.md shows how.")
    if not mark.exists():
        yield fault(_("No backup has been made."), remedy)
        return
    days = int((time.time() - mark.stat().st_mtime) / 86_400)
    text = ngettext(
        "The last backup is %(days)d day old: %(folder)s",
        "The last backup is %(days)d days old: %(folder)s",
        days,
    )
    told = text % {"days": days, "folder": mark.read_text().strip()}
    yield warning(told, remedy) if days >= STALE else well(told)


@condition("nginx")
def no_other_site_takes_the_visitors() -> Iterator[Finding]:
    if DEBIAN_DEFAULT.exists():
        yield warning(
            _("nginx still serves Debian's default site, which answers in the portal's place."),
            _("Remove %(path)s, and reload nginx.") % {"path": DEBIAN_DEFAULT},
        )


@condition("integrity")
def the_database_file_is_whole() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        said = cursor.fetchone()[0]
    if said == "ok":
        yield well(_("SQLite's file is whole."))
    else:
        yield fault(
            _("SQLite's file is damaged: %(said)s") % {"said": said},
            _("Stop the portal, and restore the newest backup with manage.py restore."),
        )


@condition("media")
def the_media_folder_fits_the_database() -> Iterator[Finding]:
    if names := missing():
        text = ngettext(
            "A picture's file is missing: %(names)s.",
            "%(count)d files of pictures are missing: %(names)s.",
            len(names),
        )
        some = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
        yield fault(
            text % {"count": len(names), "names": some},
            _(
                "Restore the media folder from the newest backup. If only files below images/ are "
                "missing, run manage.py wagtail_update_image_renditions --purge-only: the worker "
                "makes them again within an hour."
            ),
        )
    else:
        yield well(_("Every picture's file is there."))
    try:
        count = len(ownerless())
    except WrongDatabaseError as error:
        yield warning(str(error), _("See DATABASE_URL and PORTAL_DATA."))
        return
    if count:
        text = ngettext(
            "%d file in the media folder belongs to no picture.",
            "%d files in the media folder belong to no picture.",
            count,
        )
        yield warning(text % count, _("The worker removes them once a day, by clean_media."))

"""Whether a backup can be restored: it is, in a scratch place, and the portal is used there."""

import logging
import secrets
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from accounts.models import Consent, Kind, State, User
from articles.models import Article, Picture
from articles.models.pictures import PictureRendition
from portal.backups.database import database
from portal.backups.making import only_one
from portal.backups.manifest import Backup
from portal.backups.restoring import check, is_whole
from portal.backups.snapshot import differences


def verify(backup: Backup) -> list[str]:
    """Restore the backup to a scratch place and use it there. Returns a line for each difference.

    The portal may run meanwhile: its data are neither read nor written. Raises CommandError.
    """
    check(backup)
    damaged = [path for path, file in backup.files.items() if not is_whole(path, file)]
    found = [_("%s is missing or damaged.") % path.relative_to(backup.folder) for path in damaged]
    if backup.dump in damaged:
        return found
    gateway = database()
    with scratch() as folder:
        name = gateway.scratch_name(folder)
        try:
            gateway.load(backup.dump, name)
            found += gateway.faults(name)
            found += differences(backup.snapshot, gateway.snapshot(name))
            with connected_to(name):
                # The portal uses an older backup only after this.
                call_command("migrate", verbosity=0, skip_checks=True)
                found += unopened_pictures(backup)
                found += failed_log_in()
        finally:
            gateway.drop(name)
    return found


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one verification at a time. It is beside the data, where there is room."""
    folder = Path(settings.PORTAL_DATA) / "verify"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with only_one(folder):
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise CommandError(_("The backup isn't verified: %s.") % error) from None


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let this process use the database `name` instead of the portal's."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def unopened_pictures(backup: Backup) -> list[str]:
    """A line for each picture whose file isn't there or is no picture.

    A file that the portal itself lacked when it was backed up is no fault of the backup.
    """
    names = {name for model in (Picture, PictureRendition)
             for name in model.objects.values_list("file", flat=True)}  # fmt: skip
    lines = []
    for name in sorted(names - set(backup.missing)):
        try:
            with Image.open(backup.folder / "media" / name) as image:
                image.verify()
        except (OSError, SyntaxError, ValueError) as error:
            lines.append(
                _("The picture %(name)s can't be opened: %(error)s.")
                % {"name": name, "error": error}
            )
    return lines


def failed_log_in() -> list[str]:
    """A line for each page that a made-up member doesn't get after a log-in by password."""
    email, password = f"{secrets.token_hex(8)}@backup.invalid", secrets.token_urlsafe(24)
    user = User.objects.create_user(email, password, state=State.ACTIVE)
    Consent.give(user, Kind.TERMS, "verify")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    addresses = [reverse("accounts:overview")]
    if article := Article.objects.for_readers().first():
        addresses.append(article.get_absolute_url())
    # Static files belong to the program, and may not be collected here.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with quiet(), override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        client = Client(headers={"host": settings.SITE_HOST, "sec-fetch-site": "same-origin"})
        how = {"secure": settings.IS_HTTPS}
        try:
            client.post(reverse("account_login"), {"login": email, "password": password}, **how)
            answers = {address: client.get(address, **how).status_code for address in addresses}
        except Exception as error:
            return [_("A log-in fails: %s.") % repr(error)]
    return [
        _("After a log-in, %(address)s answers %(status)d.")
        % {"address": address, "status": status}
        for address, status in answers.items()
        if status != HTTPStatus.OK
    ]


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing is logged: nobody has logged in at the portal itself."""
    logging.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)

"""The portal's own settings, with the maker of tests/faults/planned_mails.py."""

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.planned_mails.PlannedMailsConfig"]

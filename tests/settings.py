"""The portal's own settings, made faster for tests, and with the second factor off."""

import os
import tempfile

os.environ.setdefault("PORTAL_DATA", tempfile.mkdtemp(prefix="portal-test-"))

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES, STORAGES

TWO_FACTOR = False  # tests/accounts/test_second_factor.py turns it on
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
# A busy machine is slow, not wrong.
DATABASES["default"]["OPTIONS"].pop("options", None)

# The tests of the narration turn an engine on.
NARRATION_ENGINES: list[str] = []

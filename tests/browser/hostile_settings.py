"""The portal's own settings, with a catalogue in its data that somebody hostile has written."""

from portal.settings import *  # noqa: F403
from portal.settings import LOCALE_PATHS, PORTAL_DATA

LOCALE_PATHS = [PORTAL_DATA / "locale", *LOCALE_PATHS]
# The attacks are all that is in it.
DEMO = TWO_FACTOR = False

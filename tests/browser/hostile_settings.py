"""The portal's own settings, with a hostile translation catalogue in its data folder."""

from portal.settings import *  # noqa: F403
from portal.settings import LOCALE_PATHS, PORTAL_DATA

LOCALE_PATHS = [PORTAL_DATA / "locale", *LOCALE_PATHS]
# The portal holds the attacks and nothing else.
DEMO = TWO_FACTOR = False

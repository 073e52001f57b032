"""The tests' settings with this room in the house: its name, and no other line."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = ["tests.example_room", *INSTALLED_APPS]

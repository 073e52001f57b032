"""The engines that the owner has chosen."""

from collections.abc import Callable

from django.conf import settings

from narration.engines.azure import AzureEngine
from narration.engines.base import Engine
from narration.engines.espeak import EspeakEngine
from narration.engines.piper import PiperEngine

#: By the names in NARRATION_ENGINES.
ENGINES: dict[str, Callable[[], Engine]] = {
    "azure": AzureEngine,
    "piper": PiperEngine,
    "espeak": EspeakEngine,
}


def chosen() -> list[Engine]:
    """The engines of NARRATION_ENGINES in their order, set up or not. The best comes first."""
    return [ENGINES[name]() for name in settings.NARRATION_ENGINES if name in ENGINES]


def unknown() -> list[str]:
    """The names in NARRATION_ENGINES that no engine has."""
    return [name for name in settings.NARRATION_ENGINES if name not in ENGINES]
